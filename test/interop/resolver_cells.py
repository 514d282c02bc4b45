#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""uv and pip give one result: the same names, versions, files and hashes, for every corpus of test/data.

By default one corpus for one cell. By hand: resolver_cells.py --all, or --all CORPUS..., every corpus for three Pythons and
both architectures, as a table. The pip is that of the first python3 of PATH.
"""
import json
import pathlib
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

CORPORA = ["lithops-aws", "lithops-azure", "mapbox", "data-science"]
PYTHONS = ["3.9", "3.11", "3.13"]
ARCHITECTURES = ["x86_64", "arm64"]
RESOLVERS = ["uv", "pip"]
# For these cells there is no wheel of a requirement, so neither resolves.
IMPOSSIBLE = {("mapbox", "3.9", "arm64"): "rasterio"}


class SameByBoth(cli.CommandLineTest):
    def resolved(self, resolver, corpus, python, arch, environment):
        """The pins as lines, and how long resolving took. The package is built, as only Vendor says which wheels are taken."""
        options = ["-b", "local", "--python", python, "--arch", arch, "-r", cli.ROOT / f"test/data/{corpus}.in"]
        options += ["--prune", "none", "--bytecode", "none", "--effort", "fast", "--resolver", resolver, "-o", f"{resolver}.zip"]
        if (corpus, python, arch) in IMPOSSIBLE:
            words = self.daypack("build", *options, env=environment, code=1).err
            self.assertIn("no wheel", words)
            self.assertIn(IMPOSSIBLE[corpus, python, arch], words)
            return [], 0
        answer = self.answer("build", *options, env=environment, timeout=1800)
        manifest = json.loads((self.folder / f"{resolver}.daypack.json").read_bytes())
        (self.folder / f"{resolver}.zip").unlink()
        pins = [" ".join(one[field] for field in ("name", "version", "file", "sha256")) for one in manifest["distributions"]]
        self.assertEqual(len(pins), len(answer["distributions"]))
        return pins + [f"digest {answer['sha256']}"], next(one["seconds"] for one in answer["stages"] if one["name"] == "Resolve")

    def check(self, corpus, python, arch, environment):
        (by_uv, uv_seconds), (by_pip, pip_seconds) = (self.resolved(one, corpus, python, arch, environment) for one in RESOLVERS)
        self.assertEqual(by_uv, by_pip)
        if (corpus, python, arch) in IMPOSSIBLE:
            return "refused by both"
        return f"{len(by_uv) - 1:3} pins, uv {uv_seconds:5.1f} s, pip {pip_seconds:5.1f} s"

    def test_one_cell(self):
        if ALL:
            self.skipTest("all cells are asked for")
        self.check("mapbox", "3.13", "arm64", cli.environment())

    def test_all_cells(self):
        if not ALL:
            self.skipTest("asked for by --all")
        for corpus in ALL:
            for python in PYTHONS:
                for arch in ARCHITECTURES:
                    cell = f"{corpus:14} {python:5} {arch:7}"
                    environment = cli.environment(XDG_CACHE_HOME=str(self.folder / "cache"))
                    began, words = time.monotonic(), "DIFFERENT"
                    with self.subTest(cell):
                        words = self.check(corpus, python, arch, environment)
                    print(f"{cell} {words}, in all {time.monotonic() - began:4.0f} s", flush=True)
                    shutil.rmtree(self.folder / "cache", ignore_errors=True)


ALL = []
if "--all" in sys.argv:
    at = sys.argv.index("--all")
    ALL = sys.argv[at + 1 :] or CORPORA
    del sys.argv[at:]

if __name__ == "__main__":
    cli.main()
