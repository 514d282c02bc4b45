# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What comparisons over whole corpora share: which cells there are, and the way through them.

By default a script looks at one cell. By hand: SCRIPT --all, or --all CORPUS..., every corpus of test/data for three Pythons and
both architectures, as a table; that fetches some gigabytes and removes them cell by cell.
"""
import shutil
import sys
import time

import cli

CORPORA = ["lithops-aws", "lithops-azure", "mapbox", "data-science"]
PYTHONS = ["3.9", "3.11", "3.13"]
ARCHITECTURES = ["x86_64", "arm64"]
# For these cells there is no wheel of a requirement.
IMPOSSIBLE = {("mapbox", "3.9", "arm64"): "rasterio"}


class CellsTest(cli.CommandLineTest):
    """To be given `one`, the cell of every day, and `check`."""
    one = ()
    asked = []  # corpora, by --all

    def check(self, corpus, python, arch, environment):
        """Compares, and gives words for the table."""
        raise NotImplementedError

    def options(self, corpus, python, arch):
        """What builds a cell so that nothing but the wheels decides."""
        return ["-b", "local", "--python", python, "--arch", arch, "-r", cli.ROOT / f"test/data/{corpus}.in",
                "--prune", "none", "--bytecode", "none", "--effort", "fast"]

    def test_one_cell(self):
        if self.asked:
            self.skipTest("all cells are asked for")
        self.check(*self.one, cli.environment())

    def test_all_cells(self):
        if not self.asked:
            self.skipTest("asked for by --all")
        for cell in [(corpus, python, arch) for corpus in self.asked for python in PYTHONS for arch in ARCHITECTURES]:
            cache = self.folder / "cache"
            environment = cli.environment(XDG_CACHE_HOME=str(cache), UV_CACHE_DIR=str(cache / "uv"))
            began, words = time.monotonic(), "DIFFERENT"
            with self.subTest(cell):
                words = self.check(*cell, environment)
            print("%-14s %-5s %-7s" % cell, f"{words}, in all {time.monotonic() - began:4.0f} s", flush=True)
            for left in self.folder.iterdir():
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def main():
    CellsTest.asked = cli.asked_for(CORPORA)
    cli.main()
