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
# jar cuts a path behind its last "../", be it the end of a folder's name.
WORDS = [word for word in zip_trees.WORDS if not word.endswith("..")]


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
    def check_each(self, check, only=lambda writer: True, words=WORDS):
        """Calls the check with writer, folder and archive of each pair of program and tree."""
        for seed in SEEDS:
            for links in False, True:
                zip_trees.Seeded(self.folder / f"{seed} {links}", seed, links=links, words=words)
            for name, writer in zip_tools.WRITERS.items():
                if only(writer):
                    with self.subTest(writer=name, seed=seed):
                        folder, archive = self.folder / f"{seed} {writer.links}", self.folder / f"{name}, {seed}.zip"
                        writer.write(self, folder, archive)
                        check(writer, folder, archive)

    def check_list(self, writer, folder, archive):
        listed = {entry["path"]: entry for entry in self.answer("ls", archive)["entries"]}
        files = {path: (entry["size"], entry["crc32"]) for path, entry in listed.items()
                 if not path.endswith("/") and path not in writer.more}
        zip_trees.assert_same(self, files, as_listed(zip_trees.found_below(folder, modes=False, links=writer.links)))


class WrittenAsWheelsAre(Foreign):
    """What the strict profile takes too."""

    def test_list(self):
        self.check_each(self.check_list, lambda writer: writer.plain, [word for word in WORDS if word.isascii()])


class WrittenByAnybody(Foreign):
    def check_unzip(self, writer, folder, archive):
        place = archive.with_suffix("")
        self.daypack("unzip", archive, "-d", place)
        keeps = {"modes": writer.modes, "links": writer.links, "folders": writer.folders}
        found = {path: what for path, what in zip_trees.found_below(place, **keeps).items() if path not in writer.more}
        zip_trees.assert_same(self, found, zip_trees.found_below(folder, **keeps))

    def test_list(self):
        self.check_each(self.check_list)

    def test_unzip(self):
        self.check_each(self.check_unzip)

    def test_unzip_of_what_we_wrote(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                tree = zip_trees.Seeded(self.folder / f"{seed}", seed).root
                self.daypack("zip", tree, "-o", "out.zip")
                self.daypack("unzip", "out.zip", "-d", f"again {seed}")
                zip_trees.assert_same(self, zip_trees.found_below(self.folder / f"again {seed}"), zip_trees.found_below(tree))


if __name__ == "__main__":
    cli.main()
