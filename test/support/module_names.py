#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Prints the names of this Python's own modules: "builtin" or "standard", a tab, the name. Nothing for a Python that is
newer than the lists that they are compared with."""
import sys

if sys.version_info >= (3, 14):
    sys.exit()
for name in sys.builtin_module_names:
    print(f"builtin\t{name}")
for name in getattr(sys, "stdlib_module_names", ()):
    if not name.startswith("_"):
        print(f"standard\t{name}")
