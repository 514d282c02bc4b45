#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Builds and invocations that are interrupted or killed at random moments: what they leave behind.

$DAYPACK_TEST_SEED repeats the moments of a run that failed.
"""
import contextlib
import os
import pathlib
import random
import re
import signal
import sys
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

BUILD = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON]
MOMENTS = 8
SEED = int(os.environ.get("DAYPACK_TEST_SEED", time.time_ns() % 1_000_000))


def listens(child):
    """Whether the program has come as far as to handle an interrupt by itself."""
    try:
        status = pathlib.Path(f"/proc/{child.pid}/status").read_text()
    except OSError:
        return False
    caught = int(re.search(r"^SigCgt:\s*([0-9a-f]+)", status, re.MULTILINE)[1], 16)
    return bool(caught >> (signal.SIGINT - 1) & 1)


def has_a_child(child):
    return len(cli.left_of_session(child.pid)) > 1


def wait_until(condition, child):
    """Returns when the condition holds for the child, or when it has ended."""
    while child.poll() is None and not condition(child):
        time.sleep(0.001)


class Interrupts(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        print(f"(seed {SEED})", end=" ", flush=True)
        self.random = random.Random(SEED)
        self.options = [*BUILD, *cli.PACKAGES, "--lock", "new.toml"]
        self.write("old.txt", "the old package\n")
        self.daypack(*BUILD, "--add", "old.txt", "-o", "out.zip")
        self.old = cli.sha256(self.folder / "out.zip")
        # How long a whole one takes, its downloads included.
        began = time.monotonic()
        self.expected = self.answer(*self.options, "-o", "expected.zip", "--cache-dir", "cache-0")["sha256"]
        self.whole = time.monotonic() - began
        (self.folder / "new.toml").unlink()

    def interrupted(self, number, cache, moment, output="out.zip"):
        """The exit code of a build that gets this signal: this long after its start, or (None) once it runs a child."""
        child = self.start(*self.options, "-o", output, "--cache-dir", cache)
        wait_until(listens, child)
        if moment is None:
            wait_until(has_a_child, child)
        else:
            time.sleep(moment)
        child.send_signal(number)
        out, err = child.communicate(timeout=60)
        self.assert_nothing_left(child.pid)
        return child.returncode, out.decode(), err.decode()

    def check_a_build_afterwards(self, cache):
        self.assertEqual(self.answer(*self.options, "-o", "after.zip", "--cache-dir", cache)["sha256"], self.expected)
        for name in "after.zip", "after.daypack.json", "new.toml":
            (self.folder / name).unlink()

    def moments(self):
        """While a child runs, and spread over the whole build; each with an empty cache, or with one that the last left.
        Those that come too late on a machine that is faster now find a finished build, which is fine as well."""
        yield None, "cache-1"
        for i in range(MOMENTS):
            yield (i + self.random.random()) / MOMENTS * self.whole, f"cache-{i // 2 + 1}"

    def test_sigint_ends_it_with_130_and_leaves_the_old_package(self):
        for moment, cache in self.moments():
            with self.subTest(moment=moment, cache=cache):
                code, out, err = self.interrupted(signal.SIGINT, cache, moment)
                self.assertIn(code, (0, 130) if moment else (130,), err)
                if code == 130:
                    self.assertEqual(out, "")
                    self.assertIn("stopped on request", err)
                now = cli.sha256(self.folder / "out.zip")
                self.assertEqual(now, self.old if code else self.expected)
                # The beginning of a download stays for the next run.
                left = [name for name in cli.files_below(self.folder) if ".part" in name and not re.search(r"/wheels/../\.daypack-(of|note)-", name)]
                self.assertEqual(left, [])
                self.check_a_build_afterwards(cache)
                self.daypack(*BUILD, "--add", "old.txt", "-o", "out.zip")

    def test_sigint_leaves_no_package_where_none_was(self):
        code, _, err = self.interrupted(signal.SIGINT, "cache-9", None, "fresh.zip")
        self.assertEqual(code, 130, err)
        self.assertEqual([name for name in cli.files_below(self.folder) if "fresh" in name], [])

    def test_sigterm_is_the_same(self):
        code, _, err = self.interrupted(signal.SIGTERM, "cache-9", None)
        self.assertEqual(code, 130, err)
        self.assertEqual(cli.sha256(self.folder / "out.zip"), self.old)

    def test_kill_9_leaves_a_whole_package_a_sound_cache_and_no_process(self):
        for moment, cache in self.moments():
            with self.subTest(moment=moment, cache=cache):
                code, _, err = self.interrupted(signal.SIGKILL, cache, moment)
                self.assertIn(code, (0, -signal.SIGKILL), err)
                self.assertIn(cli.sha256(self.folder / "out.zip"), (self.old, self.expected))
                self.check_a_build_afterwards(cache)


class WhileWriting(cli.CommandLineTest):
    """The shortest moment is the one that matters most: while the zip is written."""

    def signalled(self, number):
        self.write("old.txt", "the old package\n")
        self.write("large.bin", os.urandom(60_000_000))
        self.daypack("zip", "old.txt", "-o", "out.zip")
        before = [(path.name, path.stat().st_size) for path in sorted(self.folder.iterdir())]
        self.old = cli.sha256(self.folder / "out.zip")
        child = self.start("zip", "large.bin", "-o", "out.zip")
        while child.poll() is None and self.listing() == before:
            pass
        child.send_signal(number)
        child.communicate(timeout=60)
        return child.returncode

    def listing(self):
        with contextlib.suppress(FileNotFoundError):  # renamed while it was looked at
            return [(path.name, path.stat().st_size) for path in sorted(self.folder.iterdir())]

    def check_the_package(self):
        """The old one, or, when the signal came late, the new one: whole in either case."""
        if cli.sha256(self.folder / "out.zip") != self.old:
            with zipfile.ZipFile(self.folder / "out.zip") as archive:
                self.assertEqual((archive.namelist(), archive.testzip()), (["large.bin"], None))

    def test_sigint(self):
        self.assertIn(self.signalled(signal.SIGINT), (0, 130))
        self.check_the_package()
        self.assertEqual(cli.files_below(self.folder), ["large.bin", "old.txt", "out.zip"])

    def test_kill_9(self):
        self.assertIn(self.signalled(signal.SIGKILL), (0, -signal.SIGKILL))
        self.check_the_package()


HANDLER = """
import time

