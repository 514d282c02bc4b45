#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What `daypack zip` writes, as others read it: the same names, contents and modes, and nothing to warn of."""
import os
import pathlib
import re
import sys
import unicodedata
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import zip_tools
import zip_trees

SEEDS = range(1, 7)


class ReadByOthers(cli.CommandLineTest):
    def packed(self, tree, *options):
        """The zip of what lies in a folder of the test."""
        archive = self.folder / f"{tree}.zip"
        told = self.answer("zip", tree, "-o", archive, *options)
        self.assertEqual(told["size"], archive.stat().st_size)
        self.assertEqual(told["sha256"], cli.sha256(archive))
        return archive

    def check_readers(self, tree, archive):
        zip_tools.check(self, archive)
        for reader, read in zip_tools.READERS.items():
            with self.subTest(reader=reader):
                place = self.folder / f"{tree} by {reader}"
                place.mkdir()
                read(self, archive, place)
                modes = reader in zip_tools.KEEP_MODES
                expected = zip_trees.found_below(self.folder / tree, modes)
                if reader in zip_tools.COMPOSE_NAMES:
                    expected = {unicodedata.normalize("NFC", name): what for name, what in expected.items()}
                zip_trees.assert_same(self, zip_trees.found_below(place, modes), expected)

    def test_generated_trees(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                zip_trees.Seeded(self.folder / f"tree{seed}", seed, links=seed % 2 == 0)
                self.check_readers(f"tree{seed}", self.packed(f"tree{seed}"))

    def test_sizes_around_the_borders_of_parts(self):
        for seed in 1, 3:
            with self.subTest(seed=seed):
                zip_trees.Seeded(self.folder / f"large{seed}", seed, len(zip_trees.BORDERS), zip_trees.BORDERS)
                self.check_readers(f"large{seed}", self.packed(f"large{seed}", "--effort", "fast"))

    def test_every_effort(self):
        tree = zip_trees.Seeded(self.folder / "tree", 7)
        expected = zip_trees.found_below(tree.root, modes=False)
        for effort in "fast", "balanced", "smallest", *map(str, range(1, 13)):
            with self.subTest(effort=effort):
                archive = self.packed("tree", "--effort", effort)
                zip_tools.check(self, archive)
                with zipfile.ZipFile(archive) as opened:
                    listed = {info.filename: (info.file_size, f"{info.CRC:08x}") for info in opened.infolist()}
                zip_trees.assert_same(self, listed, expected)

    def test_nothing_and_empty_files_alone(self):
        self.write("one/empty", b"")
        for tree in "one", "none":
            (self.folder / tree).mkdir(exist_ok=True)
            with self.subTest(tree=tree):
                archive = self.packed(tree)
                with zipfile.ZipFile(archive) as opened:
                    self.assertEqual(opened.namelist(), [path.name for path in (self.folder / tree).iterdir()])
                zip_tools.go_tool(self, "check", archive)
                zip_tools.java_tool(self, "check", archive)


class Records(cli.CommandLineTest):
    """What programs that show each record say of ours."""

    def setUp(self):
        super().setUp()
        self.tree = zip_trees.Seeded(self.folder / "tree", 8).root
        self.daypack("zip", "tree", "-o", "out.zip")

    def test_zipdetails_knows_every_byte(self):
        said = zip_tools.run(self, "zipdetails", self.folder / "out.zip")
        files = len(zip_trees.found_below(self.tree))
        for record, count in ("LOCAL HEADER", files), ("CENTRAL HEADER", files), ("END CENTRAL HEADER", 1):
            self.assertEqual(len(re.findall(rf"(?m)^[0-9A-F]+ {record}\b", said)), count, record)
        self.assertRegex(said, r"Done\s*$")
        self.assertNotRegex(said, r"(?i)\b(error|unexpected|unknown|trailing|truncated|mismatch)\b")

    def test_zipinfo(self):
        lines = zip_tools.run(self, "zipinfo", self.folder / "out.zip").splitlines()
        members = [line for line in lines if re.match(r"[-l?]", line)]
        self.assertEqual(len(members), len(zip_trees.found_below(self.tree)))
        for line in members:
            self.assertRegex(line, r"^-rw(-r--r--|xr-xr-x)  2\.0 unx +\d+ [bt]- (stor|def[NXFS]) 80-Jan-01 00:00 ")
        details = zip_tools.run(self, "zipinfo", "-v", self.folder / "out.zip")
        self.assertEqual(set(re.findall(r"length of extra field: +(\d+)", details)), {"0"})

    def test_local_headers_say_the_same_as_the_directory(self):
        with zipfile.ZipFile(self.folder / "out.zip") as opened, open(self.folder / "out.zip", "rb") as file:
            end = 0
            for info in sorted(opened.infolist(), key=lambda info: info.header_offset):
                self.assertEqual(info.header_offset, end, "no gap, no overlap")
                file.seek(end)
                header = file.read(30)
                fields = [int.from_bytes(header[at:at + size], "little") for at, size in ((0, 4), (6, 2), (8, 2), (14, 4), (18, 4), (22, 4))]
                self.assertEqual(fields, [0x04034B50, info.flag_bits, info.compress_type, info.CRC, info.compress_size, info.file_size])
                end += 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little") + info.compress_size
            self.assertEqual(end, opened.start_dir)


class SameBytes(cli.CommandLineTest):
    """One sha256 for one tree, whatever is not the tree."""

    def setUp(self):
        super().setUp()
        sizes = [*zip_trees.SIZES, *zip_trees.BORDERS[1:3]]  # each once
        self.tree = zip_trees.Seeded(self.folder / "tree", 9, len(sizes), sizes, links=True).root
        self.expected = self.digest()

    def digest(self, *options, tree="tree", **how):
        return self.answer("zip", tree, "-o", "out.zip", *options, **how)["sha256"]

    def check(self, *options, **how):
        self.assertEqual(self.digest(*options, **how), self.expected, f"{options} {how}")

    def test_for_any_number_of_threads(self):
        for jobs in "1", "2", "7":
            self.check("--jobs", jobs)
            self.check(env=cli.environment(DAYPACK_JOBS=jobs))

    def test_to_standard_output(self):
        self.daypack("zip", "tree", "-o", "out.zip")
        self.assertEqual(self.daypack("zip", "tree", "-o", "-").stdout, (self.folder / "out.zip").read_bytes())

    def test_for_another_language_and_time_zone(self):
        for language in "C", "C.UTF-8", "tr_TR.UTF-8", "not_THERE":
            self.check(env=cli.environment(LC_ALL=language, LANG=language, TZ="Asia/Kathmandu"))
        self.check(env=cli.environment(LC_ALL=None, LANG=None, TZ="America/St_Johns"))

    def test_for_another_umask(self):
        for mask in 0o000, 0o077, 0o777:
            (self.folder / "out.zip").unlink(missing_ok=True)
            self.check(preexec_fn=lambda mask=mask: os.umask(mask))

    def test_for_other_times(self):
        for when in 1, 2**31 + 10, 1_000_000_000.5:
            for path in [self.tree, *self.tree.rglob("*")]:
                os.utime(path, (when, when), follow_symlinks=False)
            self.check()

    def test_for_modes_that_say_the_same(self):
        for path in self.tree.rglob("*"):
            if path.is_file() and not path.is_symlink():
                path.chmod(0o700 if path.stat().st_mode & 0o100 else 0o600)
        self.check()

    def test_for_another_order_of_making_the_files(self):
        for name, backwards in ("forth", False), ("back", True):
            paths = sorted(self.tree.rglob("*"), reverse=backwards)
            for path in paths:
                copy = self.folder / name / path.relative_to(self.tree)
                (copy if path.is_dir() else copy.parent).mkdir(parents=True, exist_ok=True)
                if path.is_file():
                    copy.write_bytes(path.read_bytes())
                    copy.chmod(path.stat().st_mode & 0o777)
            self.check(tree=name)

    def test_for_another_name_of_the_folder(self):
        self.check(tree=self.folder / "tree")
        self.check(tree="tree/")

    def test_the_bytes_do_tell_what_matters(self):
        path = min(path for path in self.tree.rglob("*") if path.is_file() and not path.is_symlink())
        path.chmod(path.stat().st_mode ^ 0o111)
        self.assertNotEqual(self.digest(), self.expected)


if __name__ == "__main__":
    cli.main()
