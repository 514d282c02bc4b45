#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""`daypack zip`: its sources, links, lists of names, dates, outputs, and the memory that it takes."""
import os
import pathlib
import resource
import stat
import subprocess
import sys
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

MEGABYTE = 1 << 20


def reader_of(path):
    return zipfile.ZipFile(path)


class Sources(cli.CommandLineTest):
    def zipped(self, *arguments, **options):
        self.daypack("zip", *arguments, "-o", "out.zip", "-q", **options)
        return cli.names_in(self.folder / "out.zip")

    def test_a_prefix_is_the_folder_of_all(self):
        self.write("site/a/b.py", "b")
        self.write("run.sh", "#!")
        self.assertEqual(self.zipped("site", "run.sh", "--prefix", "python"), ["python/a/b.py", "python/run.sh"])
        self.assertEqual(self.zipped("site", "--prefix", "python/lib/"), ["python/lib/a/b.py"])
        self.refused(1, "has a '..' component", "zip", "site", "--prefix", "../up", "-o", "new.zip")

    def test_ignore_files_are_heeded_when_asked(self):
        self.write("src/.gitignore", "*.log\nbuild/\n")
        for name in ("a.py", "a.log", "build/x", "deep/.gitignore", "deep/b.log"):
            self.write(f"src/{name}", "!*.log\n" if name.endswith("ignore") else "x")
        self.assertEqual(self.zipped("src"), [".gitignore", "a.log", "a.py", "build/x", "deep/.gitignore", "deep/b.log"])
        self.assertEqual(self.zipped("src", "--ignore-file", ".gitignore"),
                         [".gitignore", "a.py", "deep/.gitignore", "deep/b.log"])
        self.assertEqual(self.zipped("src", "--ignore-file", ".gitignore", "-x", ".gitignore"), ["a.py", "deep/b.log"])

    def test_what_is_excluded_is_not_looked_at(self):
        self.write("src/a.py", "x")
        os.symlink("/nowhere", self.folder / "src/dangling")
        self.refused(1, "a link leads to nothing: src/dangling", "zip", "src", "-o", "new.zip")
        self.assertEqual(self.zipped("src", "-x", "dangling"), ["a.py"])

    def test_names_from_a_list_keep_their_paths(self):
        for name in ("b/two words.txt", "a.txt", "c.txt", "-x"):
            self.write(name, name)
        self.write("list", "./a.txt\nb/two words.txt\n\n")
        self.assertEqual(self.zipped("--names-from", "list"), ["a.txt", "b/two words.txt"])
        listed = subprocess.run(["find", "b", "-type", "f", "-print0"], cwd=self.folder, capture_output=True, check=True)
        (self.folder / "names").write_bytes(listed.stdout)
        with open(self.folder / "names", "rb") as names:
            self.assertEqual(self.zipped("c.txt", "--names-from", "-", "--prefix", "p", stdin=names), ["p/b/two words.txt", "p/c.txt"])
        self.write("list", "a.txt\nb\n")
        self.refused(2, "a list names files, not folders: b", "zip", "--names-from", "list", "-o", "new.zip")
        self.write("list", "gone.txt\n")
        self.refused(1, "there is no such file or folder: gone.txt", "zip", "--names-from", "list", "-o", "new.zip")
        self.write("list", "../outside\n")
        self.daypack("zip", "--names-from", "list", "-o", "new.zip", code=1)
        self.refused(2, "SOURCE or --names-from is required", "zip", "-o", "new.zip")


