#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Prints the names of this Python's built-in modules. Nothing for a Python that is newer than the list that they are
compared with."""
import sys

if sys.version_info < (3, 14):
    print("\n".join(name for name in sys.builtin_module_names if name != "__main__"))
