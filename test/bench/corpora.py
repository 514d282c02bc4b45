# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What is packed: trees of files and folders of wheels, made once below the scratch folder."""
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PINNED = ["mapbox", "lithops-aws", "lithops-azure", "data-science"]  # test/data/NAME.txt: Python 3.11, x86_64, manylinux2014
PLATFORMS = ["manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_12_x86_64", "manylinux_2_5_x86_64"]


def made_once(folder, make):
    """The folder, made by make(temporary folder) when it is missing, whole or not at all."""
    if not folder.exists():
        print(f"making {folder.parent.name}/{folder.name}", file=sys.stderr, flush=True)
        part = folder.with_name(folder.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        make(part)
        part.rename(folder)
    return folder


def many_files(folder, count, size):
    """Files of `size` bytes of text, 100 in a folder, 100 folders in a folder."""
    text = (ROOT / "LICENSE").read_bytes() * (size // 1000 + 1)
    for number in range(count):
        place = folder / f"{number // 10000:03}" / f"{number // 100 % 100:02}"
        if number % 100 == 0:
            place.mkdir(parents=True)
        start = number % 997
        with open(place / f"file_{number % 100:02}.txt", "wb", buffering=0) as file:
            file.write(b"%d\n" % number + text[start:start + size * (number % 7) // 3])


def large_file(folder, size, sources):
    """One file of `size` bytes: the files of the sources one after the other, again and again."""
    with open(folder / "large.bin", "wb") as out:
        while out.tell() < size:
            for source in sources:
                for path in sorted(path for path in source.rglob("*") if path.is_file()):
                    out.write(path.read_bytes()[:size - out.tell()])


def warm(folder):
    """Reads all of it, so that every contestant finds it in memory."""
    subprocess.run(["sh", "-c", 'find "$1" -type f -exec cat {} + >/dev/null', "sh", folder], check=True)


class Corpora:
    def __init__(self, scratch, peers, quick):
        self.scratch, self.peers, self.quick = scratch, peers, quick
        self.names = ["quick", "small"] if quick else [*PINNED, "small", "large"]

    def pins(self, name):
        return ROOT / f"test/data/{name}.txt"

    def tree(self, name):
        """A folder of files: the corpus as it would be unpacked."""
        makers = {"quick": lambda folder: shutil.copytree(ROOT / "docs", folder / "docs"),
                  "small": lambda folder: many_files(folder, 200 if self.quick else 200_000, 300),
                  "large": lambda folder: large_file(folder, *self.large())}
        return made_once(self.scratch / "trees" / name, makers.get(name, lambda folder: self.install(name, folder)))

    def large(self):
        return (9_000_000, [self.tree("quick")]) if self.quick else (1_000_000_000, [self.tree(name) for name in PINNED])

    def entries(self, count):
        return made_once(self.scratch / "trees" / f"entries-{count}", lambda folder: many_files(folder, count, 30))

    def install(self, name, folder):
        subprocess.run([self.peers.uv(), "pip", "install", "--quiet", "--target", folder, "--python-version", "3.11",
                        "--python-platform", "x86_64-manylinux2014", "--only-binary", ":all:", "-r", self.pins(name)], check=True)
        (folder / ".lock").unlink(missing_ok=True)

    def wheels(self, name):
        """The wheels of a corpus."""
        return sorted(made_once(self.scratch / "wheels" / name, lambda folder: self.download(name, folder)).glob("*.whl"))

    def unpacked(self, name):
        """What lies in the wheels of a corpus; where two have one path, the first one's."""
        def unpack(folder):
            for wheel in reversed(self.wheels(name)):
                with zipfile.ZipFile(wheel) as archive:
                    archive.extractall(folder)
        return made_once(self.scratch / "unpacked" / name, unpack)

    def download(self, name, folder):
        if name == "quick":
            for number in range(3):
                with zipfile.ZipFile(folder / f"demo{number}-1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
                    for path in sorted((ROOT / "docs/guide").iterdir()):
                        wheel.write(path, f"demo{number}/{path.name}")
            return
        platforms = [word for platform in PLATFORMS for word in ("--platform", platform)]
        subprocess.run([self.peers.python_tool("pip"), "download", "--quiet", "--no-deps", "--only-binary", ":all:",
                        "--python-version", "3.11", *platforms, "-d", folder, "-r", self.pins(name)], check=True)


def bytes_of(folder):
    """Files and bytes below a folder."""
    sizes = [os.path.getsize(os.path.join(place, name)) for place, _, names in os.walk(folder) for name in names]
    return len(sizes), sum(sizes)
