#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Deletes each rule by which the zip reader or an extraction refuses an archive, and looks whether the tests notice.

usage: mutation.py [--compiler c++] [--keep FOLDER] [FAULT ...]     only the rules that give these faults

In a scratch copy every place that gives a fault becomes one that can be switched off by $DAYPACK_MUTANT: a return is
skipped, a fault that is chosen becomes none. So one build serves all mutants. A mutant is killed when the tests of
its room fail, or end by a signal.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MUTATED = sorted(path.relative_to(ROOT / "include") for path in (ROOT / "include/daypack/impl/zip").glob("reader*.ipp"))
MUTATED += [pathlib.Path("daypack/impl/zip/inflate.ipp"), pathlib.Path("daypack/impl/zip/extract_plan.ipp")]
TESTS = sorted((ROOT / "test/zip").glob("reader*.cpp")) + [ROOT / "test/zip/inflate.cpp"] + sorted((ROOT / "test/zip").glob("extract*.cpp"))
SWITCH = """#pragma once
#include <cstdlib>
inline bool mutant_is(int number) {
  static const int chosen = std::getenv("DAYPACK_MUTANT") ? std::atoi(std::getenv("DAYPACK_MUTANT")) : -1;
  return chosen == number;
}
"""
# `return Fault::x;` and `return {Fault::x ...};` are skipped; any other `Fault::x` that is a value becomes none. What is
# compared with is no rule. `return "leads out of the folder";` is a rule for the links of an extraction.
RETURNED = r"return (?:\{Fault::(?!none)(?P<a>\w+)[^;]*\}|Fault::(?!none)(?P<b>\w+)|\"(?P<d>\w[^\"]+)\");"
CHOSEN = r"(?<![=!]= )(?<!case )\bFault::(?!none)(?P<c>\w+)\b(?!:)"
RULE = re.compile(f"{RETURNED}|{CHOSEN}")


class Rules:
    def __init__(self, wanted):
        self.wanted, self.found = wanted, []

    def mutate(self, path, text):
        body = "\n".join("" if line.lstrip().startswith("//") else line for line in text.split("\n"))
        unused = re.search(r"^#else\n.*?^#endif", body, re.MULTILINE | re.DOTALL)  # the codec that is not built

        def switchable(match):
            fault = match["a"] or match["b"] or match["c"] or match["d"]
            line = body.count("\n", 0, match.start()) + 1
            if (self.wanted and fault not in self.wanted) or (unused and unused.start() < match.start() < unused.end()):
                return match[0]
            number = len(self.found)
            self.found.append((fault, f"{path.name}:{line}"))
            if match["c"]:
                return f"(::mutant_is({number}) ? Fault::none : Fault::{fault})"
            return f"if (!::mutant_is({number})) {match[0]}"

        return RULE.sub(switchable, body)


def scratch_copy(folder, rules):
    shutil.copytree(ROOT / "include", folder / "include")
    (folder / "include/mutant.hpp").write_text(SWITCH)
    for path in MUTATED:
        text = rules.mutate(path, (ROOT / "include" / path).read_text(encoding="utf-8"))
        (folder / "include" / path).write_text(text.replace("#pragma once", "#pragma once\n#include <mutant.hpp>", 1))


def build(folder, compiler):
    flags = ["-std=c++20", "-O0", "-DDAYPACK_SEPARATE_COMPILATION", "-DBOOST_TEST_DYN_LINK", f"-I{folder}/include", f"-I{ROOT}/test"]
    # The bodies that the reader and its tests use, and no more.
    bodies = ["detail/file", "error", "entry", "tree", "run/pool", "walk/glob", "zip/fault", "zip/name", "zip/inflate", "zip/reader", "zip/extract", "codec/zlib"]
    (folder / "bodies.cpp").write_text("".join(f"#include <daypack/impl/{name}.ipp>\n" for name in bodies))
    sources = [folder / "bodies.cpp", ROOT / "test/main.cpp", *TESTS]

    def compiled(source):
        result = folder / f"{source.parent.name}-{source.stem}.o"
        subprocess.run([*compiler, *flags, "-c", source, "-o", result], check=True)
        return result

    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        objects = list(pool.map(compiled, sources))
    libraries = ["-lboost_unit_test_framework", "-lboost_filesystem", "-lz", "-lpthread"]
    found = subprocess.run([*compiler, "-ldeflate", "-shared", "-o", os.devnull], capture_output=True)
    libraries += ["-ldeflate"] if found.returncode == 0 else []
    program = folder / "tests"
    subprocess.run([*compiler, *objects, "-o", program, *libraries], check=True)
    return program


def passes(program, number, place=""):
    """Whether the tests of that place pass; those that do not end are as good as failed."""
    environment = {**os.environ, "DAYPACK_MUTANT": str(number)}
    suites = "zip_extract" if place.startswith("extract") else "!zip_extract"
    try:
        finished = subprocess.run([program, f"--run_test={suites}", "--log_level=nothing", "--report_level=no", "--catch_system_errors=no"],
                                  cwd=program.parent, env=environment, capture_output=True, timeout=30)
    except subprocess.TimeoutExpired:
        return False
    return finished.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compiler", nargs="+", default=[os.environ.get("CXX", "c++")])
    parser.add_argument("--keep", type=pathlib.Path, help="build here, and leave it")
    parser.add_argument("fault", nargs="*")
    arguments = parser.parse_args()
    rules = Rules(set(arguments.fault))
    with tempfile.TemporaryDirectory(prefix="daypack-mutation-") as holder:
        folder = arguments.keep or pathlib.Path(holder)
        folder.mkdir(exist_ok=True)
        scratch_copy(folder, rules)
        program = build(folder, arguments.compiler)
        if not passes(program, -1) or not passes(program, -1, "extract"):
            sys.exit("the tests fail without any mutant")
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            alive = list(pool.map(lambda number: passes(program, number, rules.found[number][1]), range(len(rules.found))))
    survivors = [" ".join(rule) for rule, lives in zip(rules.found, alive) if lives]
    print(f"{len(rules.found)} rules deleted one by one, {len(rules.found) - len(survivors)} noticed")
    for survivor in survivors:
        print(f"not noticed: {survivor}")
    sys.exit(bool(survivors) or not rules.found)


if __name__ == "__main__":
    main()
