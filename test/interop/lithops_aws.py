#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The large one: the requirements of examples/lithops as a package for AWS Lambda and the local Python."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import unpacked

REQUIREMENTS = cli.ROOT / "examples/lithops/requirements.txt"
BUILD = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "-r", REQUIREMENTS]
# What honestly does not import where a function runs, and the words with which it fails. Or not here: redis brings a
# backport for a Python that is older than Lambda's.
NOT_HERE = {"redis": "ModuleNotFoundError: No module named 'async_timeout'"} if sys.version_info < (3, 11, 3) else {}


class LithopsOnLambda(cli.CommandLineTest):
    def test_the_package(self):
        self.write("app.py", (cli.ROOT / "examples/lithops/app.py").read_bytes())
        options = [*BUILD, "--add", "app.py", "--handler", "app.handler", "--lock", "pylock.toml"]
        built = self.answer(*options)
        package = self.folder / "out.zip"
        with self.subTest("the requirements are there"):
            names = {one["name"] for one in built["distributions"]}
            wanted = {line.partition("==")[0].strip().lower() for line in REQUIREMENTS.read_text().split("\n") if line}
            self.assertLessEqual(wanted, names)
            self.assertFalse(built["budget"]["over"], built["budget"])
        with self.subTest("other tools accept the zip"):
            unpacked.check_with_other_tools(self, package)
        with self.subTest("two builds, and any number of threads"):
            digests = {jobs: self.answer(*options, "--jobs", jobs, "-o", "again.zip")["sha256"] for jobs in ("1", "2", "7")}
            digests["default"] = self.answer(*options, "-o", "again.zip")["sha256"]
            self.assertEqual(set(digests.values()), {built["sha256"]}, digests)
            self.assertEqual(cli.sha256(package), built["sha256"])
        with self.subTest("every top-level module imports"):
            modules = unpacked.top_level_modules(package)
            self.assertGreater(len(modules), 40, sorted(modules))
            self.assertIn("matplotlib", modules)
            failures = unpacked.import_failures(package, modules, self.folder / "unpacked")
            self.assertEqual({module: words for module, words in failures.items() if NOT_HERE.get(module) != words}, {})
            self.assertEqual(sorted(set(NOT_HERE) - set(failures)), [], "these do import: take them off the list")
            print(f"{len(modules)} modules", end=" ")


if __name__ == "__main__":
    cli.main()
