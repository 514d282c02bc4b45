#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Prints the names of this Python's built-in modules. Nothing for a Python that is newer than the list that they are
compared with, nor for one that has modules built in which others load: Debian's."""
import sys

if sys.version_info < (3, 14) and "math" not in sys.builtin_module_names:
    print("\n".join(name for name in sys.builtin_module_names if name != "__main__"))
