#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Real wheels, and what uv makes of them: reference_install.py wheels | files

wheels  the folder that holds them, then each file name
files   path <tab> 1 if executable <tab> SHA-256, of each file of uv's installation
"""

import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

# Small, and each odd in its way: scripts, entry points, headers, data files, a .pth, shared objects, old tools.
PINS = [
    "six==1.16.0",
    "jmespath==1.0.1",
    "greenlet==1.1.3",
    "ipykernel==6.29.5",
    "protobuf==3.17.3",
    "zope.interface==7.2",
    "PyYAML==6.0.1",
    "charset-normalizer==3.3.2",
    "docutils==0.17.1",
]

cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "daypack-test"
folder = cache / ("wheels-" + hashlib.sha256(" ".join(PINS).encode()).hexdigest()[:12])
cache.mkdir(parents=True, exist_ok=True)


def run(*command):
    subprocess.run([str(part) for part in command], check=True, stdout=sys.stderr)


with open(cache / "wheels.lock", "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    if not (folder / "complete").exists():
        run(
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--only-binary=:all:",
            "--python-version",
            "3.10",
            "--implementation",
            "cp",
            "--abi",
            "cp310",
            "--abi",
            "none",
            "--platform",
            "manylinux2014_x86_64",
            "--platform",
            "manylinux_2_17_x86_64",
            "--platform",
            "any",
            "--dest",
            folder,
            *PINS
        )
        (folder / "complete").touch()

if sys.argv[1] == "wheels":
    print(folder)
    print(*sorted(path.name for path in folder.glob("*.whl")), sep="\n")
else:
    uv = [os.environ.get("DAYPACK_UV") or shutil.which("uv")]
    uv = uv if uv[0] else [sys.executable, "-m", "uv"]
    with tempfile.TemporaryDirectory() as target:
        run(
            *uv,
            "pip",
            "install",
            "--quiet",
            "--no-config",
            "--target",
            target,
            "--python",
            sys.executable,
            "--python-version",
            "3.10",
            "--python-platform",
            "x86_64-manylinux2014",
            "--no-index",
            "--find-links",
            folder,
            "--no-deps",
            *PINS
        )
        for path in sorted(pathlib.Path(target).rglob("*")):
            if path.is_file():
                print(
                    path.relative_to(target),
                    int(bool(path.stat().st_mode & 0o111)),
                    hashlib.sha256(path.read_bytes()).hexdigest(),
                    sep="\t",
                )
