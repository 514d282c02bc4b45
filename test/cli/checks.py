#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What is wrong with a package is told before anything is written: all of it, with the way out and an exit code."""
import json
import os
import pathlib
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

LOCAL = ["-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--bytecode", "none"]
KEY = "AK" "IA" + "Q" * 16
MACH_O = b"\xcf\xfa\xed\xfe\x07\x00\x00\x01"


def findings(answer, severity):
    return sorted((found["check"], found["subject"]) for found in answer["findings"] if found["severity"] == severity)


class Checks(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("app.py", f"import json\nkey = '{KEY}'\n")
        self.write("lib/fast.so", MACH_O)
        self.write("json.py", "x = 1\n")
        self.own = ["--add", "app.py", "--add", "lib", "--add", "json.py"]

    def test_build_ends_with_all_errors_and_writes_nothing(self):
        finished = self.refused(4, ["machine code for macOS (Mach-O)", "an AWS access key id in line 2"], "build", *LOCAL, *self.own)
        self.assertIn("warning: hides the module json of the standard library: json.py", finished.err)
        self.assertNotIn(KEY, finished.err)
        answer = json.loads(self.daypack("build", *LOCAL, *self.own, "--json", code=4).out)
        self.assertEqual([cause["subject"] for cause in answer["error"]["causes"]], ["lib/fast.so", "app.py"])

    def test_plan_tells_everything_first(self):
        finished = self.daypack("plan", *LOCAL, *self.own, "--json", code=4)
        answer = json.loads(finished.out.splitlines()[0])
        self.assertEqual(findings(answer, "error"), [("foreign", "lib/fast.so"), ("secrets", "app.py")])
        self.assertEqual(findings(answer, "warning"), [("names", "json.py")])
        self.assertEqual(len(answer["sha256"]), 64)
        self.assertIn("checks    2 errors, 1 warning\n", self.daypack("plan", *LOCAL, *self.own, code=4).out)

    def test_checks_are_chosen(self):
        self.daypack("build", *LOCAL, *self.own, "--check", "names,budget")
        self.daypack("build", *LOCAL, *self.own, "--no-check", "foreign", "--allow-secret", "*.py")
        self.daypack("build", *LOCAL, *self.own, "--no-check", "foreign,secrets")
        self.daypack("build", *LOCAL, *self.own, "--check", "none")
        self.refused(2, "checks are budget, elf, foreign, imports, names, secrets", "plan", *LOCAL, *self.own, "--check", "elves")

    def test_over_the_limit(self):
        (self.folder / "model.bin").touch()
        os.truncate(self.folder / "model.bin", 262_144_001)
        refused = self.refused(3, "unpacked size (got 262.1 MB, expected at most 262.1 MB)", "build", *LOCAL, "--add", "model.bin")
        self.assertIn("largest files: model.bin 262.1 MB", refused.err)
        self.assertIn("no prune rules are enough", refused.err)

    def test_layers_count(self):
        (self.folder / "model.bin").touch()
        os.truncate(self.folder / "model.bin", 262_000_000)
        with zipfile.ZipFile(self.folder / "layer.zip", "w", zipfile.ZIP_DEFLATED) as layer:
            layer.writestr("python/more.bin", bytes(200_000))
        self.daypack("build", *LOCAL, "--add", "model.bin", "--effort", "fast")
        self.refused(3, "200.0 kB of it in 1 layer", "build", *LOCAL, "--add", "model.bin", "--layer", "layer.zip", "-o", "other.zip")


if __name__ == "__main__":
    cli.main()
