#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""--lock, --frozen and --resolver of daypack build, over a folder of wheels."""
import os
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli  # noqa: E402

# Nothing that could resolve can be started.
TOOLLESS = {"DAYPACK_UV": "/nowhere/uv", "PATH": "/nowhere"}


class Locks(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.project = self.folder / "project"
        cli.write_wheel(self.project / "wheels")
        self.lock = self.project / "pylock.toml"
        (self.project / "requirements.txt").write_text("--no-index\n--find-links wheels\ndemo\n")

    def build(self, *more, code=0, project=None, **environment):
        options = ["build", "-b", "aws_lambda", "--python", "3.12", "-r", "requirements.txt", "--lock", "pylock.toml",
                   "--bytecode", "none", *more]
        return self.daypack(*options, code=code, cwd=project or self.project, env=cli.environment(**environment))

    def test_it_is_written_used_and_moved(self):
        self.assertIn("is missing, so it is made", self.build("-v").err)
        text, built = self.lock.read_text(), cli.sha256(self.project / "out.zip")
        self.assertIn('path = "wheels/demo-1.0-py3-none-any.whl"', text)
        self.assertNotIn(str(self.folder), text)
        elsewhere = self.folder / "else where" / "project"
        elsewhere.parent.mkdir()
        os.rename(self.project, elsewhere)
        self.build("--frozen", project=elsewhere, **TOOLLESS)
        self.assertEqual(cli.sha256(elsewhere / "out.zip"), built)
        self.assertEqual((elsewhere / "pylock.toml").read_text(), text)

    def test_a_stale_one_tells_why(self):
        self.build()
        cli.write_wheel(self.project / "wheels", "more")
        (self.project / "requirements.txt").write_text("--no-index\n--find-links wheels\ndemo\nmore\n")
        self.assertIn("the requirements, constraints, index options or [tool.uv] have changed", self.build().err)
        self.assertIn('name = "more"', self.lock.read_text())
        self.assertIn("it is for another target (got Python 3.12.", self.build("--arch", "arm64").err)
        self.assertNotIn("stale", self.build("--arch", "arm64").err)

    def test_a_frozen_one_is_not_touched(self):
        refused = self.build("--frozen", code=1)
        self.assertIn("the frozen lock cannot be used: pylock.toml (it is missing)", refused.err)
        self.assertFalse(self.lock.exists())
        self.build()
        text = self.lock.read_text()
        refused = self.build("--frozen", "--arch", "arm64", code=1)
        self.assertIn("(it is for another target (got ", refused.err)
        self.assertEqual(self.lock.read_text(), text)
        self.refused(2, "--lock", "build", "-b", "aws_lambda", "demo", "--frozen")

    def test_pip_gives_the_same_package(self):
        self.build()
        by_uv = cli.sha256(self.project / "out.zip")
        self.assertIn("the resolver or its options have changed (got uv, expected pip)", self.build("--resolver", "pip").err)
        self.assertIn('resolver = "pip"', self.lock.read_text())
        self.assertEqual(cli.sha256(self.project / "out.zip"), by_uv)

    def test_wheels_do_not_add_up_in_memory(self):
        """Neither their mapped pages nor what is inflated to be checked, the first time; nor afterwards."""
        names = ["one", "two", "three"]
        for name in names:
            cli.write_wheel(self.project / "wheels", name, more=[(f"{name}/noise.bin", random.randbytes(20_000_000))])
        cli.write_wheel(self.project / "wheels", "zeros", more=[("zeros/zeros.bin", bytes(160_000_000))])
        (self.project / "requirements.txt").write_text("\n".join(["--no-index", "--find-links wheels", "zeros", *names]))
        self.build()
        lock, cache = self.project / "pylock.toml", self.folder / "cache"
        for round in ("checks them", "has checked them"):
            with self.subTest(round):
                options = ["-b", "aws_lambda", "--python", "3.12", "-r", lock, "--cache-dir", cache, "--bytecode", "none", "-o", self.folder / "out.zip"]
                self.assertLess(self.peak_memory("build", *options), 64_000_000)
                self.assertGreater((self.folder / "out.zip").stat().st_size, 60_000_000)

    def test_a_date_that_is_none(self):
        refused = self.build("--exclude-newer", "yesterday", code=2)
        self.assertIn("this is no date and no time span", refused.err)


if __name__ == "__main__":
    cli.main()
