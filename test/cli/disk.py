#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Disks that are full or read-only: a clear error, or a warning where the work can go on, and nothing half-written."""
import os
import pathlib
import resource
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

BUILD = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, *cli.PACKAGES]
FULL = ["cannot write a file: ", "No space left on device", "hint: free some space, or choose another folder"]
MAY_MOUNT = cli.mount_privately()


def small_files():
    """In a child: no file may grow beyond 200 kB. That is also what a quota or `ulimit -f` does."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))


def no_write_access():
    """In a child: without the rights by which root writes everywhere."""
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


class SmallFiles(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("random.bin", os.urandom(1_000_000))

    def test_a_zip_that_may_not_grow_leaves_nothing(self):
        self.refused(1, ["cannot write a file: out.zip", "File too large"], "zip", "random.bin", "-o", "out.zip",
                     preexec_fn=small_files)

    def test_a_zip_that_may_not_grow_leaves_the_old_one(self):
        self.write("small.txt", "small")
        self.daypack("zip", "small.txt", "-o", "out.zip")
        old = cli.sha256(self.folder / "out.zip")
        self.refused(1, "File too large", "zip", "random.bin", "-o", "out.zip", preexec_fn=small_files)
        self.assertEqual(cli.sha256(self.folder / "out.zip"), old)

    def test_a_build_leaves_the_old_package_and_its_manifest(self):
        options = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--bytecode", "none"]
        self.write("small.txt", "small")
        self.daypack(*options, "--add", "small.txt")
        old = [cli.sha256(self.folder / name) for name in ("out.zip", "out.daypack.json")]
        self.refused(1, "File too large", *options, "--add", "random.bin", preexec_fn=small_files)
        self.assertEqual([cli.sha256(self.folder / name) for name in ("out.zip", "out.daypack.json")], old)

    def test_a_store_of_functions_that_may_not_grow(self):
        self.daypack("build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--bytecode", "none", "--add", "random.bin")
        store = {"env": cli.environment(DAYPACK_DATA_DIR=str(self.folder / "data"))}
        self.daypack("deploy", "out.zip", "disk-test", code=1, preexec_fn=small_files, **store)
        self.assertEqual([name for name in cli.files_below(self.folder / "data") if name != "lock"], [])
        self.assertFalse(self.answer("deploy", "out.zip", "disk-test", **store)["unchanged"])


@unittest.skipUnless(MAY_MOUNT, "only root may mount a small disk")
class SmallDisk(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.mount("size=1m")

    def mount(self, options):
        self.disk.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(self.disk)], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], check=True)

    def test_a_zip_on_a_full_disk(self):
        """Nothing where none was, else the old one; of small files, of one that is deflated in parts, of what is stored."""
        self.write("small/old", "old")
        self.daypack("zip", "small", "-o", "disk/old.zip")
        old = cli.sha256(self.disk / "old.zip")
        for number in range(400):
            self.write(f"many/{number}", os.urandom(5000))
        self.write("large/one", os.urandom(10_000_000))
        for source in "many", "large":
            for options in ([], ["--store"], ["-j", "7", "--effort", "fast"]):
                for output in "new", "old":
                    with self.subTest(source=source, options=options, output=output):
                        self.refused(1, FULL, "zip", source, *options, "-o", f"disk/{output}.zip")
                        self.assertEqual(cli.files_below(self.disk), ["old.zip"])
                        self.assertEqual(cli.sha256(self.disk / "old.zip"), old)

    def test_a_temporary_folder_that_is_full(self):
        """Where the parts of a large file go beyond 32 MB, until its header is written."""
        noise = os.urandom(300_000)
        self.write("large", b"".join(noise + b"x" * 1000 for _ in range(300)))
        # Told to go on a small disk; where that is full, nothing is left there.
        self.refused(1, ["cannot write a temporary file: No space left on device", "TMPDIR"], "zip", "large", "--effort", "1",
                     "-o", "out.zip", env=cli.environment(TMPDIR=str(self.disk)))
        self.assertEqual(cli.files_below(self.disk), [])

    def test_a_package_on_a_full_disk_leaves_nothing(self):
        self.refused(1, FULL, *BUILD, "-o", "disk/out.zip")

    def test_a_package_on_a_full_disk_leaves_the_old_one(self):
        self.daypack("build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "six==1.16.0", "-o", "disk/out.zip")
        before = {name: cli.sha256(self.disk / name) for name in cli.files_below(self.disk)}
        self.assertEqual(sorted(before), ["out.daypack.json", "out.zip"])
        self.refused(1, FULL, *BUILD, "-o", "disk/out.zip")
        self.assertEqual({name: cli.sha256(self.disk / name) for name in cli.files_below(self.disk)}, before)

    def test_a_full_disk_costs_the_cache_only(self):
        expected = self.answer(*BUILD, "-o", "expected.zip")["sha256"]
        finished = self.daypack(*BUILD, "--cache-dir", "disk/cache")
        self.assertEqual(cli.sha256(self.folder / "out.zip"), expected)
        self.assertIn("the cache cannot be written, so what it should keep is lost after this run", finished.err)
        self.assertEqual([name for name in cli.files_below(self.disk) if name.endswith(".part")], [])
        self.daypack(*BUILD, "--cache-dir", "disk/cache", "-o", "again.zip")
        self.assertEqual(cli.sha256(self.folder / "again.zip"), expected)

    def test_a_read_only_cache_is_read(self):
        subprocess.run(["mount", "-o", "remount,size=100m", str(self.disk)], check=True)
        expected = self.answer(*BUILD, "--cache-dir", "disk/cache", "--lock", "pylock.toml")["sha256"]
        subprocess.run(["mount", "-o", "remount,ro", str(self.disk)], check=True)
        warm = self.answer(*BUILD, "--cache-dir", "disk/cache", "--lock", "pylock.toml", "--offline")
        self.assertEqual(warm["sha256"], expected)
        finished = self.daypack(*BUILD, "six==1.16.0", "--cache-dir", "disk/cache")
        self.assertRegex(finished.err, "warning: .*: the cache cannot be written")


class ReadOnly(cli.CommandLineTest):
    def test_a_cache_that_cannot_be_made(self):
        expected = self.answer(*BUILD, "-o", "expected.zip")["sha256"]
        self.write("a-file", "")
        finished = self.daypack(*BUILD, "--cache-dir", "a-file/cache")
        self.assertEqual(cli.sha256(self.folder / "out.zip"), expected)
        self.assertRegex(finished.err, "warning: a-file/cache/.*: the cache cannot be read: cannot read a file")

    def test_a_folder_that_is_none(self):
        self.write("a-file", "")
        self.write("app.py", "x = 1\n")
        self.refused(1, "cannot write a file: a-file/out.zip (Not a directory)", "zip", "app.py", "-o", "a-file/out.zip")
        (self.folder / "folder").mkdir()
        self.refused(1, "cannot write a file: folder (Is a directory)", "zip", "app.py", "-o", "folder")

    def test_a_folder_that_may_not_be_written(self):
        closed = self.folder / "closed"
        closed.mkdir()
        closed.chmod(0o555)
        self.addCleanup(closed.chmod, 0o755)
        self.write("app.py", "x = 1\n")
        self.folder.chmod(0o755)
        program = self.reachable_program()
        if program is None:
            self.skipTest("the program cannot be started by another user")
        finished = subprocess.run([program, "zip", "app.py", "-o", "closed/out.zip"], cwd=self.folder, env=cli.environment(),
                                  capture_output=True, text=True, preexec_fn=no_write_access)
        self.assertEqual(finished.returncode, 1, finished.stderr)
        self.assertIn("cannot write a file: closed/out.zip (Permission denied)\n  hint: check the permissions", finished.stderr)
        self.assertEqual(cli.files_below(closed), [])

    def reachable_program(self):
        """The program, or a copy of it where everybody may start it."""
        copy = self.write("daypack", pathlib.Path(cli.PROGRAM).read_bytes())
        copy.chmod(0o755)
        tried = subprocess.run([str(copy), "--version"], capture_output=True, preexec_fn=no_write_access)
        return str(copy) if tried.returncode == 0 else None


if __name__ == "__main__":
    cli.main()
