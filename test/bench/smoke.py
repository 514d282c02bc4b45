#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The bench itself, on a tiny corpus with the peers that are here: what it writes is well-formed, and it sees a wrong zip."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import cli
import tables


def bench(program, folder, *options):
    """What a run of the bench said, and its report."""
    done = subprocess.run([sys.executable, HERE / "run", program, "--quick", "--output", folder, *options], capture_output=True, text=True)
    return done, json.loads((folder / "bench.json").read_text())


class Smoke(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.done, cls.report = bench(cli.PROGRAM, cls.folder)

    def test_every_zip_holds_the_same_files(self):
        """The bench reads back each zip that it times; daypack's and at least one other's were there and right."""
        self.assertEqual((self.done.returncode, self.report["failures"]), (0, []), self.done.stderr)
        tools = {row["tool"] for table in self.report["tables"] if table["scene"] == "zip" for row in table["rows"]}
        self.assertLessEqual({"daypack", "python zipfile"}, tools)

    def test_every_scene_has_rows(self):
        rows = {table["scene"]: [row["name"] for row in table["rows"]] for table in self.report["tables"]}
        self.assertLessEqual({"zip", "walk", "splice", "large", "entries"}, rows.keys())
        for table in self.report["tables"]:
            for row in table["rows"]:
                self.assertLessEqual(row["least"], row["median"])
                self.assertLessEqual(row["median"], row["most"])
                self.assertGreater(row["megabytes"], 0)
                self.assertEqual(row["bytes"] > 0, table["scene"] != "walk", row["name"])

    def test_goals_are_judged_by_both_numbers(self):
        self.assertGreater(len(self.report["goals"]), 8)
        for goal in self.report["goals"]:
            self.assertIsInstance(goal["ours"], (int, float))
            self.assertIsInstance(goal["bound"], (int, float))
            self.assertIn(goal["goal"], (self.folder / "bench.md").read_text())

    def test_the_picture_has_a_point_for_each_zip_and_each_tool_in_its_legend(self):
        namespace = {"svg": "http://www.w3.org/2000/svg"}
        picture = xml.etree.ElementTree.parse(self.folder / "bench.svg").getroot()
        self.assertEqual(picture.tag, "{http://www.w3.org/2000/svg}svg")
        tables = [table for table in self.report["tables"] if table["scene"] == "zip"]
        zips = [row["tool"] for table in tables for row in table["rows"] if row["tool"] != "libdeflate"]
        marks = [path for path in picture.iterfind("svg:path", namespace) if path.get("transform")]
        self.assertEqual(len(marks), len(zips) + len(set(zips)))
        self.assertEqual(len(picture.findall("svg:polyline", namespace)), len(tables))


class Page(unittest.TestCase):
    def test_the_place_in_the_page_is_written_again_and_again(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "page.md"
            page.write_text(f"before\n{tables.BEGIN}\nold\n{tables.END}\nafter\n")
            for text in (r"first \1", "second"):
                tables.into_page(page, text + "\n")
                self.assertEqual(page.read_text(), f"before\n{tables.BEGIN}\n{text}\n{tables.END}\nafter\n")
            page.write_text("no place\n")
            with self.assertRaises(SystemExit):
                tables.into_page(page, "text")

    def test_the_documentation_has_its_place(self):
        for name in ("zip-performance.md", "wheels.md", "bytecode.md", "rebuilding.md", "uploads.md"):
            page = (HERE.parent.parent / "docs/design" / name).read_text()
            self.assertEqual((page.count(tables.BEGIN), page.count(tables.END)), (1, 1), name)


class WrongZips(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "tree/sub").mkdir(parents=True)
        (self.folder / "tree/one.txt").write_text("one")
        (self.folder / "tree/sub/two.txt").write_text("two")

    def judged(self, files):
        with zipfile.ZipFile(self.folder / "a.zip", "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        done = subprocess.run([sys.executable, HERE / "contents.py", self.folder / "a.zip", self.folder / "tree"],
                              capture_output=True, text=True)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return [line.split(":")[0] for line in done.stdout.splitlines() if line]

    def test_a_wrong_zip_fails_the_bench(self):
        """A daypack that leaves one file out is slow or fast, but not measured."""
        program = self.folder / "daypack"
        program.write_text(f"""#!/bin/sh\nexec '{os.path.abspath(cli.PROGRAM)}' "$@" -x file_07.txt\n""")
        program.chmod(0o755)
        done, report = bench(program, self.folder, "--only", "entries")
        self.assertEqual((done.returncode, report["tables"]), (1, []), done.stderr)
        self.assertEqual([failure["why"].split(":")[:2] for failure in report["failures"]], [["the zip is not right", " missing"]] * 2)

    def test_what_is_wrong_is_named(self):
        right = {"one.txt": "one", "./sub/two.txt": "two"}
        self.assertEqual(self.judged(right), [])
        self.assertEqual(self.judged(right | {"one.txt": "One"}), ["differs"])
        self.assertEqual(self.judged({"one.txt": "one"}), ["missing"])
        self.assertEqual(self.judged(right | {"three.txt": "three"}), ["too much"])
        self.assertEqual(self.judged(right | {"sub/two.txt": "two"}), ["a name stands twice"])


if __name__ == "__main__":
    unittest.main()
