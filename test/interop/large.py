#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Zips beyond 65,535 entries and 4 GiB by `daypack zip`, as others read them; how much memory that takes.

With --all also what needs minutes and 9 GB of disk: everybody reads all of it, and 4 GiB that do not shrink.
"""
import os
import pathlib
import struct
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import zip_tools

ALL = "--all" in sys.argv
MEMORY = 256 << 20
END, END64, LOCATOR = b"PK\5\6", b"PK\6\6", b"PK\6\7"


def end_records(archive):
    """Number of members in the end record, and in the zip64 one when there is one (APPNOTE 4.3.14 to 4.3.16)."""
    with open(archive, "rb") as file:
        file.seek(-(22 + 20 + 56), os.SEEK_END)
        tail = file.read()
    signature, *_, members = struct.unpack("<4s4H", tail[-22:-10])
    assert signature == END, "no end record without a comment"
    if tail[-42:-38] != LOCATOR:
        return members, None
    assert tail[:4] == END64, "the zip64 end record does not stand before its locator"
    return members, struct.unpack("<Q", tail[32:40])[0]


class Large(cli.CommandLineTest):
    def pack(self, tree, archive="out.zip"):
        """Writes the zip in bounded memory."""
        peak = self.peak_memory("zip", tree, "-o", archive, "--jobs", "2", "--effort", "fast", "--quiet")
        with self.subTest("memory"):
            self.assertLess(peak, MEMORY)
        return self.folder / archive

    def check_everybody(self, archive, told):
        zip_tools.check(self, archive)
        self.assertEqual(zip_tools.java_tool(self, "check", archive), told)
        self.assertEqual(zip_tools.run(self, "bsdtar", "-tf", archive).count("\n"), int(told.split()[0]))


class ManyEntries(Large):
    def test_around_65535_and_more(self):
        """zip64 when the number does not fit in 16 bits, and only then."""
        tree = self.folder / "tree"
        tree.mkdir()
        made, size = 0, 0
        for count in 65_534, 65_535, 65_536, 70_000:
            for number in range(made, count):
                size += (tree / f"f{number:05}").write_bytes(b"%d" % number)
            made = count
            with self.subTest(entries=count):
                archive = self.pack("tree")
                self.assertEqual(end_records(archive), (min(count, 0xFFFF), count if count > 0xFFFF else None))
                self.assertEqual(zip_tools.go_tool(self, "check", archive), f"{count} {size}\n")
                self.assertEqual(zip_tools.java_tool(self, "check", archive), f"{count} {size}\n")
        self.check_everybody(archive, f"{count} {size}\n")
        self.assertEqual(len(self.answer("ls", archive)["entries"]), count)


class ManyBytes(Large):
    def test_one_entry_over_4_gib(self):
        size = (4 << 30) + 5
        os.truncate(self.write("tree/large", b""), size)
        self.write("tree/later", "x")
        archive = self.pack("tree")
        sizes = {"large": size, "later": 1}
        for tool, list_sizes in zip_tools.LISTS.items():
            self.assertEqual(list_sizes(self, archive), sizes, tool)
        for tool, read in zip_tools.READ_ONE.items():
            self.assertEqual(read(self, archive, "later"), "x", tool)
        listed = {entry["path"]: entry["size"] for entry in self.answer("ls", archive)["entries"]}
        self.assertEqual(listed, sizes)
        self.assertEqual(zip_tools.go_tool(self, "check", archive), f"2 {size + 1}\n")
        if ALL:
            self.check_everybody(archive, f"2 {size + 1}\n")


class WhatDoesNotShrink(Large):
    def stored(self, entries):
        """A zip of 64 MiB of noise under many names, and one small file at its end; what Go and Java tell of it."""
        first = self.write("tree/f00", os.urandom(64 << 20))
        for number in range(1, entries):
            os.link(first, self.folder / f"tree/f{number:02}")
        self.write("tree/later", "x")
        return self.pack("tree"), f"{entries + 1} {(entries << 26) + 1}\n"

    def test_memory(self):
        archive, told = self.stored(8)
        self.assertEqual(zip_tools.go_tool(self, "check", archive), told)

    if ALL:
        def test_entries_beyond_4_gib(self):
            archive, told = self.stored(65)
            with zipfile.ZipFile(archive) as opened:
                self.assertEqual({info.compress_type for info in opened.infolist()}, {zipfile.ZIP_STORED})
                self.assertGreater(opened.getinfo("later").header_offset, 4 << 30)
            self.assertEqual(zip_tools.go_tool(self, "check", archive), told)
            self.check_everybody(archive, told)


if __name__ == "__main__":
    sys.argv = [word for word in sys.argv if word != "--all"]
    cli.main()
