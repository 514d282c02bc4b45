#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What the cache has, and how it gets smaller: builds after it are right, and make anew what is gone."""
import os
import pathlib
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

BUILD = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--check", "none", "--lock", "pylock.toml", "packaging==25.0", "idna==3.10"]
CACHE = ["--cache-dir", "cache"]


class Cache(cli.CommandLineTest):
    def info(self):
        answer = self.answer("cache", "info", *CACHE)
        return {one["kind"]: one for one in answer["kinds"]}, answer

    def age(self, kind, hours):
        for path in (self.folder / "cache" / kind).rglob("*"):
            os.utime(path, (time.time() - hours * 3600,) * 2)

    def test_info_prune_and_clear(self):
        self.assertEqual(self.info()[1]["values"], 0)
        digest = self.answer(*BUILD, *CACHE)["sha256"]
        kinds, answer = self.info()
        self.assertLessEqual({"wheels", "bytecode", "streams", "interpreters"}, set(kinds))
        self.assertEqual(kinds["wheels"]["values"], 2)
        self.assertEqual(answer["bytes"], sum(one["bytes"] for one in kinds.values()))
        words = self.daypack("cache", "info", *CACHE).out
        self.assertIn("\n  wheels       2 values, ", words)

        self.assertEqual(self.answer("cache", "prune", "--size", "0", *CACHE)["removed"]["values"], 0, "all of it was used today")
        self.age("bytecode", 30)
        pruned = self.answer("cache", "prune", "--size", "1kb", *CACHE)
        self.assertEqual(pruned["removed"], {key: kinds["bytecode"][key] for key in ("values", "bytes")})
        self.assertEqual(pruned["left"]["bytes"], answer["bytes"] - kinds["bytecode"]["bytes"])
        self.assertEqual(self.answer(*BUILD, *CACHE)["sha256"], digest)
        self.assertIn("bytecode", self.info()[0])

        cleared = self.daypack("cache", "clear", *CACHE).out
        self.assertTrue(cleared.endswith("left 0 values, 0 B\n"), cleared)
        self.assertEqual(self.info()[1]["values"], 0)
        self.assertEqual(self.answer(*BUILD, *CACHE)["sha256"], digest)

    def test_limit(self):
        """Kept by whatever command comes after a day; what was used since stays."""
        self.daypack(*BUILD, *CACHE)
        self.age("", 30)
        self.daypack("backends", *CACHE, "--cache-limit", "1GB")
        self.assertIn("wheels", self.info()[0])
        self.age("", 30)
        self.daypack("backends", *CACHE, env={**cli.environment(), "DAYPACK_CACHE_LIMIT": "1kb"})
        self.assertNotIn("wheels", self.info()[0])
        self.assertIn("--cache-limit", self.daypack("backends", "--cache-limit", "much", code=2).err)

    def test_explained(self):
        """What was found, and for the rest the reason: content, way of making, not there any more."""
        def build(*options):
            uses = self.answer(*BUILD, *CACHE, "--add", "app.py", "--explain-cache", *options)["cache"]
            return {(one["kind"], one["subject"]): (one["found"], one["missing"], one.get("why", "")) for one in uses}
        (self.folder / "app.py").write_text("x = 1\n")
        first = build()
        self.assertEqual(first["lock", "pylock.toml"], (0, 1, "it was missing"))
        self.assertEqual(first["wheels", "idna"], (0, 1, "not built with this cache before"))
        self.assertEqual({missing for _, missing, _ in build().values()}, {0})
        (self.folder / "app.py").write_text("x = 2\n")
        second = build()
        self.assertEqual(second["bytecode", "app.py"], (0, 1, "its content has changed"))
        self.assertEqual([subject for subject, (_, missing, _) in second.items() if missing], [("bytecode", "app.py")])
        found, missing, why = build("--optimize", "2")["bytecode", "idna"]
        self.assertEqual(found, 0)
        self.assertRegex(why, r"^it is made otherwise \(before: Python 3[.].*, optimize 0, in /var/task/; now: .* optimize 2, ")
        build()
        shutil.rmtree(self.folder / "cache/bytecode")
        self.assertEqual(build()["bytecode", "idna"], (0, missing, "the cache has it no more"))
        words = self.daypack(*BUILD, *CACHE, "--add", "app.py", "--explain-cache", "--optimize", "1").err
        self.assertIn("\ncache: Vendor, wheels: 2 of 2 found\n", words)
        self.assertRegex(words, rf"\n  it is made otherwise .*: app.py, idna \({missing} of {missing}\), packaging ")

    def test_a_changed_pin(self):
        """It costs its wheel."""
        def build(version):
            uses = self.answer(*BUILD[:-2], f"packaging=={version}", "idna==3.10", *CACHE, "--explain-cache")["cache"]
            return {(one["kind"], one["subject"]): one for one in uses if one["missing"]}
        build("24.2")
        missing = build("25.0")
        self.assertEqual({subject for _, subject in missing}, {"pylock.toml", "packaging"})
        self.assertIn("have changed", missing["lock", "pylock.toml"]["why"])
        self.assertEqual(missing["bytecode", "packaging"]["why"], "its content has changed (before: packaging-24.2-py3-none-any.whl)")

    def test_what_is_no_size(self):
        self.assertIn("--size", self.daypack("cache", "prune", "--size", "much", code=2).err)
        self.assertIn("subcommand", self.daypack("cache", code=2).err)


if __name__ == "__main__":
    cli.main()
