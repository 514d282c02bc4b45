#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What others write, as `daypack ls` and `daypack unzip` read it: the same names, contents, modes, links and folders."""
import pathlib
import sys
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import zip_tools
import zip_trees

SEEDS = range(11, 14)


def as_listed(files):
    """What the directory of a zip says of these: a link's content is its target, a folder has none."""
    listed = {}
    for path, what in files.items():
        if isinstance(what, str) and what.startswith("link to "):
            target = what[len("link to "):].encode()
            what = (len(target), f"{zlib.crc32(target):08x}")
        listed[path] = what
    return {path: what for path, what in listed.items() if not path.endswith("/")}


class Foreign(cli.CommandLineTest):
    def each_archive(self, only=lambda writer: True):
        """Writer, folder and archive of each pair of program and tree."""
        for seed in SEEDS:
            for links in False, True:
                zip_trees.Seeded(self.folder / f"{seed} {links}", seed, links=links)
            for name, writer in zip_tools.WRITERS.items():
                if not only(writer):
                    continue
                with self.subTest(writer=name, seed=seed):
                    folder, archive = self.folder / f"{seed} {writer.links}", self.folder / f"{name}, {seed}.zip"
                    writer.write(self, folder, archive)
                    yield writer, folder, archive

    def check_list(self, writer, folder, archive):
        listed = {entry["path"]: entry for entry in self.answer("ls", archive)["entries"]}
        files = {path: (entry["size"], entry["crc32"]) for path, entry in listed.items()
                 if not path.endswith("/") and path not in writer.more}
        zip_trees.assert_same(self, files, as_listed(zip_trees.found_below(folder, modes=False, links=writer.links)))


class WrittenAsWheelsAre(Foreign):
    """Everything that the strict profile takes too."""

    def test_list(self):
        for writer, folder, archive in self.each_archive(lambda writer: writer.plain):
            self.check_list(writer, folder, archive)


class WrittenByAnybody(Foreign):
    def test_list(self):
        for writer, folder, archive in self.each_archive():
            self.check_list(writer, folder, archive)

    def test_unzip(self):
        for writer, folder, archive in self.each_archive():
            place = archive.with_suffix("")
            self.daypack("unzip", archive, "-d", place)
            keeps = {"modes": writer.modes, "links": writer.links, "folders": writer.folders}
            found = zip_trees.found_below(place, **keeps)
            expected = zip_trees.found_below(folder, **keeps)
            zip_trees.assert_same(self, {path: what for path, what in found.items() if path not in writer.more}, expected)

    def test_unzip_of_what_we_wrote(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                tree = zip_trees.Seeded(self.folder / f"{seed}", seed).root
                self.daypack("zip", tree, "-o", "out.zip")
                self.daypack("unzip", "out.zip", "-d", f"again {seed}")
                zip_trees.assert_same(self, zip_trees.found_below(self.folder / f"again {seed}"), zip_trees.found_below(tree))


if __name__ == "__main__":
    cli.main()
