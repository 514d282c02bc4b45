#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Zips too large to be read by everybody in full: check_large_zips.py FOLDER

Beside each NAME.zip stands NAME.sizes: path, tab, bytes of each member. Everybody finds these sizes and reads the member `later`;
Go reads all that is deflated too.
"""
import pathlib
import sys
import unittest

import zip_tools

test = unittest.TestCase()


def check(archive, sizes, everything):
    for tool, list_sizes in zip_tools.LISTS.items():
        test.assertEqual(list_sizes(test, archive), sizes, f"{tool}: {archive}")
    expected = f"{len(sizes)} {sum(sizes.values())}\n"
    for tool in (zip_tools.go_tool, zip_tools.java_tool):
        test.assertEqual(tool(test, "check", archive, "later"), expected)
    for tool, read in zip_tools.READ_ONE.items():
        test.assertEqual(read(test, archive, "later"), "x", f"{tool}: {archive}")
    if everything:
        test.assertEqual(zip_tools.go_tool(test, "check", archive), expected)


for archive in sorted(pathlib.Path(sys.argv[1]).glob("*.zip")):
    rows = (line.split("\t") for line in archive.with_suffix(".sizes").read_text().splitlines())
    check(archive, {path: int(size) for path, size in rows}, archive.name.startswith("size "))
    print(archive.name)
