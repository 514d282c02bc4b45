# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Other people's zip programs and libraries, as readers and as writers.

A reader unpacks: function(test, archive, folder). A writer packs what lies in a folder: function(test, folder, archive).
"""
import contextlib
import functools
import os
import pathlib
import shutil
import subprocess
import tempfile
import zipfile

INTEROP = pathlib.Path(__file__).resolve().parent.parent / "interop"
PACKAGES = {"unzip": "unzip", "zipinfo": "unzip", "zip": "zip", "7z": "p7zip-full", "bsdtar": "libarchive-tools", "zipdetails": "perl",
            "go": "golang-go", "java": "default-jdk-headless", "javac": "default-jdk-headless", "jar": "default-jdk-headless"}


def need(test, program):
    """Fails where the program is missing but could be installed; where it cannot, the test is skipped and says so."""
    if shutil.which(program):
        return
    if shutil.which("apt-get"):
        test.fail(f"{program} is not installed: test/run.sh does it (package {PACKAGES[program]})")
    test.skipTest(f"no {program}, and no apt-get that could install it")


def run(test, *command, **options):
    """What the program prints; it must succeed and warn of nothing."""
    need(test, command[0])
    return judged(test, [*map(str, command)], **options)


def judged(test, command, **options):
    settings = {"env": {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}, **{"input": "", **options}}
    finished = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **settings)
    test.assertEqual(finished.returncode, 0, f"{command}\n{finished.stdout[-4000:]}")
    test.assertNotRegex(finished.stdout, r"(?i)\b(warnings?|caution):", f"{command}")
    return finished.stdout


@functools.lru_cache(maxsize=None)
def built():
    """The folder with the programs of this project in Go and Java; gone when this process ends."""
    holder = tempfile.TemporaryDirectory(prefix="daypack-zip-tools-")
    built.holder = holder
    return pathlib.Path(holder.name)


def go_tool(test, *arguments):
    need(test, "go")
    program = built() / "zip_tool"
    if not program.exists():
        # One file of the standard library's packages: no modules, no other toolchain, no network.
        alone = {**os.environ, "GO111MODULE": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "", "GOPROXY": "off"}
        judged(test, ["go", "build", "-o", str(program), str(INTEROP / "zip_tool.go")], env=alone)
    return judged(test, [str(program), *map(str, arguments)])


def java_tool(test, *arguments):
    need(test, "javac")
    if not (built() / "ZipTool.class").exists():
        judged(test, ["javac", "-d", str(built()), str(INTEROP / "ZipTool.java")])
    return judged(test, ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", str(built()), "ZipTool", *map(str, arguments)])


def python_extract(test, archive, folder):
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)


READERS = {
    "unzip": lambda test, archive, folder: run(test, "unzip", "-q", archive, "-d", folder),
    "7z": lambda test, archive, folder: run(test, "7z", "x", f"-o{folder}", archive),
    "bsdtar": lambda test, archive, folder: run(test, "bsdtar", "-xpf", archive, "-C", folder),
    "Python": python_extract,
    "Go": lambda test, archive, folder: go_tool(test, "extract", archive, folder),
    "Java ZipFile": lambda test, archive, folder: java_tool(test, "extract", archive, folder),
    "Java ZipInputStream": lambda test, archive, folder: java_tool(test, "stream", archive, folder),
}
# Python's extractall and java.util.zip do not look at modes.
KEEP_MODES = {"unzip", "7z", "bsdtar", "Go"}
# libarchive makes "e" and an accent one character.
COMPOSE_NAMES = {"bsdtar"}


def check(test, archive):
    """Everybody reads every byte, and finds nothing to complain about."""
    run(test, "unzip", "-tq", archive)
    run(test, "7z", "t", archive)
    run(test, "zipinfo", "-v", archive)
    with zipfile.ZipFile(archive) as opened:
        test.assertIsNone(opened.testzip())


def python_list(test, archive):
    with zipfile.ZipFile(archive) as opened:
        return {info.filename: info.file_size for info in opened.infolist()}


def seven_zip_list(test, archive):
    blocks = run(test, "7z", "l", "-slt", archive).split("----------")[1].strip().split("\n\n")
    fields = [dict(line.partition(" = ")[::2] for line in block.splitlines()) for block in blocks]
    return {block["Path"]: int(block["Size"]) for block in fields}


def columns(text, of_size):
    """Names without spaces, and sizes, of the files in a table like that of `ls -l`."""
    rows = [line.split() for line in text.splitlines() if line.startswith("-")]
    return {row[-1]: int(row[of_size]) for row in rows}


LISTS = {
    "Python": python_list,
    "7z": seven_zip_list,
    "zipinfo": lambda test, archive: columns(run(test, "zipinfo", archive), 3),
    "bsdtar": lambda test, archive: columns(run(test, "bsdtar", "-tvf", archive), 4),
}
READ_ONE = {
    "unzip": lambda test, archive, name: run(test, "unzip", "-p", archive, name),
    "7z": lambda test, archive, name: run(test, "7z", "x", "-so", archive, name),
    "bsdtar": lambda test, archive, name: run(test, "bsdtar", "-xOf", archive, name),
    "Python": lambda test, archive, name: zipfile.ZipFile(archive).read(name).decode(),
}


class Writer:
    """What it keeps: modes, links (given a tree that has some), empty folders. `plain` is what a reader of wheels accepts too, when
    the names are ASCII: no data descriptors, no comments of members. `more` is what it adds."""

    def __init__(self, write, modes=True, links=False, folders=True, plain=True, more=()):
        self.write, self.modes, self.links, self.folders, self.plain, self.more = write, modes, links, folders, plain, set(more)


def zip_with(*options, **how):
    return lambda test, folder, archive: run(test, "zip", "-rq", *options, archive, ".", cwd=folder, **how)


def zip_streamed(*options):
    """To a pipe, so that zip cannot go back to its headers."""
    def write(test, folder, archive):
        need(test, "zip")
        with open(archive, "wb") as file:
            packing = subprocess.Popen(["zip", "-rq", *options, "-", "."], cwd=folder, stdout=subprocess.PIPE)
            shutil.copyfileobj(packing.stdout, file)
            packing.stdout.close()
            test.assertEqual(packing.wait(), 0)
    return write


def seven_zip(*options):
    return lambda test, folder, archive: run(test, "7z", "a", "-tzip", *options, archive, ".", cwd=folder)


def bsdtar(*options):
    return lambda test, folder, archive: run(test, "bsdtar", "--format", "zip", *options, "-cf", archive, *sorted(os.listdir(folder)), cwd=folder)


def jar(*options):
    return lambda test, folder, archive: run(test, "jar", *options, "--create", "--file", archive, "-C", folder, ".")


def python_write(folder, opened, **options):
    """Each file with the mode it has; folders too."""
    for path in sorted(pathlib.Path(folder).rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir():
            opened.write(path, name)
            continue
        info = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
        info.compress_type = options.get("method", zipfile.ZIP_DEFLATED)
        info.comment = options.get("comment", b"")
        with open(path, "rb") as source, opened.open(info, "w", force_zip64=options.get("force_zip64", False)) as to:
            shutil.copyfileobj(source, to)


def python(archive_comment=b"", **options):
    def write(test, folder, archive):
        with zipfile.ZipFile(archive, "w") as opened:
            python_write(folder, opened, **options)
            opened.comment = archive_comment
    return write


class Unseekable:
    """A file that can only be written on, as a pipe."""

    def __init__(self, file):
        self.write, self.flush = file.write, file.flush


def python_streamed(**options):
    def write(test, folder, archive):
        with open(archive, "wb") as file, contextlib.closing(zipfile.ZipFile(Unseekable(file), "w")) as opened:
            python_write(folder, opened, **options)
    return write


def java(command):
    return lambda test, folder, archive: java_tool(test, command, folder, archive)


WRITERS = {
    # Info-ZIP's names beyond ASCII have no flag, but stand once more in an extra field (APPNOTE 4.6.9), unless told so.
    "zip": Writer(zip_with()),
    "zip, flagged names": Writer(zip_with("-UN=UTF8")),
    "zip, best": Writer(zip_with("-9")),
    "zip, no extra fields": Writer(zip_with("-X")),
    "zip, stored": Writer(zip_with("-0")),
    "zip, links kept": Writer(zip_with("-y"), links=True),
    "zip, no folders": Writer(zip_with("-D"), folders=False),
    "zip, zip64": Writer(zip_with("-fz")),
    "zip, a comment": Writer(zip_with("-z", input="made by hand\n")),
    "zip, streamed": Writer(zip_streamed(), plain=False),
    "zip, streamed and stored": Writer(zip_streamed("-0"), plain=False),
    "7z": Writer(seven_zip()),
    "7z, fast": Writer(seven_zip("-mx=1")),
    "7z, best": Writer(seven_zip("-mx=9")),
    "7z, stored": Writer(seven_zip("-mx=0")),
    "7z, all names UTF-8": Writer(seven_zip("-mcu=on")),
    "7z, links kept": Writer(seven_zip("-snl"), links=True),
    "bsdtar": Writer(bsdtar(), links=True, plain=False),
    "bsdtar, stored": Writer(bsdtar("--options", "zip:compression=store"), links=True, plain=False),
    "Python": Writer(python()),
    "Python, stored": Writer(python(method=zipfile.ZIP_STORED)),
    "Python, zip64": Writer(python(force_zip64=True)),
    "Python, comments": Writer(python(archive_comment=b"of all", comment="eines, é".encode()), plain=False),
    "Python, streamed": Writer(python_streamed(), plain=False),
    "Python, streamed and stored": Writer(python_streamed(method=zipfile.ZIP_STORED), plain=False),
    "Go": Writer(lambda test, folder, archive: go_tool(test, "create", folder, archive), links=True, plain=False),
    "Java": Writer(java("create"), modes=False, plain=False),
    "Java, stored": Writer(java("store"), modes=False),
    "jar": Writer(jar("--no-manifest"), modes=False, plain=False),
    "jar, a manifest": Writer(jar(), modes=False, plain=False, more=["META-INF/MANIFEST.MF"]),
    "jar, stored": Writer(jar("--no-manifest", "--no-compress"), modes=False),
}
