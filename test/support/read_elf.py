#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What binutils' readelf sees in each FILE, a line of tab-separated fields each: FILE, KIND, VALUE[, LIBRARY]."""
import re
import subprocess
import sys

for path in sys.argv[1:]:
    text = subprocess.run(["readelf", "--dynamic", "--version-info", "--wide", path], capture_output=True, text=True, check=True).stdout
    for kind, value in re.findall(r"\((NEEDED|SONAME|RPATH|RUNPATH)\).*?\[(.*)\]", text):
        print(path, kind, value, sep="\t")
    needs = text[text.find("Version needs section"):] if "Version needs section" in text else ""
    library = ""
    for line in needs.splitlines():
        if found := re.search(r"\bFile: (\S+)", line):
            library = found[1]
        elif found := re.search(r"\bName: (\S+)\s+Flags: (\S+)", line):
            print(path, "WEAK" if found[2] == "WEAK" else "VERSION", found[1], library, sep="\t")
