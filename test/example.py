#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Runs an example and checks what it prints.

usage: example.py SOURCE PROGRAM
Each line `// prints: PATTERN` of SOURCE is a regular expression that the output has to contain, in this order. A line
`// arguments: A B` gives the program its arguments, `// needs: python3.11` skips it where there is no such Python, and
`// server: moto` lets it find moto where it looks for AWS. It runs in an empty folder of its own.
"""
import contextlib
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent / folder) for folder in ("counterparts", "support")]
import cli
import lambda_emulator
import moto_server

SKIPPED = 77


def marked(lines, mark):
    return [line.removeprefix(mark).strip() for line in lines if line.startswith(mark)]


source, program = (os.path.abspath(path) for path in sys.argv[1:])
with open(source, encoding="utf-8") as file:
    lines = file.readlines()
patterns = marked(lines, "// prints: ")
arguments = shlex.split(" ".join(marked(lines, "// arguments: ")))
if not patterns:
    sys.exit(f"{source}: no line `// prints: PATTERN`")

needs, servers = marked(lines, "// needs: "), marked(lines, "// server: ")
pythons = {f"python{version}" for _, version in cli.pythons()} if needs else set()
if not pythons.issuperset(needs) or (needs or servers) and not shutil.which(lambda_emulator.UV):
    print(f"skipped: {', '.join(needs)} and uv have to be here")
    sys.exit(SKIPPED)

with contextlib.ExitStack() as stack:
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    settings = dict(os.environ)
    if servers == ["moto"]:
        settings = cli.environment(**stack.enter_context(moto_server.Moto()).environment())
    done = subprocess.run([program, *arguments], cwd=folder, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
print(done.stdout, end="")
position = 0
for pattern in patterns:
    match = re.compile(pattern, re.MULTILINE).search(done.stdout, position)
    if not match:
        sys.exit(f"not printed: {pattern}")
    position = match.end()
sys.exit(done.returncode)
