#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Packages over the limit of AWS Lambda: refused with exit 3 and the largest distributions, and the rules that are named
as the way out do fit it.

usage: budgets.py [--all]     wheels that are made here; by the option real ones too: data-science (some 500 MB unpacked),
                              and lithops-azure with sources and bytecode (286 MB)
"""
import compileall
import pathlib
import re
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

ALL = "--all" in sys.argv
DATA = cli.ROOT / "test/data"
MB = 10**6
LIMIT = 250 * 2**20
FOR_AWS = ["-b", "aws_lambda", "--bytecode", "none", "--check", "budget", "--effort", "fast"]


class Budgets(cli.CommandLineTest):
    def over(self, largest, *arguments):
        """Refused; names the largest distributions in this order. Returns the rules that would fit it."""
        refused = self.refused(3, "over the limit of AWS Lambda", "build", *FOR_AWS, *arguments, "--prune", "none", "-o", "out.zip", timeout=1800)
        named = re.search(r"largest distributions: ([^;]+);", refused.err)[1]
        self.assertEqual([one.split(" ")[0] for one in named.split(", ")][:len(largest)], largest)
        rules = re.search(r"these rules fit it: --prune ([\w,-]+)", refused.err)
        return rules[1] if rules else None

    def fits_with(self, rules, *arguments):
        built = self.answer("build", *FOR_AWS, *arguments, "--prune", rules, "-o", "out.zip", timeout=1800)
        self.assertLessEqual(built["unpacked"], LIMIT)

    def links(self, names):
        return self.write("links.txt", "\n".join(["--no-index", "--find-links links", *names]) + "\n")

    def wheels(self, *sizes):
        """A wheel of `size` bytes of which `tests` are those of its tests: (name, size, tests)."""
        for name, size, tests in sizes:
            cli.write_wheel(self.folder / "links", name, more=[(f"{name}/data.bin", bytes(size - tests)), (f"{name}/tests/data.bin", bytes(tests))])
        return ["--python", "3.12", "-r", self.links([name for name, _, _ in sizes])]

    def test_nothing_is_enough(self):
        self.assertIsNone(self.over(["huge", "large"], *self.wheels(("large", 80 * MB, 0), ("huge", 200 * MB, 10 * MB))))

    def test_rules_are_enough(self):
        arguments = self.wheels(("large", 80 * MB, 50 * MB), ("huge", 200 * MB, 0))
        rules = self.over(["huge", "large"], *arguments)
        self.assertEqual(rules, "tests")
        self.fits_with(rules, *arguments)

    def test_data_science(self):
        if ALL:
            arguments = ["--python", "3.11", "-r", DATA / "data-science.txt"]
            self.assertIsNone(self.over(["pyarrow", "scipy", "numpy", "pandas"], *arguments))

    def with_bytecode(self):
        """All of lithops-azure as one wheel, with the bytecode that pip's installation leaves beside the sources."""
        self.daypack("build", "-b", "local", "--python", cli.LOCAL_PYTHON, "-r", DATA / "lithops-azure.txt", "--prune", "none", "--bytecode",
                     "none", "--scripts", "--effort", "fast", "-o", "sources.zip", timeout=1800)
        tree = self.folder / "tree"
        with zipfile.ZipFile(self.folder / "sources.zip") as archive:
            archive.extractall(tree)
        compileall.compile_dir(tree, quiet=2)
        sizes = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file())
        self.assertAlmostEqual(sizes / MB, 286, delta=6)
        name = "lithops_azure"
        files = [path for path in sorted(tree.rglob("*")) if path.is_file() and ".dist-info/" not in path.as_posix()]
        cli.write_wheel(self.folder / "links", name, more=[(path.relative_to(tree).as_posix(), path.read_bytes()) for path in files])
        return ["--python", cli.LOCAL_PYTHON, "-r", self.links([name])]

    def test_lithops_azure(self):
        if ALL and cli.LOCAL_PYTHON == "3.11":
            arguments = self.with_bytecode()
            rules = self.over(["lithops-azure"], *arguments)
            self.assertIsNotNone(rules)
            self.fits_with(rules, *arguments)


if __name__ == "__main__":
    sys.argv = sys.argv[:1]
    cli.main()
