#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The rules of the house that a script can check. Prints each breach; fails when there is one.

usage: house.py [--write-src]     the option rewrites include/daypack/src.hpp from the bodies that stand
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "include/daypack"
LICENCE = "Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE."
TOP_LEVEL = {"include", "examples", "test", "docs", "CMakeLists.txt", "meson.build", "README.md", "LICENSE", "CHANGELOG.md"}
MACROS = {"DAYPACK_DECL", "DAYPACK_VERSION_MAJOR", "DAYPACK_VERSION_MINOR", "DAYPACK_VERSION_PATCH"}
UNTESTED = {"fwd", "config", "version", "src", "daypack"}
CODE = {".hpp", ".ipp", ".cpp", ".py", ".sh"}
# Written in pieces, so that this file does not break its own rules.
HOSTS = re.compile("|".join(["py" r"pi\.org", "python" r"hosted\.org", "npm" r"js\.org", r"proxy\.go" r"lang\.org",
                             r"crates\." "io", r"maven\." "org", r"deb\.deb" r"ian\.org"]))
MACHINE = re.compile(r"(^|[^\w.~-])/(" "work|farm|root" ")/")
LATER = re.compile(r"\b(" "TO" "DO|FIX" "ME|XX" "X|HA" r"CK)\b")
STANDARD_FILESYSTEM = re.compile("std::" r"filesystem|<" r"filesystem>")


def project_files():
    """What belongs to the project: tracked, or new and not ignored; without git, all but the build folders."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, text=True)
    if listed.returncode == 0:
        names = listed.stdout.split("\0")
    else:
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if not path.relative_to(ROOT).parts[0].startswith("build")]
    return sorted(pathlib.PurePosixPath(name) for name in set(names) if (ROOT / name).is_file())


def text_of(name):
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def source_list():
    """src.hpp as it has to be: every body once."""
    bodies = sorted(path.relative_to(ROOT / "include").as_posix() for path in LIBRARY.rglob("*.ipp"))
    return (f"// {LICENCE}\n#pragma once\n\n"
            "// Every body of the library, for the one translation unit of compiled mode. `test/house.py --write-src` writes this list.\n"
            + "".join(f"#include <{body}>\n" for body in bodies))


def top_level(files):
    for name in sorted({name.parts[0] for name in files}):
        if name not in TOP_LEVEL and not name.startswith("."):
            yield f"{name}: not a name of the top level"


def one_file(name):
    """Breaches inside one file of code."""
    text = text_of(name)
    lines = text.splitlines()
    if name.parts[0] != "docs" and len(lines) > 400:
        yield f"{name}: {len(lines)} lines, at most 400"
    if not any(LICENCE in line for line in lines[:2]):
        yield f"{name}: the licence line is missing"
    if name.suffix in {".hpp", ".ipp", ".cpp"} and STANDARD_FILESYSTEM.search(text):
        yield f"{name}: the standard library's filesystem, not Boost's"
    if "BOOST_AUTO_TEST_SUITE(" in text.partition("namespace {")[2]:
        yield f"{name}: helpers stand inside the suite: its namespace keeps files apart that are compiled as one"
    if name.parts[0] == "include":
        for macro in re.findall(r"^\s*#\s*define\s+(\w+)", text, re.MULTILINE):
            if macro not in MACROS:
                yield f"{name}: a macro of its own, {macro}"


def readme_example():
    """The README's example is compiled by the tests."""
    block = re.search(r"```cpp\n(.*?)```", text_of("README.md"), re.DOTALL)
    if not block or block[1] not in text_of("test/errors/good_readme.cpp"):
        yield "README.md: its example is not that of test/errors/good_readme.cpp"


def words(name):
    """Breaches in the words of any text file."""
    for number, line in enumerate(text_of(name).splitlines(), 1):
        for pattern, what in ((HOSTS, "host of a package registry"), (MACHINE, "path of one machine"), (LATER, "left for later")):
            if pattern.search(line):
                yield f"{name}:{number}: {what}: {line.strip()[:100]}"


def companions(files):
    """Every public header has its test and its page; every body is included by its header."""
    for header in (name for name in files if name.suffix == ".hpp" and name.parts[:2] == ("include", "daypack")):
        path = header.relative_to("include/daypack")
        body = LIBRARY / "impl" / path.with_suffix(".ipp")
        if body.exists() and f"#include <daypack/impl/{path.with_suffix('.ipp')}>" not in text_of(header):
            yield f"{header}: does not include its body"
        if path.parts[0] in {"detail", "impl"} or str(path.with_suffix("")) in UNTESTED:
            continue
        for companion in (f"test/{path.with_suffix('.cpp')}", f"docs/reference/{path.with_suffix('.md')}"):
            if not (ROOT / companion).is_file():
                yield f"{header}: no {companion}"
        test = text_of(f"test/{path.with_suffix('.cpp')}") if (ROOT / f"test/{path.with_suffix('.cpp')}").is_file() else ""
        first = re.search(r'^#include\s*[<"]([^">]*)', test, re.MULTILINE)
        if first and first[1] != f"daypack/{path}":
            yield f"test/{path.with_suffix('.cpp')}: the first include is {first[1]}, not its own header"


def promises(files):
    """What a static_assert says has a file in test/errors that must not compile and says it."""
    held = [text_of(name).split("\n", 1)[0].removeprefix("// expect: ") for name in files if name.parts[:2] == ("test", "errors") and name.suffix == ".cpp"]
    for name in (name for name in files if name.parts[0] == "include"):
        for said in re.findall(r'^(?!.*\bthrow\b).*"(daypack: [^"]+)', text_of(name), re.MULTILINE):
            if not any(words.startswith("daypack: ") and (words.startswith(said) or said.startswith(words)) for words in held):
                yield f"{name}: no file in test/errors for: {said}"


def version():
    text = text_of("include/daypack/version.hpp")
    numbers = ".".join(re.findall(r"#define DAYPACK_VERSION_\w+ (\d+)", text))
    if f'library_version = "{numbers}"' not in text:
        yield f"include/daypack/version.hpp: the macros say {numbers}, the constant does not"
    if f"## {numbers}" not in text_of("CHANGELOG.md"):
        yield f"CHANGELOG.md: no section for {numbers}"


def breaches():
    files = project_files()
    yield from top_level(files)
    for name in files:
        if name.suffix in CODE and name.parts[:2] != ("test", "data"):
            yield from one_file(name)
        yield from words(name)
    yield from companions(files)
    yield from promises(files)
    yield from version()
    yield from readme_example()
    if text_of("include/daypack/src.hpp") != source_list():
        yield "include/daypack/src.hpp: does not list every body; `test/house.py --write-src` writes it"


if "--write-src" in sys.argv:
    (LIBRARY / "src.hpp").write_text(source_list(), encoding="utf-8")
found = list(breaches())
print("\n".join(found) or "the house is in order")
sys.exit(bool(found))
