#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Runs an example and checks what it prints.

usage: example.py SOURCE PROGRAM
Each line `// prints: PATTERN` of SOURCE is a regular expression that the output has to contain, in this order. A line
`// arguments: A B` gives the program its arguments. It runs in an empty folder of its own.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile


def marked(lines, mark):
    return [line.removeprefix(mark).strip() for line in lines if line.startswith(mark)]


source, program = (os.path.abspath(path) for path in sys.argv[1:])
with open(source, encoding="utf-8") as file:
    lines = file.readlines()
patterns = marked(lines, "// prints: ")
arguments = shlex.split(" ".join(marked(lines, "// arguments: ")))
if not patterns:
    sys.exit(f"{source}: no line `// prints: PATTERN`")

with tempfile.TemporaryDirectory() as folder:
    done = subprocess.run([program, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
print(done.stdout, end="")
position = 0
for pattern in patterns:
    match = re.compile(pattern, re.MULTILINE).search(done.stdout, position)
    if not match:
        sys.exit(f"not printed: {pattern}")
    position = match.end()
sys.exit(done.returncode)
