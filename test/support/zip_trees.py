# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Folders of files made from a seed, and what is found in a folder: the two sides of a round trip."""
import os
import pathlib
import random
import stat
import zlib

MIB = 1 << 20
# Above 8 MiB the writer splits a content into parts of 4 MiB (zip/writer.hpp).
BORDERS = [8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 12 * MIB + 1]
SIZES = [0, 1, 2, 3, 63, 64, 1000, 4095, 4096, 4097, 32767, 32769, 65535, 65536, 200_000]
WORDS = [
    "a", "Z9", ".hidden", "with space", "two  spaces ", "-dash", "it's", 'quo"te', "[a]", "star*", "what?", "#hash", "%41", "$HOME", "~tilde",
    "semi;colon", "comma,", "plus+", "equals=", "at@", "(round)", "{curly}", "a&b", "dots...", "x" * 120, "naïve", "cafe\u0301",
    "Straße", "Ελληνικά", "файл", "שלום", "ملف", "हिन्दी", "ไทย", "日本語", "中文目录", "한국어", "😀", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "İstanbul", "ıI",
]



def noise(choice, size):
    return choice.getrandbits(8 * size).to_bytes(size, "little") if size else b""


def content(choice, size):
    """Bytes of a kind that the choice decides: noise, text, one byte again and again, text and noise by turns."""
    kind = choice.randrange(4)
    if kind == 0:
        return noise(choice, size)
    text = b" ".join(b"%d" % choice.randrange(1000) for _ in range(500))
    if kind == 1:
        return (text * (size // len(text) + 1))[:size]
    if kind == 2:
        return bytes([choice.randrange(256)]) * size
    block = text[:1000] + noise(choice, 1000)
    return (block * (size // len(block) + 1))[:size]


class Seeded:
    """A tree below `folder`: the same for the same seed."""

    def __init__(self, folder, seed, files=40, sizes=SIZES, links=False, words=WORDS):
        self.root = pathlib.Path(folder)
        self.words = words
        self.choice = random.Random(seed)
        self.root.mkdir(parents=True)
        folders = [self.root]
        for _ in range(files // 3):
            folders.append(self.fresh(self.choice.choice(folders[-4:])))
            folders[-1].mkdir()
        written = [self.write(self.choice.choice(folders), size) for size in self.each_size(files, sizes)]
        for _ in range(3):
            self.fresh(self.choice.choice(folders)).mkdir()  # empty, unless it was filled by its neighbours
        for target in self.choice.sample(written, 4) if links else []:
            place = self.choice.choice(folders)
            os.symlink(os.path.relpath(target, place), self.fresh(place))

    def each_size(self, files, sizes):
        return [sizes[i] if i < len(sizes) else self.choice.choice(sizes) for i in range(files)]

    def fresh(self, folder):
        """A path in the folder at which nothing stands."""
        while True:
            path = folder / self.choice.choice(self.words)
            if self.choice.random() < 0.5:
                path = path.with_name(path.name + f"{self.choice.randrange(100)}.py")
            if not os.path.lexists(path):
                return path

    def write(self, folder, size):
        path = self.fresh(folder)
        path.write_bytes(content(self.choice, size))
        path.chmod(self.choice.choice([0o644, 0o755]))
        return path


def crc32_of(path):
    crc = 0
    with open(path, "rb") as file:
        while block := file.read(MIB):
            crc = zlib.crc32(block, crc)
    return crc


def found_below(root, modes=True, links=False, folders=False):
    """All files by path: size, CRC-32 and, where asked for, whether they are executable. Links are what they lead to, or
    their targets; folders are told when nothing lies in them."""
    root = pathlib.Path(root)
    found = {}
    for place, below, files in os.walk(root):
        for name in files:
            path = pathlib.Path(place, name)
            key = path.relative_to(root).as_posix()
            if links and path.is_symlink():
                found[key] = "link to " + os.readlink(path)
                continue
            found[key] = (path.stat().st_size, f"{crc32_of(path):08x}")
            if modes:
                found[key] += ("executable" if path.stat().st_mode & stat.S_IXUSR else "plain",)
        if folders and not below and not files and pathlib.Path(place) != root:
            found[pathlib.Path(place).relative_to(root).as_posix() + "/"] = "an empty folder"
    return found


def assert_same(test, found, expected):
    """Tells what differs alone."""
    differing = {path: {"found": found.get(path), "expected": expected.get(path)} for path in {*found, *expected}
                 if found.get(path) != expected.get(path)}
    test.assertEqual(differing, {})
    test.assertTrue(found)
