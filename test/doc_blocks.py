#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Every C++ block of README.md and docs/ compiles: a program, or what may stand beside others in one. Those that are called a
synopsis tell declarations of the page's header in short, and have no name that it does not have. An excerpt is of an example:
test/docs.py compares it.

usage: doc_blocks.py COMPILER -I... [PAGE ...]     all pages, or these
Blocks are compiled many at a time, each in a namespace of its own, against the headers alone (separate compilation).
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```cpp\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SYNOPSIS = re.compile(r"^```cpp synopsis\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"[A-Za-z_]\w+")
KEYWORDS = set("auto bool char class const consteval constexpr double explicit int long operator std string struct unsigned using void function".split())
AT_ONCE = 60


def pages():
    return [ROOT / page for page in sys.argv[3:]] or [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]


def blocks():
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for found in BLOCK.finditer(text):
            yield page.relative_to(ROOT), text[: found.start(1)].count("\n") + 1, found[1]


def unit_of(some):
    """One translation unit: their includes, then each with its place, so that errors name page and line."""
    includes, bodies = {}, []
    for number, (page, line, text) in enumerate(some):
        body = []
        for row in text.splitlines():
            if row.startswith("#include"):
                includes[row.split("//")[0].strip()] = None
                row = ""
            body.append(re.sub(r"^int main\(", f"[[maybe_unused]] static int main_{number}(", row))
        bodies.append(f"namespace block_{number} {{\n#line {line} \"{page}\"\n" + "\n".join(body) + f"\n#line 1 \"behind {page}\"\n}}\n")
    return "\n".join(includes) + "\n" + "\n".join(bodies)


def unknown_names():
    """What a synopsis calls otherwise than its header does."""
    for page in pages():
        told = "\n".join(SYNOPSIS.findall(page.read_text(encoding="utf-8")))
        if told:
            header = ROOT / "include/daypack" / page.relative_to(ROOT / "docs/reference").with_suffix(".hpp")
            words = NAME.findall(re.sub(r'//.*|/\*.*?\*/|"[^"]+"', "", told).replace('""', " "))
            declared = header.read_text()
            for included in re.findall(r"#include <(daypack/[a-z_/]+\.hpp)>", declared):
                declared += (ROOT / "include" / included).read_text()
            yield from (f"{page.relative_to(ROOT)}: {name} is not in the header" for name in sorted(set(words) - KEYWORDS - set(NAME.findall(declared))))


def main():
    compiler, include = sys.argv[1:3]
    all_blocks, failed = list(blocks()), 0
    for begin in range(0, len(all_blocks), AT_ONCE):
        with tempfile.TemporaryDirectory() as folder:
            unit = pathlib.Path(folder, "blocks.cpp")
            unit.write_text(unit_of(all_blocks[begin : begin + AT_ONCE]))
            failed += subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-Wno-return-type", "-DDAYPACK_SEPARATE_COMPILATION", include, unit], cwd=ROOT).returncode != 0
    unknown = list(unknown_names())
    print(*unknown, f"{len(all_blocks)} blocks", sep="\n")
    return 1 if failed or unknown or not all_blocks else 0


sys.exit(main())
