#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Downloads from nginx as a package index: killed and continued, by many processes at once, from a damaged cache, offline."""
import collections
import ctypes
import os
import pathlib
import platform
import signal
import struct
import subprocess
import sys
import time
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("support", "counterparts")]
import cli
import package_index

BUILD = ["build", "-b", "local", "--python", cli.LOCAL_PYTHON, "--bytecode", "none", "-r", "pylock.toml"]
NOISE = 400_000


def forbid_the_network():
    """In a child: who opens a socket of the internet is killed (seccomp(2); the numbers are those of socket(2))."""
    number = {"x86_64": 41, "aarch64": 198}[platform.machine()]
    load, equal, give = 0x20, 0x15, 0x06
    steps = [(load, 0, 0, 0), (equal, 0, 4, number), (load, 0, 0, 16), (equal, 1, 0, 2), (equal, 0, 1, 10),
             (give, 0, 0, 0x80000000), (give, 0, 0, 0x7FFF0000)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    rule = ctypes.create_string_buffer(struct.pack("HP", len(steps), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, rule, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def may_forbid():
    try:
        return subprocess.run(["true"], preexec_fn=forbid_the_network).returncode == 0
    except (KeyError, subprocess.SubprocessError):
        return False


@unittest.skipUnless(package_index.program(), "nginx is not installed")
class Downloads(cli.CommandLineTest):
    names = ["demo"]

    def setUp(self):
        super().setUp()
        for number, name in enumerate(self.names):
            cli.write_wheel(self.folder / "wheels", name, more=[(f"{name}/noise.bin", os.urandom(1000 if number else NOISE))])
        self.index = package_index.Index(self.folder / "wheels").__enter__()
        self.addCleanup(self.index.__exit__)
        self.wheel = self.folder / "wheels" / "demo-1.0-py3-none-any.whl"
        self.lock()

    def lock(self, kind=""):
        files = f"http://{self.index.host}/{kind + '/' if kind else ''}files"
        packages = "".join(f'[[packages]]\nname = "{name}"\nversion = "1.0"\n'
                           f'wheels = [{{ url = "{files}/{name}-1.0-py3-none-any.whl", hashes = {{ sha256 = '
                           f'"{cli.sha256(self.folder / "wheels" / f"{name}-1.0-py3-none-any.whl")}" }} }}]\n' for name in self.names)
        self.write("pylock.toml", f'lock-version = "1.0"\ncreated-by = "test"\n{packages}')

    def expected(self):
        return self.answer(*BUILD, "-o", "expected.zip", "--cache-dir", "elsewhere")["sha256"]

    def parts(self, cache="cache"):
        return {path.name: path.stat().st_size for path in (self.folder / cache).rglob(".daypack-of-*.part")}

    def begun(self, *arguments):
        """A build of which a beginning of the wheel has arrived; the rest takes 20 s, and comes quickly for who asks afterwards."""
        self.lock("slow")
        child = self.start(*BUILD, "--cache-dir", "cache", *arguments)
        self.addCleanup(child.communicate)
        self.addCleanup(child.kill)
        while not any(self.parts().values()):
            self.assertIsNone(child.poll(), "it ended before it was stopped")
            time.sleep(0.001)
        self.lock()
        return child

    def last_answer(self):
        """To who asked afterwards: what was stopped may be noted later."""
        return [answer for answer in self.index.answers() if not answer.path.startswith("/slow/")][-1]

    def stopped_by(self, number):
        child = self.begun()
        child.send_signal(number)
        child.communicate(timeout=60)
        size, = self.parts().values()
        self.assertTrue(0 < size < self.wheel.stat().st_size, size)
        return size


class Stopped(Downloads):
    def test_the_next_run_gets_the_rest_only(self):
        expected = self.expected()
        for number in signal.SIGKILL, signal.SIGINT:
            with self.subTest(number):
                size = self.stopped_by(number)
                before = len(self.index.answers())
                finished = self.daypack("-v", *BUILD, "--cache-dir", "cache")
                self.assertIn(f"an earlier download is continued after {size} bytes", finished.err)
                self.assertEqual(cli.sha256(self.folder / "out.zip"), expected)
                rest = [answer for answer in self.index.answers()[before:] if answer.status == 206]
                self.assertEqual([(answer.range, answer.body) for answer in rest], [(f"bytes={size}-", self.wheel.stat().st_size - size)])
                self.assertNotEqual(rest[0].condition, "-")
                self.assertEqual([name for name in cli.files_below(self.folder / "cache") if name.endswith(".part")], [])
                for path in (self.folder / "cache/wheels").rglob("*"):
                    path.is_dir() or path.unlink()

    def test_a_file_that_has_changed_meanwhile_is_fetched_as_a_whole(self):
        expected = self.expected()
        self.stopped_by(signal.SIGKILL)
        served = pathlib.Path(self.index.folder.name) / "root/files" / self.wheel.name
        os.utime(served, (1, 1))  # nginx makes its ETag of date and size
        self.daypack(*BUILD, "--cache-dir", "cache")
        self.assertEqual(cli.sha256(self.folder / "out.zip"), expected)
        self.assertEqual(self.last_answer()[2:4], (200, self.wheel.stat().st_size))

    def test_a_server_without_ranges(self):
        expected = self.expected()
        self.stopped_by(signal.SIGKILL)
        self.lock("plain")
        self.daypack(*BUILD, "--cache-dir", "cache")
        self.assertEqual(cli.sha256(self.folder / "out.zip"), expected)
        self.assertEqual(self.last_answer()[2:4], (200, self.wheel.stat().st_size))

    def test_a_waiting_build_takes_over_when_the_other_is_killed(self):
        expected = self.expected()
        first = self.begun()
        second = self.start("-v", *BUILD, "--cache-dir", "cache", "-o", "second.zip")
        told = b""
        while b"another build downloads it" not in told:
            line = second.stderr.readline()
            self.assertTrue(line, told)
            told += line
        first.kill()
        out, err = second.communicate(timeout=60)
        self.assertEqual(second.returncode, 0, told + err)
        self.assertIn(b"an earlier download is continued", err)
        self.assertEqual(cli.sha256(self.folder / "second.zip"), expected)
        self.assertEqual(self.last_answer().status, 206)


class Many(Downloads):
    names = ["demo", *(f"demo{number}" for number in range(39))]

    def test_one_build_keeps_its_connections(self):
        self.daypack(*BUILD, "--cache-dir", "cache")
        answers = self.index.answers()
        self.assertEqual([answer.status for answer in answers], [200] * len(self.names))
        self.assertLessEqual(len({answer.connection for answer in answers}), 16)

    def test_eight_builds_at_once_download_each_wheel_once(self):
        expected = self.expected()
        before = len(self.index.answers())
        builds = [self.start(*BUILD, "--cache-dir", "cache", "-o", f"{number}.zip") for number in range(8)]
        for number, build in enumerate(builds):
            _, err = build.communicate(timeout=300)
            self.assertEqual(build.returncode, 0, err)
            self.assertNotIn(b"warning", err)
            self.assertEqual(cli.sha256(self.folder / f"{number}.zip"), expected)
        counted = collections.Counter(answer.path for answer in self.index.answers()[before:])
        self.assertEqual(set(counted.values()), {1})
        self.assertEqual(len(counted), len(self.names))
        self.assertEqual([name for name in cli.files_below(self.folder / "cache") if ".part" in name], [])


class Kept(Downloads):
    def setUp(self):
        super().setUp()
        self.sha256 = self.answer(*BUILD, "--cache-dir", "cache")["sha256"]
        digest = cli.sha256(self.wheel)
        self.value = self.folder / "cache/wheels" / digest[:2] / digest[2:]

    def damage(self, kind):
        whole = self.value.read_bytes()
        self.value.unlink()
        if kind == "a folder":
            (self.value / "deep").mkdir(parents=True)
            return
        middle = len(whole) // 2
        self.value.write_bytes({"empty": b"", "cut off": whole[:middle], "longer": whole + b"x", "unreadable": whole,
                                "a bit": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:]}[kind])
        if kind == "unreadable":
            self.value.chmod(0)

    def test_what_is_damaged_is_repaired(self):
        for kind in "a bit", "cut off", "longer", "empty", "a folder", "unreadable":
            with self.subTest(kind):
                self.damage(kind)
                finished = self.daypack(*BUILD, "--cache-dir", "cache", "-o", "again.zip")
                self.assertEqual(cli.sha256(self.folder / "again.zip"), self.sha256)
                self.assertLessEqual(finished.err.count("warning"), 1, finished.err)
                self.assertEqual(self.answer(*BUILD, "--cache-dir", "cache", "--offline", "-o", "again.zip")["sha256"], self.sha256)

    @unittest.skipUnless(may_forbid(), "the kernel, or a sandbox, knows no such filter")
    def test_offline_opens_no_socket(self):
        there = self.daypack(*BUILD, "--cache-dir", "cache", "--offline", preexec_fn=forbid_the_network)
        self.assertEqual(there.err.count("warning"), 0)
        self.assertEqual(cli.sha256(self.folder / "out.zip"), self.sha256)
        self.refused(5, ["cannot fetch while offline: 1 wheels are missing", "not in the cache: demo-1.0-py3-none-any.whl",
                         "run once with a network"], *BUILD, "--cache-dir", "empty", "--offline", preexec_fn=forbid_the_network)
        self.daypack(*BUILD, "--cache-dir", "empty", code=-signal.SIGSYS, preexec_fn=forbid_the_network)  # the filter works


if __name__ == "__main__":
    cli.main()
