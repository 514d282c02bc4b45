#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""daypack ls and unzip with archives of other tools: what they hold, what is refused, what is left behind."""
import io
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

FILES = {"a.txt": b"a" * 5000, "b/run.sh": b"#!/bin/sh\n", "b/c/data.bin": os.urandom(3000), "b/\u00fc.txt": b"umlaut",
         "empty.txt": b"", "with space.txt": b"1"}
MAY_MOUNT = cli.mount_privately()


def has(program):
    return unittest.skipUnless(shutil.which(program), f"{program} is not installed")


def contents_of(folder):
    return {name: (pathlib.Path(folder) / name).read_bytes() for name in cli.files_below(folder)}


class Unzip(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        for name, data in FILES.items():
            self.write(f"source/{name}", data)
        (self.folder / "source/b/run.sh").chmod(0o755)

    def run_in_source(self, *arguments):
        subprocess.run(arguments, cwd=self.folder / "source", check=True, stdout=subprocess.DEVNULL)

    def zip_of(self, files=FILES, name="any.zip", method=zipfile.ZIP_DEFLATED):
        path = self.folder / name
        with zipfile.ZipFile(path, "w", method) as archive:
            for member, data in files.items():
                archive.writestr(member, data)
        return path

    def check(self, archive="any.zip", expected=FILES):
        """It is listed, and extracted to what it was made of."""
        entries = self.answer("ls", archive)["entries"]
        self.assertEqual({entry["path"]: entry["size"] for entry in entries if not entry["path"].endswith("/")},
                         {name: len(data) for name, data in expected.items()})
        self.assertEqual(self.daypack("unzip", archive, "-d", "out").out, "out\n")
        self.assertEqual(contents_of(self.folder / "out"), dict(expected))


class OtherTools(Unzip):
    @has("zip")
    def test_info_zip(self):
        self.run_in_source("zip", "-qr", "../any.zip", ".")
        self.check()
        self.assertEqual((self.folder / "out/b/run.sh").stat().st_mode & 0o777, 0o755)
        self.assertEqual((self.folder / "out/a.txt").stat().st_mode & 0o777, 0o644)

    @has("zip")
    def test_info_zip_to_a_pipe_with_comments(self):
        self.run_in_source("sh", "-c", "zip -qr - . | cat >../any.zip")
        subprocess.run(["zip", "-qz", "any.zip"], cwd=self.folder, input=b"a comment\nPK\n", check=True)
        self.check()

    @has("zip")
    def test_info_zip_with_links(self):
        (self.folder / "source/link").symlink_to("b/run.sh")
        self.run_in_source("zip", "-qry", "../any.zip", ".")
        self.daypack("unzip", "any.zip", "-d", "out")
        self.assertEqual(os.readlink(self.folder / "out/link"), "b/run.sh")

    @has("zip")
    def test_info_zip_encrypted(self):
        self.run_in_source("zip", "-qr", "-P", "secret", "../any.zip", ".", "-x", "a.txt")
        self.run_in_source("zip", "-q", "../any.zip", "a.txt")
        entries = {entry["path"]: entry["encrypted"] for entry in self.answer("ls", "any.zip")["entries"]}
        self.assertTrue(entries["b/run.sh"])
        self.assertFalse(entries["a.txt"])
        self.assertIn("encrypted", self.daypack("ls", "any.zip").out)
        self.refused(1, ["a member of a zip is encrypted: b/c/data.bin (any.zip)", "hint: "], "unzip", "any.zip", "-d", "out")
        self.daypack("unzip", "any.zip", "a.txt", "-d", "out")
        self.assertEqual(cli.files_below(self.folder / "out"), ["a.txt"])

    @has("7z")
    def test_7z(self):
        self.run_in_source("7z", "a", "-tzip", "../any.zip", ".")
        self.check()

    @has("7z")
    def test_methods_of_7z_are_listed_and_named(self):
        for method, name in [("BZip2", "bzip2"), ("LZMA", "lzma"), ("PPMd", "ppmd"), ("Deflate64", "deflate64")]:
            with self.subTest(method):
                archive = f"{name}.zip"
                self.run_in_source("7z", "a", "-tzip", f"-mm={method}", f"../{archive}", "a.txt")
                self.assertEqual([entry["method"] for entry in self.answer("ls", archive)["entries"]], [name])
                self.refused(1, f"is neither stored nor deflated: a.txt ({archive}) (got {name})", "unzip", archive, "-d", "out")

    @has("bsdtar")
    def test_bsdtar(self):
        self.run_in_source("bsdtar", "-a", "-cf", "../any.zip", ".")
        self.check()

    def test_python(self):
        for method in zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED:
            self.zip_of(name=f"{method}.zip", method=method)
            self.check(f"{method}.zip")
            shutil.rmtree(self.folder / "out")

    def test_python_to_a_pipe_and_as_a_program(self):
        class Pipe(io.RawIOBase):
            def __init__(self, to):
                self.to = to

            def writable(self):
                return True

            def write(self, data):
                return self.to.write(data)

        with open(self.folder / "any.zip", "wb") as file, zipfile.ZipFile(Pipe(file), "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in FILES.items():
                archive.writestr(name, data)
        self.check()
        shutil.rmtree(self.folder / "out")
        plain = (self.folder / "any.zip").read_bytes()
        self.write("any.pyz", b"#!/usr/bin/env python3\n" + plain)  # cat script zip
        self.check("any.pyz")
        self.refused(1, "a zip ", "ls", "any.pyz", "--strict")

    def test_names_of_ms_dos(self):
        raw = self.zip_of({"gr\u00fc\u00df.txt": b"x"}).read_bytes()
        name, flag = "gr\u00fc\u00df.txt".encode(), struct.pack("<H", 0x800)
        self.assertEqual(raw.count(flag + b"\x08\x00"), 2)
        raw = raw.replace(flag + b"\x08\x00", b"\0\0\x08\x00")
        legacy = "gr\u00fc\u00df.txt".encode("cp437").ljust(len(name), b"_")
        self.write("any.zip", raw.replace(name, legacy))
        self.check(expected={"gr\u00fc\u00df.txt__": b"x"})


class Selection(Unzip):
    def names(self, *arguments):
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        self.daypack("unzip", "any.zip", *arguments, "-d", "out")
        return cli.files_below(self.folder / "out")

    def test_names_folders_and_globs(self):
        self.zip_of({**FILES, "sub/a.txt": b"other", "x[1].txt": b"", "x1.txt": b""})
        self.assertEqual(self.names("a.txt"), ["a.txt"])  # a name is that name alone
        self.assertEqual(self.names("b/c", "sub/"), ["b/c/data.bin", "sub/a.txt"])
        self.assertEqual(self.names("*.txt", "-x", "b", "-x", "x*"), ["a.txt", "empty.txt", "sub/a.txt", "with space.txt"])
        self.assertEqual(self.names("b/*", "-x", "**/data.bin"), ["b/run.sh", "b/\u00fc.txt"])
        self.assertEqual(self.names("x[1].txt"), ["x[1].txt"])

    def test_a_name_that_is_not_there(self):
        self.zip_of()
        self.refused(1, ["no member of a zip has this name: nowhere (any.zip)", "hint: daypack ls"],
                     "unzip", "any.zip", "nowhere", "-d", "out")

    def test_print(self):
        self.zip_of()
        self.assertEqual(self.daypack("unzip", "any.zip", "-p", "b/c/data.bin").stdout, FILES["b/c/data.bin"])
        self.assertEqual(self.daypack("unzip", "any.zip", "-p", "b/run.sh", "a.txt").stdout, FILES["a.txt"] + FILES["b/run.sh"])
        self.assertEqual(cli.files_below(self.folder), sorted(["any.zip", *(f"source/{name}" for name in FILES)]))
        with open("/dev/full", "wb") as full:
            finished = subprocess.run([cli.PROGRAM, "unzip", self.folder / "any.zip", "-p"], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual((finished.returncode, finished.stderr), (1, b"error: cannot write to standard output\n"))

    def test_json(self):
        self.zip_of()
        self.assertEqual(self.answer("unzip", "any.zip", "-d", "out"),
                         {"path": "out", "files": len(FILES), "links": 0, "bytes": sum(map(len, FILES.values()))})


class Refusals(Unzip):
    def test_names_that_lead_out(self):
        for name, words in [("../x", "has '..' in its name"), ("/etc/x", "has an absolute path as its name"),
                            ("a\\b", "has a backslash in its name"), ("C:x", "drive letter"), ("a\nb", "control character")]:
            with self.subTest(name):
                self.zip_of({"good": b"", name: b""})
                shown = name.replace("\n", "\\x0a")
                for command in ["ls"], ["unzip", "-d", "out"]:
                    self.refused(1, [words, f"{shown} (any.zip)", "hint: "], *command, "any.zip")

    def test_links_that_lead_out(self):
        link = zipfile.ZipInfo("link")
        link.external_attr, link.create_system = 0o120777 << 16, 3
        self.zip_of({link: b"../..", "good": b""})
        self.refused(1, "a link of a zip leads out of the folder: link (any.zip, got ../..)", "unzip", "any.zip", "-d", "out")

    def test_a_damaged_member_leaves_nothing(self):
        raw = bytearray(self.zip_of(method=zipfile.ZIP_STORED).read_bytes())
        raw[raw.index(b"umlaut")] ^= 1
        self.write("any.zip", bytes(raw))
        says = ["does not have the CRC that its header says: b/\u00fc.txt (any.zip)"]
        self.refused(1, says, "unzip", "any.zip", "-d", "out")
        self.write("there/a.txt", "old")
        self.refused(1, says, "unzip", "any.zip", "-d", "there", "--overwrite")
        self.assertEqual(contents_of(self.folder / "there"), {"a.txt": b"old"})

    def test_files_that_are_there(self):
        self.zip_of()
        self.write("out/a.txt", "old")
        self.refused(1, ["a file is there already: out/a.txt", "hint: extract to another folder, or overwrite"],
                     "unzip", "any.zip", "-d", "out")
        self.assertEqual(contents_of(self.folder / "out"), {"a.txt": b"old"})
        self.daypack("unzip", "any.zip", "-d", "out", "-o")
        self.assertEqual(contents_of(self.folder / "out"), FILES)

    def test_limits_exit_3_and_say_by_how_much(self):
        self.zip_of()
        for option, words in [("--limit-members=5", "has more members than allowed: any.zip (got 6, expected at most 5)"),
                              ("--limit-member-size=4999", "is larger than allowed: a.txt (any.zip) (got 5000, expected at most 4999)"),
                              ("--limit-size=8000", "over the size allowed"), ("--limit-ratio=1", "more times its own size")]:
            for command in ["ls"], ["unzip", "-d", "out"]:
                self.refused(3, words, *command, "any.zip", option)
        self.refused(2, "--limit-ratio", "ls", "any.zip", "--limit-ratio", "0")

    def test_case(self):
        self.zip_of({"a/File": b"1", "A/file2": b"2"})
        self.refused(1, "differs from another only in upper and lower case: A/file2", "unzip", "any.zip", "--refuse-case-clash", "-d", "out")
        self.check(expected={"a/File": b"1", "A/file2": b"2"})

    def test_what_is_no_zip(self):
        self.write("any.zip", "no zip")
        self.refused(1, "a zip has no end record: it is truncated, or no zip at all: any.zip", "unzip", "any.zip")
        self.refused(1, "cannot read a file: nowhere.zip", "unzip", "nowhere.zip")
        self.refused(2, "ZIP is required", "unzip")
        self.zip_of()
        self.refused(1, "cannot make a folder: no/such (No such file or directory)", "unzip", "any.zip", "-d", "no/such")


class Large(Unzip):
    SIZE = 300_000_000

    def setUp(self):
        super().setUp()
        with zipfile.ZipFile(self.folder / "any.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            with archive.open("large.bin", "w") as member:
                for _ in range(self.SIZE // 1_000_000):
                    member.write(bytes(1_000_000))

    def test_a_large_member_does_not_need_its_size_in_memory(self):
        for arguments in ["-d", "out"], ["-p"]:
            self.assertLess(self.peak_memory("unzip", "any.zip", "-q", *arguments), 100_000_000)
        self.assertEqual((self.folder / "out/large.bin").stat().st_size, self.SIZE)

    @unittest.skipUnless(MAY_MOUNT, "may not mount")
    def test_a_full_disk_leaves_nothing(self):
        small = self.folder / "small"
        small.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "none", small], check=True)
        self.addCleanup(subprocess.run, ["umount", small])
        for place in "small/out", "small":
            self.refused(1, ["cannot write a file: ", "large.bin (No space left on device)", "hint: free some space"],
                         "unzip", "any.zip", "-d", place)
            self.assertEqual(list(small.iterdir()), [])

    def test_an_interruption_leaves_nothing(self):
        process = self.start("unzip", "any.zip", "-d", "out")
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        while process.poll() is None and not any(self.folder.glob(".daypack-*/large.bin")):
            pass
        process.send_signal(signal.SIGINT)
        code = process.wait(60)
        if code == 0:  # it was done before
            return
        self.assertEqual(code, 130)
        self.assertEqual(cli.files_below(self.folder), sorted(["any.zip", *(f"source/{name}" for name in FILES)]))


if __name__ == "__main__":
    cli.main()
