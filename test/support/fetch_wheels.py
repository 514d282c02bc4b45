#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Prints the paths of the wheels that a list pins (NAME==VERSION a line), for CPython 3.12 on Linux x86_64: fetch_wheels.py LIST

They are kept in $XDG_CACHE_HOME or ~/.cache; pip fetches those that are not there yet.
"""
import os
import pathlib
import re
import subprocess
import sys

FOLDER = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "daypack-test-wheels"
TAGS = ["--only-binary=:all:", "--python-version=3.12", "--implementation=cp", "--abi=cp312", "--abi=abi3", "--abi=none"]
PLATFORMS = ["--platform=manylinux2014_x86_64", *(f"--platform=manylinux_2_{minor}_x86_64" for minor in range(34, 16, -1))]


def key(name, version):
    """A distribution as the file name of its wheel spells it, whatever its case (PEP 503, PEP 427)."""
    return re.sub("[-_.]+", "_", name).lower(), version


def there():
    return {key(*path.name.split("-")[:2]): path for path in FOLDER.glob("*.whl")}


FOLDER.mkdir(parents=True, exist_ok=True)
wanted = {key(*line.split("==")): line for line in pathlib.Path(sys.argv[1]).read_text().split()}
missing = [line for name, line in wanted.items() if name not in there()]
if missing:
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", *TAGS, *PLATFORMS,
                    "--dest", FOLDER, *missing], stdout=sys.stderr, check=True)
for name in wanted:
    print(there()[name])