def handler(event, context):
    if event == "sleep":
        time.sleep(600)
    return "done"
"""


class Invocations(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.store = {"env": cli.environment(DAYPACK_DATA_DIR=cli.function_store(self.folder / "store"))}
        self.name = f"interrupted-{os.getpid()}"
        self.write("app.py", HANDLER)
        self.daypack(*BUILD, "--add", "app.py", "--handler", "app.handler")
        self.daypack("deploy", "out.zip", self.name, "--timeout", "600", **self.store)
        self.daypack("invoke", self.name, "-d", "{}", **self.store)

    def invoked(self, number):
        child = self.start("invoke", self.name, "-d", '"sleep"', **self.store)
        wait_until(listens, child)
        wait_until(has_a_child, child)
        time.sleep(1)  # most often in its handler by now; before it, the same must hold
        child.send_signal(number)
        out, err = child.communicate(timeout=60)
        self.assert_nothing_left(child.pid)
        return child.returncode, out, err.decode()

    def test_sigint_ends_the_function(self):
        code, out, err = self.invoked(signal.SIGINT)
        self.assertEqual((code, out), (130, b""), err)

    def test_kill_9_ends_the_function(self):
        self.assertEqual(self.invoked(signal.SIGKILL)[0], -signal.SIGKILL)
        self.assertEqual(self.daypack("invoke", self.name, "-d", "{}", **self.store).out, '"done"\n')


class Pipes(cli.CommandLineTest):
    def test_a_reader_that_goes_away(self):
        self.write("random.bin", os.urandom(3_000_000))
        child = self.start("zip", "random.bin", "-o", "-")
        child.stdout.read(1000)
        child.stdout.close()
        err = child.stderr.read().decode()
        child.stderr.close()
        self.assertIn(child.wait(), (1, -signal.SIGPIPE), err)

    def test_no_one_at_stdin(self):
        self.write("old.txt", "text\n")
        self.assertEqual(self.daypack("zip", "old.txt", "-o", "out.zip", stdin=None, preexec_fn=lambda: os.close(0)).out, "out.zip\n")


if __name__ == "__main__":
    cli.main()
