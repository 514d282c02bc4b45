#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""A package has the files and bytes that `uv pip install --target` gives for the same platform (support/cells.py)."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cells
import cli

PYTHONS = {"3.9": "3.9.2", "3.11": "3.11.2", "3.13": "3.13.5"}  # full versions as in backends/local.hpp
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
GLIBC = "2_28"  # of the backend local, and a platform that uv knows by this name

# What uv writes and a package has not: the installation's own description, what is called or compiled and not imported.
EXCEPTIONS = re.compile(
    r"[^/]+\.dist-info/(RECORD|RECORD\.jws|RECORD\.p7s|INSTALLER|REQUESTED|direct_url\.json|uv_cache\.json)|\.lock|bin/.+|include/.+"
)
DISPUTED = "install: disputed"


def uv_program():
    found = os.environ.get("DAYPACK_UV") or shutil.which("uv")
    return [found] if found else [sys.executable, "-m", "uv"]


def described(data, mode):
    return hashlib.sha256(data).hexdigest(), bool(mode & 0o111)


def files_of_package(path):
    with zipfile.ZipFile(path) as archive:
        return {info.filename: described(archive.read(info), info.external_attr >> 16) for info in archive.infolist()}


def files_of_folder(folder):
    return {
        path.relative_to(folder).as_posix(): described(path.read_bytes(), path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class SameAsUv(cells.CellsTest):
    one = ("mapbox", "3.11", "arm64")

    def install_with_uv(self, pins, python, arch, environment):
        """uv gets names and versions alone: it chooses the wheels itself."""
        pins = self.write("pins.txt", pins)
        target = self.folder / "target"
        platform = f"{MACHINES[arch]}-manylinux_{GLIBC}"
        command = [*uv_program(), "pip", "install", "--quiet", "--target", target, "--python", sys.executable, "-r", pins,
                   "--python-version", PYTHONS[python], "--python-platform", platform, "--no-deps", "--only-binary", ":all:"]
        subprocess.run([str(part) for part in command], check=True, cwd=self.folder, env=environment)
        return target

    def check(self, corpus, python, arch, environment):
        options = self.options(corpus, python, arch)
        if (corpus, python, arch) in cells.IMPOSSIBLE:
            self.assertIn("no wheel", self.daypack("build", *options, env=environment, code=1).err)
            with self.assertRaises(subprocess.CalledProcessError):
                self.install_with_uv((cli.ROOT / f"test/data/{corpus}.in").read_text(), python, arch, environment)
            return "refused by both"
        built = self.answer("build", *options, env=environment, timeout=1800)
        package = self.folder / "out.zip"
        ours = files_of_package(package)
        ledger = json.loads(package.with_suffix(".daypack.json").read_bytes())["ledger"]
        disputed = {line["path"] for line in ledger if line["rule"] == DISPUTED}
        package.unlink()
        pins = "".join(f"{one['name']}=={one['version']}\n" for one in built["distributions"])
        theirs = files_of_folder(self.install_with_uv(pins, python, arch, environment))
        self.assertGreater(len(ours), 500)
        self.assertEqual(sorted(path for path in ours if ours[path] != theirs.get(path)), [], "not as uv has them")
        lacking = sorted(path for path in theirs.keys() - ours.keys() - disputed if not EXCEPTIONS.fullmatch(path))
        self.assertEqual(lacking, [], "only uv has them")
        return f"{len(built['distributions'])} distributions, {len(ours)} files, {len(disputed)} disputed"


if __name__ == "__main__":
    cells.main()
