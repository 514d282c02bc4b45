#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What the cache has, and how it gets smaller: builds after it are right, and make anew what is gone."""
import os
import pathlib
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

    def test_what_is_no_size(self):
        self.assertIn("--size", self.daypack("cache", "prune", "--size", "much", code=2).err)
        self.assertIn("subcommand", self.daypack("cache", code=2).err)


if __name__ == "__main__":
    cli.main()
