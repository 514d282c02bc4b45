#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Completions as shells see them, and what is offered for what was mistyped."""
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli


class Completions(cli.CommandLineTest):
    def script(self, shell):
        path = self.folder / f"completion.{shell}"
        path.write_text(self.daypack("completion", shell).out)
        return path

    def offered(self, *words):
        """What bash offers for the last of the words."""
        typed = " ".join(f"'{word}'" for word in ("daypack", *words))
        told = subprocess.run(["bash", "--norc", "-c", f"source {self.script('bash')}; COMP_WORDS=({typed}); COMP_CWORD={len(words)}; _daypack; "
                               "printf '%s\\n' \"${COMPREPLY[@]}\""], capture_output=True, text=True, check=True)
        self.assertEqual(told.stderr, "")
        return told.stdout.split()

    def test_bash(self):
        self.assertEqual(self.offered("bu"), ["build"])
        self.assertLess({"build", "deploy", "--version", "--jobs"}, set(self.offered("")))
        self.assertEqual(self.offered("build", "--req"), ["--requirements"])
        self.assertEqual(self.offered("build", "-r", "x.txt", "--prog"), ["--progress"])
        self.assertEqual(self.offered("build", "--progress", ""), ["auto", "always", "never"])
        self.assertEqual(self.offered("build", "--requirements", ""), [], "files, by bash itself")
        self.assertEqual(self.offered("cache", "pr"), ["prune"])
        self.assertEqual(self.offered("cache", "prune", "--si"), ["--size"])
        self.assertEqual(self.offered("build", "--vers"), [])
        self.assertEqual(self.offered("build", "-b", "aliyun"), ["aliyun_fc", "aliyun_layer"])
        self.assertEqual(self.offered("zip", "--symlinks", "f"), ["follow"])
        self.assertEqual(self.offered("deploy", "--snap-start", "o"), ["on", "off"])

    def test_others_read_theirs(self):
        for shell, check in ("zsh", ["-n"]), ("fish", ["--no-execute"]):
            script = self.script(shell)
            self.assertIn("build", script.read_text())
            if shutil.which(shell):
                subprocess.run([shell, *check, script], check=True)
        self.daypack("completion", "tcsh", code=2)

    def test_the_manual(self):
        page = self.daypack("manual").out
        self.assertTrue(page.startswith(".TH DAYPACK 1"), page[:60])
        for words in ".SS \"build PKG\"", ".SS \"cache prune\"", "\\fB\\-\\-jobs\\fR, \\fB\\-j\\fR", "\\fBDAYPACK_JOBS\\fR":
            self.assertIn(words, page)
        self.assertEqual([line for line in page.splitlines() if line.startswith("'")], [])
        if shutil.which("groff"):
            told = subprocess.run(["groff", "-man", "-Tascii", "-ww"], input=page, capture_output=True, text=True, check=True)
            self.assertEqual(told.stderr, "")

    def test_what_was_meant(self):
        for words, meant in ((["biuld"], "build"), (["depoly", "x"], "deploy"), (["build", "-b", "aws_lambda", "--requirments", "x"], "--requirements"),
                             (["zip", "--sotre"], "--store"), (["zip", "--jbos", "2"], "--jobs")):
            self.assertIn(f"Did you mean {meant}?", self.daypack(*words, code=2).err)
        for words in ["frobnicate"], ["zip", "--nothing-like-it"]:
            self.assertNotIn("Did you mean", self.daypack(*words, code=2).err)


if __name__ == "__main__":
    unittest.main()