class Links(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("src/real.txt", "real")
        os.symlink("real.txt", self.folder / "src/link")

    def test_each_policy(self):
        def packed(*policy):
            self.daypack("zip", "src", "-o", "out.zip", *policy)
            with reader_of(self.folder / "out.zip") as archive:
                info = archive.getinfo("link")
                return stat.S_ISLNK(info.external_attr >> 16), archive.read(info)
        for policy in ((), ("--symlinks", "inside"), ("--symlinks", "follow")):
            self.assertEqual(packed(*policy), (False, b"real"))
        self.assertEqual(packed("--symlinks", "keep"), (True, b"real.txt"))
        self.refused(1, "this is a link: src/link", "zip", "src", "--symlinks", "refuse", "-o", "new.zip")

    def test_out_of_the_folder_only_when_asked(self):
        self.write("far/f", "far")
        os.symlink("../far", self.folder / "src/out")
        for policy in ((), ("--symlinks", "keep")):
            self.refused(1, "a link leads out of its folder: src/out", "zip", "src", *policy, "-o", "new.zip")
        self.daypack("zip", "src", "--symlinks", "follow", "-o", "out.zip")
        self.assertEqual(cli.names_in(self.folder / "out.zip"), ["link", "out/f", "real.txt"])

    def test_a_circle_ends(self):
        os.symlink("..", self.folder / "src/up")
        self.refused(1, "src/up", "zip", "src", "--symlinks", "follow", "-o", "new.zip")

    def test_another_word_is_refused(self):
        finished = self.daypack("zip", "src", "--symlinks", "ignore", "-o", "new.zip", code=2)
        self.assertIn("--symlinks", finished.err)


class Output(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("src/text", "some text\n" * 1000)

    def test_source_date_epoch(self):
        for text, date in (("1700000000", (2023, 11, 14, 22, 13, 20)), ("0", (1980, 1, 1, 0, 0, 0)), ("", (1980, 1, 1, 0, 0, 0))):
            self.daypack("zip", "src", "-o", "out.zip", env=cli.environment(SOURCE_DATE_EPOCH=text, TZ="Asia/Tokyo"))
            with reader_of(self.folder / "out.zip") as archive:
                self.assertEqual(archive.infolist()[0].date_time, date)
        for text in ("yesterday", "1.5", " 1", "1700000000000000000000"):
            self.refused(2, f"SOURCE_DATE_EPOCH is no number of seconds: {text}", "zip", "src", "-o", "new.zip",
                         env=cli.environment(SOURCE_DATE_EPOCH=text))

    def test_a_build_has_that_date_too(self):
        self.daypack("build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--bytecode", "none", "--add", "src/text", "-o", "out.zip",
                     env=cli.environment(SOURCE_DATE_EPOCH="1700000000"))
        with reader_of(self.folder / "out.zip") as archive:
            self.assertEqual(archive.infolist()[0].date_time, (2023, 11, 14, 22, 13, 20))

    def test_store_deflates_nothing(self):
        self.daypack("zip", "src", "--store", "-o", "out.zip")
        with reader_of(self.folder / "out.zip") as archive:
            self.assertEqual([info.compress_type for info in archive.infolist()], [zipfile.ZIP_STORED])

    def test_crc64_where_asked(self):
        answer = self.answer("zip", "src", "--crc64", "-o", "out.zip")
        self.assertEqual(answer["crc64"], str(self.crc64((self.folder / "out.zip").read_bytes())))
        self.assertNotIn("crc64", self.answer("zip", "src", "-o", "out.zip"))

    @staticmethod
    def crc64(data):
        value = ~0
        for byte in data:
            value ^= byte
            for _ in range(8):
                value = (value & (1 << 64) - 1) >> 1 ^ (0xC96C5795D7870F42 if value & 1 else 0)
        return ~value & (1 << 64) - 1

    def test_every_output_is_the_same_for_any_threads_and_locale(self):
        digests = set()
        for jobs, locale in (("1", "C"), ("2", "tr_TR.UTF-8"), ("7", "C.UTF-8")):
            environment = cli.environment(LC_ALL=locale, TZ="America/New_York" if jobs == "7" else "UTC")
            mask = 0o077 if jobs == "1" else 0o002
            digests.add(self.answer("zip", "src", "-j", jobs, "-o", "out.zip", env=environment, umask=mask)["sha256"])
            digests.add(cli.sha256(self.folder / "out.zip"))
            piped = self.daypack("zip", "src", "-j", jobs, "-o", "-", env=environment).stdout
            (self.folder / "piped.zip").write_bytes(piped)
            digests.add(cli.sha256(self.folder / "piped.zip"))
        self.assertEqual(len(digests), 1)

    def test_a_full_standard_output_is_an_error(self):
        for size in (10, 3 * MEGABYTE):
            self.write("src/noise", os.urandom(size))
            with open("/dev/full", "wb") as full:
                finished = subprocess.run([cli.PROGRAM, "zip", "src", "-o", "-"], cwd=self.folder, env=cli.environment(),
                                          stdout=full, stderr=subprocess.PIPE, text=True)
            self.assertEqual(finished.returncode, 1, finished.stderr)
            self.assertIn("cannot write to standard output: No space left on device", finished.stderr)


class Memory(cli.CommandLineTest):
    """At most 256 MB: for one file of 1 GB, whatever becomes of it, with few threads and with many; for a million files."""
    SIZE = 1000 * MEGABYTE

    def peak_of_entries(self, folders):
        """Of a zip of folders with 1,000 small files each; most are links to one, which are quickly made and removed."""
        for number in range(folders):
            first = self.write(f"tree-{folders}/{number:04}/file_0000.txt", b"%d\n" % number * 5)
            for other in range(1, 1000):
                os.link(first, first.with_name(f"file_{other:04}.txt"))
        return self.peak_memory("zip", f"tree-{folders}", "-j", "2", "-q", "-o", "out.zip")

    def test_many_entries(self):
        """What the window holds is in both; what is left is for each entry."""
        few, many = 20, 100
        each = (self.peak_of_entries(many) - self.peak_of_entries(few)) / (many - few) / 1000
        self.assertLess(each, 250, "256 MB are for a million")

    def write_large(self):
        block = os.urandom(MEGABYTE) + b"".join(b"%d\n" % (i * 2654435761 % 1000003) for i in range(500_000))
        with open(self.folder / "large", "wb") as file:
            while file.tell() < self.SIZE:
                file.write(block[:self.SIZE - file.tell()])

    def test_one_large_file(self):
        self.write_large()
        for arguments in (["--effort", "1"], ["--effort", "1", "-j", "16"], ["--store", "-j", "2"]):
            with self.subTest(arguments=arguments):
                self.assertLess(self.peak_memory("zip", "large", *arguments, "-q", "-o", "out.zip"), 256 * MEGABYTE)
                with reader_of(self.folder / "out.zip") as archive:
                    self.assertEqual(archive.getinfo("large").file_size, self.SIZE)
                    self.assertIsNone(archive.testzip())


if __name__ == "__main__":
    cli.main()
