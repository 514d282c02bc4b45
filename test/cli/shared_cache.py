#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Builds that share one cache, at once, and killed at random moments: every output is right, and nothing that was kept is lost.

By default some; by hand, as many as it promises: shared_cache.py --all (200 kills, 2 processes of 20 builds). $DAYPACK_TEST_SEED repeats the moments
of a run that failed.
"""
import os
import pathlib
import random
import shutil
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

SEED = int(os.environ.get("DAYPACK_TEST_SEED", time.time_ns() % 1_000_000))
# Functions with the same packages, of which each keeps other values; the last two differ in their own code alone.
FUNCTIONS = {"plain": [], "small": ["--optimize", "2", "--effort", "smallest"], "both": ["--bytecode", "compiled", "--add", "one.py"],
             "other": ["--bytecode", "compiled", "--add", "two.py"]}
KINDS = "bytecode", "streams", "wheels", "checked", "interpreters", "imports"


class SharedCache(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        print(f"(seed {SEED})", end=" ", flush=True)
        self.random = random.Random(SEED)
        self.write("one.py", "def handler(event, context):\n    return 1\n" * 5000)
        self.write("two.py", "def handler(event, context):\n    return 2\n" * 5000)
        self.digests, self.seconds = {}, {}  # how long a build takes, with an empty cache and with a full one
        for function in FUNCTIONS:
            times = []
            for _ in range(2):
                began = time.monotonic()
                self.digests[function] = self.build(function, f"cache-{function}")
                times.append(time.monotonic() - began)
            self.seconds[function] = times

    def command(self, function, cache, output=None):
        return ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, *cli.PACKAGES, "--lock", f"{function}.toml", *FUNCTIONS[function],
                "--cache-dir", cache, "-o", output or f"{function}.zip"]

    def build(self, function, cache, output=None):
        return self.answer(*self.command(function, cache, output))["sha256"]

    def missing(self, function):
        """What the cache lacks for a function that was built before."""
        answer = self.answer(*self.command(function, "cache"), "--explain-cache")
        self.assertEqual(answer["sha256"], self.digests[function])
        return [use for use in answer["cache"] if use["missing"]]

    def killed(self, functions, warm):
        """Builds that run at once, each killed at a moment of its own."""
        children = []
        for function in functions:
            moment = self.random.random() * self.seconds[function][warm]
            child = self.start(*self.command(function, "cache", f"killed-{function}.zip"))
            children.append((time.monotonic() + moment, function, child))
        for when, function, child in sorted(children, key=lambda one: one[0]):
            time.sleep(max(0.0, when - time.monotonic()))
            child.send_signal(signal.SIGKILL)
            child.communicate(timeout=60)
            self.assert_nothing_left(child.pid)
            self.assertIn(child.returncode, (0, -signal.SIGKILL))
            output = self.folder / f"killed-{function}.zip"
            if output.exists():
                self.assertEqual(cli.sha256(output), self.digests[function])
        return sum(child.returncode != 0 for _, _, child in children)

    def test_at_once_and_killed(self):
        self.check_at_once(20 if ALL else 3)
        self.check_killed(200 if ALL else 6)

    def check_killed(self, wanted):
        kills, rounds = 0, 0
        whole = set()  # functions whose values all are in the cache
        while kills < wanted:
            rounds += 1
            with self.subTest(round=rounds):
                gone = self.random.sample(KINDS, self.random.choice((0, 0, 1, 3)))
                for kind in gone:
                    shutil.rmtree(self.folder / "cache" / kind, ignore_errors=True)
                if gone:
                    whole = set()
                kills += self.killed(self.random.sample(list(FUNCTIONS), 2), not gone)
                for function in self.random.sample(list(FUNCTIONS), 2):
                    missing = self.missing(function)
                    self.assertFalse(function in whole and missing, missing)
                    whole.add(function)
        for function in FUNCTIONS:
            self.build(function, "cache")
            self.assertEqual(self.missing(function), [])
        print(f"({kills} killed in {rounds} rounds)", end=" ", flush=True)

    def check_at_once(self, builds):
        for i in range(builds):
            if i % 5 == 0:
                shutil.rmtree(self.folder / "cache", ignore_errors=True)
            pair = self.random.sample(list(FUNCTIONS), 2) if i % 2 else [self.random.choice(list(FUNCTIONS))] * 2
            children = [self.start(*self.command(function, "cache", f"at-once-{n}.zip")) for n, function in enumerate(pair)]
            for n, (function, child) in enumerate(zip(pair, children)):
                _, err = child.communicate(timeout=600)
                self.assertEqual(child.returncode, 0, err.decode())
                self.assertEqual(cli.sha256(self.folder / f"at-once-{n}.zip"), self.digests[function])


ALL = cli.asked_for(["all"])

if __name__ == "__main__":
    cli.main()
