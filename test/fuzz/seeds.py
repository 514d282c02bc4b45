#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Writes what fuzzing begins with: seeds.py FOLDER; a folder per target. Zips come from the tools that stand here."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib

FOLDER = pathlib.Path(sys.argv[1])
FILES = {"a.py": b"print(1)\n" * 9, "b/__init__.py": b"", "b/c.txt": bytes(range(64)), "b/\u00fc.txt": b"umlaut" * 20}
# For tools that are there: the arguments, before the zip's name and the names in it.
TOOLS = {
    "zip": ["zip", "-qrX"], "zip_extra": ["zip", "-qr"], "zip_links": ["zip", "-qry"], "zip_zip64": ["zip", "-qr", "-fz"],
    "zip_stored": ["zip", "-qr0"], "7z": ["7z", "a", "-tzip", "-bd"],
    "bsdtar": ["bsdtar", "--format", "zip", "-cf"], "bsdtar_stored": ["bsdtar", "--format", "zip", "--options", "compression=store", "-cf"],
}
RULES = ["*.pyc\n", "/build/\n!keep\n", "a/**/b\n", "**/x/*.y?\n", "[!a-c]*[[:digit:]]\n", "a\\ \n#x\n\\#y\n", "/**/a\n**\n", "\ufeffa\r\nb/ \n"]
PATHS = ["a", "a/b", "a/x/y/b", "x.pyc", "build/keep", "b/x/1.yz", "#y", "a "]
GLOBS = ["*.py", "**/tests/**", "a/*/c", "/x/[a-z]?", "a**b", "[!a]\\*", "**/a*b/**/c", "[z-a]", "a[", "***/"]


def put(target, name, data):
    path = FOLDER / target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def zips_of_tools(folder):
    for name, data in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "link").symlink_to("a.py")
    for name, command in TOOLS.items():
        if shutil.which(command[0]):
            out = folder.parent / f"{name}.zip"
            subprocess.run([*command, str(out), "a.py", "b", "link"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            yield name, out.read_bytes()


def zips_of_python(folder):
    for name, method, wide in ("stored", 0, False), ("deflated", 8, False), ("wide", 8, True):
        out = folder / "python.zip"
        with zipfile.ZipFile(out, "w", method) as archive:
            for path, data in FILES.items():
                info = zipfile.ZipInfo(path)
                info.compress_type = method
                with archive.open(info, "w", force_zip64=wide) as member:
                    member.write(data)
            if wide:
                archive.comment = b"a harmless comment"
        yield f"python_{name}", out.read_bytes()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("folder/"), b"")
    yield "python_folder", out.read_bytes()
    yield "empty", b"PK\5\6" + bytes(18)


def deflated():
    """Streams of each kind of block, behind the two bytes that say the size of their content."""
    def raw(data, level, strategy):
        stream = zlib.compressobj(level, zlib.DEFLATED, -15, 8, strategy)
        return stream.compress(data) + stream.flush()
    text = b"".join(b"line %d of a text\n" % i for i in range(60))
    for name, data in ("empty", b""), ("one", b"x"), ("run", b"a" * 999), ("text", text), ("all", bytes(range(256))):
        for level, strategy in (0, zlib.Z_DEFAULT_STRATEGY), (9, zlib.Z_DEFAULT_STRATEGY), (9, zlib.Z_FIXED), (9, zlib.Z_HUFFMAN_ONLY):
            yield f"{name}_{level}_{strategy}", len(data).to_bytes(2, "little") + raw(data, level, strategy)


with tempfile.TemporaryDirectory() as holder:
    inside = pathlib.Path(holder) / "files"
    inside.mkdir()
    for name, data in [*zips_of_tools(inside), *zips_of_python(pathlib.Path(holder))]:
        put("reader", name, data)
        put("splice", name, data)
for name, data in deflated():
    put("inflate", name, data)
# Text for targets that cut it at a NUL: rules and paths, patterns and paths.
for number, rules in enumerate(RULES):
    put("ignore", str(number), rules.encode() + b"\0" + "\n".join(PATHS).encode())
for number, pattern in enumerate(GLOBS):
    put("glob", str(number), pattern.encode() + b"\0" + "\n".join(PATHS).encode())
for target in "writer", "split":
    for number in range(4):
        put(target, str(number), bytes((number * 37 + i * i) % 256 for i in range(40 << number)))
