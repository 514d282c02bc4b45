#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Builds of real wheels through each fault of toxiproxy: by hand, for building toxiproxy takes longer than the test.

usage: DAYPACK=build/bin/daypack python3 test/counterparts/through_faults.py
"""
import pathlib
import subprocess
import sys
import threading
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parent.parent / "support")]
import cli
import package_index
import toxiproxy

PINS = ["xgboost-cpu==3.4.1", "shapely==2.2.0", "soundfile==0.14.0", "pymongo==4.20.0"]
BUILD = ["build", "-b", "aws_lambda", "--python", "3.12", "--bytecode", "none", "--prune", "none", "-r", "pylock.toml", "--cache-dir", "cache"]


@unittest.skipUnless(package_index.program() and toxiproxy.program(), "it takes nginx and Go")
class ThroughFaults(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        pins = self.write("pins", "\n".join(PINS))
        found = subprocess.run([sys.executable, cli.ROOT / "test/support/fetch_wheels.py", pins], check=True, stdout=subprocess.PIPE, text=True)
        (self.folder / "wheels").mkdir()
        self.wheels = [pathlib.Path(line) for line in found.stdout.split()]
        for wheel in self.wheels:
            (self.folder / "wheels" / wheel.name).symlink_to(wheel)
        self.size = sum(wheel.stat().st_size for wheel in self.wheels)
        self.index = package_index.Index(self.folder / "wheels").__enter__()
        self.addCleanup(self.index.__exit__)
        self.proxy = toxiproxy.Toxiproxy(self.index.host).__enter__()
        self.addCleanup(self.proxy.__exit__)
        self.lock(self.index.host)
        self.expected = self.answer(*BUILD[:-1], "elsewhere")["sha256"]
        self.lock(self.proxy.host)
        self.before = len(self.index.answers())

    def lock(self, host):
        packages = "".join(f'[[packages]]\nname = "{wheel.name.split("-")[0].replace("_", "-")}"\nversion = "{wheel.name.split("-")[1]}"\n'
                           f'wheels = [{{ url = "http://{host}/files/{wheel.name}", hashes = {{ sha256 = "{cli.sha256(wheel)}" }} }}]\n'
                           for wheel in self.wheels)
        self.write("pylock.toml", f'lock-version = "1.0"\ncreated-by = "test"\n{packages}')

    def test_slow_ways(self):
        for toxic in (("latency", {"latency": 300, "jitter": 100}), ("bandwidth", {"rate": 3000}),
                      ("slicer", {"average_size": 512, "size_variation": 256, "delay": 10})):
            with self.subTest(toxic[0]):
                self.proxy.toxic(toxic[0], **toxic[1])
                self.daypack(*BUILD[:-1], f"cache-{toxic[0]}")
                self.assertEqual(cli.sha256(self.folder / "out.zip"), self.expected)
                self.proxy.clear()

    def test_runs_that_break_off_come_to_an_end(self):
        """Every connection ends after so many bytes: each run continues the last, and nothing much is sent twice."""
        for size in 400_000, 1_500_000:
            with self.subTest(size):
                self.proxy.toxic("limit_data", bytes=size)
                before, runs = len(self.index.answers()), 0
                while True:
                    runs += 1
                    build = self.start(*BUILD[:-1], f"cache-{size}", "-o", f"{size}.zip")
                    _, err = build.communicate(timeout=300)
                    if build.returncode == 0:
                        break
                    self.assertEqual(build.returncode, 5, err)
                    self.assertIn(b"run again: what has arrived is kept", err)
                    self.assertLess(runs, 20)
                self.assertEqual(cli.sha256(self.folder / f"{size}.zip"), self.expected)
                answers = self.index.answers()[before:]
                print(f"{size}: {runs} runs, {len(answers)} answers for {len(self.wheels)} wheels", file=sys.stderr)
                self.assertEqual(sum(answer.status == 200 for answer in answers), len(self.wheels))
                self.proxy.clear()

    def test_what_ends_without_an_answer_is_told(self):
        for toxic, words in ("timeout", "the connection was closed"), ("reset_peer", "Connection reset by peer"):
            with self.subTest(toxic):
                self.proxy.toxic(toxic, timeout=100)
                self.refused(5, ["cannot get 4 of 4 wheels", "a server did not answer completely", words], *BUILD)
                self.proxy.clear()

    def test_refused_then_up_again(self):
        self.proxy.up(False)
        later = threading.Timer(1, self.proxy.up, [True])
        later.start()
        self.addCleanup(later.join)
        finished = self.daypack(*BUILD)
        self.assertIn("Connection refused", finished.err)
        self.assertEqual(cli.sha256(self.folder / "out.zip"), self.expected)


if __name__ == "__main__":
    cli.main()
