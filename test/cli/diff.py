#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""daypack diff tells what differs between two zips, and why the digest of a package moved."""
import pathlib
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

BUILD = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--bytecode", "none", "--add", "app.py"]


class Diff(cli.CommandLineTest):
    def package(self, name, *arguments, text="x = 1\n"):
        self.write("app.py", text)
        self.daypack(*BUILD, *arguments, "-o", f"{name}.zip")

    def reasons(self):
        return self.answer("diff", "a.zip", "b.zip")["reasons"]

    def test_versions_and_own_files(self):
        self.package("a", "six==1.16.0", "idna==3.10")
        self.package("b", "six==1.17.0", "idna==3.10", "--effort", "fast", text="x = 2\n")
        found = self.answer("diff", "a.zip", "b.zip")
        self.assertFalse(found["equal"])
        self.assertRegex("\n".join(found["reasons"]),
                         r"^level \d+ -> \d+\nyour own files: 1 changed\n"
                         r"six 1\.16\.0 -> 1\.17\.0: \d+ added, \d+ removed, \d+ changed$")
        self.assertEqual([(pin["name"], pin["before"], pin["after"]) for pin in found["distributions"]], [("six", "1.16.0", "1.17.0")])
        kinds = {entry["path"]: entry["kind"] for entry in found["entries"]}
        self.assertEqual((kinds["app.py"], kinds["six.py"], kinds["six-1.16.0.dist-info/METADATA"]), ("changed", "changed", "removed"))

    def test_rules_are_seen(self):
        self.package("a", "six==1.17.0")
        self.package("b", "six==1.17.0", "--prune", "none")
        self.assertRegex("\n".join(self.reasons()), r"^six, the same wheel: \d+ added$")

    def test_words(self):
        self.package("a", "six==1.17.0")
        self.package("b", "six==1.17.0", text="x = 12\n")
        shown = self.daypack("diff", "a.zip", "b.zip").out.splitlines()
        self.assertRegex(shown[0], "^sha256 [0-9a-f]{64} -> [0-9a-f]{64}$")
        self.assertEqual(shown[2:], ["your own files: 1 changed", "  ~ app.py 6 -> 7"])
        self.assertIn("the same bytes, sha256 ", self.daypack("diff", "a.zip", "a.zip").out)

    def test_any_zips(self):
        for name, year in ("a", 1990), ("b", 1991):
            with zipfile.ZipFile(self.folder / f"{name}.zip", "w") as archive:
                archive.writestr(zipfile.ZipInfo("one.txt", (year, 1, 1, 0, 0, 0)), "1")
        self.assertEqual(self.reasons(), ["no entry differs: times, comments, folders or other fields of the headers do"])

    def test_the_manifest_of_another_zip(self):
        self.package("a", "six==1.17.0")
        self.package("b", "six==1.16.0")
        (self.folder / "b.daypack.json").write_bytes((self.folder / "a.daypack.json").read_bytes())
        finished = self.daypack("diff", "a.zip", "b.zip")
        self.assertIn("b.daypack.json is of another zip and is left aside", finished.err)
        self.assertRegex(finished.out, "\nentries: ")

    def test_what_is_missing_or_damaged(self):
        self.package("a", "six==1.17.0")
        self.assertIn("b.zip", self.daypack("diff", "a.zip", "b.zip", code=1).err)
        self.write("b.zip", "no zip")
        self.assertIn("b.zip", self.daypack("diff", "a.zip", "b.zip", code=1).err)


if __name__ == "__main__":
    cli.main()
