#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What must not compile fails with the promised words; what is named good_*.cpp compiles.

usage: check.py FILE -IDIR COMPILER...
The first line of FILE is `// expect: WORDS`. The first compiler has to print them on its first error line; the others,
which wrap an assert in words of their own, anywhere in their first error.
"""
import os
import subprocess
import sys


def compile_only(compiler, include, path):
    command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-DDAYPACK_SEPARATE_COMPILATION", include,
               "-fdiagnostics-color=never", "-fmessage-length=0", path]
    done = subprocess.run(command, env={**os.environ, "LC_ALL": "C"}, capture_output=True, text=True)
    return done.returncode, done.stderr


def errors(output):
    """The blocks of the output that begin with an error line."""
    blocks = []
    for line in output.splitlines():
        if "error:" in line:
            blocks.append(line)
        elif blocks:
            blocks[-1] += "\n" + line
    return blocks


def complaint(compiler, first, include, path):
    """Why this file is not as it should be under this compiler, or nothing."""
    code, output = compile_only(compiler, include, path)
    if os.path.basename(path).startswith("good_"):
        return None if code == 0 else f"must compile:\n{output}"
    with open(path, encoding="utf-8") as source:
        head = source.readline().strip()
    if not head.startswith("// expect: "):
        return "line 1 must be `// expect: WORDS`"
    words = head.removeprefix("// expect: ")
    if code == 0:
        return f"compiles, but must fail with: {words}"
    found = errors(output)
    where = found[0].splitlines()[0] if found and first else "".join(found[:1])
    return None if words in where else f"expected on the first error: {words}\ngot:\n{output}"


def main():
    path, include, *compilers = sys.argv[1:]
    failed = False
    for compiler in compilers:
        text = complaint(compiler, compiler == compilers[0], include, path)
        print(f"{os.path.basename(compiler)}: {text or 'ok'}")
        failed = failed or text is not None
    return failed


sys.exit(main())
