#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""A package has the files and bytes that `uv pip install --target` gives for the same platform.

By default one corpus for one cell. By hand: uv_cells.py --all, or --all CORPUS..., every corpus of test/data for three
Pythons and both architectures; it fetches some gigabytes and removes them cell by cell.
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

CORPORA = ["lithops-aws", "lithops-azure", "mapbox", "data-science"]
PYTHONS = {"3.9": "3.9.25", "3.11": "3.11.18", "3.13": "3.13.18"}  # full versions as in backends/local.hpp
ARCHITECTURES = {"x86_64": "x86_64", "arm64": "aarch64"}
GLIBC = "2_28"  # of the backend local, and a platform that uv knows by this name

# What uv writes and a package has not: the installation's own description, what is called or compiled and not imported.
EXCEPTIONS = re.compile(
    r"[^/]+\.dist-info/(RECORD|RECORD\.jws|RECORD\.p7s|INSTALLER|REQUESTED|direct_url\.json|uv_cache\.json)|\.lock|bin/.+|include/.+"
)
# For these cells there is no wheel of a requirement, so neither installs.
IMPOSSIBLE = {("mapbox", "3.9", "arm64"): "rasterio"}
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


class SameAsUv(cli.CommandLineTest):
    def install_with_uv(self, pins, python, arch, environment):
        """uv gets names and versions alone: it chooses the wheels itself."""
        pins = self.write("pins.txt", pins)
        target = self.folder / "target"
        platform = f"{ARCHITECTURES[arch]}-manylinux_{GLIBC}"
        command = [*uv_program(), "pip", "install", "--quiet", "--target", target, "--python", sys.executable, "-r", pins,
                   "--python-version", PYTHONS[python], "--python-platform", platform, "--no-deps", "--only-binary", ":all:"]
        subprocess.run([str(part) for part in command], check=True, cwd=self.folder, env=environment)
        return target

    def check(self, corpus, python, arch, environment):
        options = ["-b", "local", "--python", python, "--arch", arch, "-r", cli.ROOT / f"test/data/{corpus}.in"]
        options += ["--prune", "none", "--bytecode", "none", "--effort", "fast"]
        if (corpus, python, arch) in IMPOSSIBLE:
            self.assertIn("no wheel", self.daypack("build", *options, env=environment, code=1).err)
            with self.assertRaises(subprocess.CalledProcessError):
                self.install_with_uv((cli.ROOT / f"test/data/{corpus}.in").read_text(), python, arch, environment)
            return 0, 0, 0
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
        return len(built["distributions"]), len(ours), len(disputed)

    def test_one_cell(self):
        if ALL:
            self.skipTest("all cells are asked for")
        self.check("mapbox", "3.11", "arm64", cli.environment())

    def test_all_cells(self):
        if not ALL:
            self.skipTest("asked for by --all")
        for corpus in ALL:
            for python in PYTHONS:
                for arch in ARCHITECTURES:
                    began = time.monotonic()
                    environment = cli.environment(XDG_CACHE_HOME=str(self.folder / "cache"), UV_CACHE_DIR=str(self.folder / "cache/uv"))
                    with self.subTest(f"{corpus} {python} {arch}"):
                        counts = self.check(corpus, python, arch, environment)
                        words = "%d distributions, %d files, %d disputed" % counts
                        print(f"{corpus} {python} {arch}: {words}, {time.monotonic() - began:.0f} s", flush=True)
                    for left in "cache", "target":
                        shutil.rmtree(self.folder / left, ignore_errors=True)


ALL = []
if "--all" in sys.argv:
    at = sys.argv.index("--all")
    ALL = sys.argv[at + 1 :] or CORPORA
    del sys.argv[at:]

if __name__ == "__main__":
    cli.main()
