#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Compiles small shared objects into FOLDER, that need each other in all ways: make_libraries.py FOLDER"""
import os
import pathlib
import shutil
import subprocess
import sys

folder = pathlib.Path(sys.argv[1])
compiler = next(name for name in (os.environ.get("CC"), "cc", "gcc", "clang") if name and shutil.which(name))


def build(path, source, *options):
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([compiler, "-shared", "-fPIC", "-nostdlib", "-x", "c", "-", "-x", "none", "-o", target, "-Wl,--no-as-needed", "-Wl,--enable-new-dtags",
                    *options], input=source.encode(), check=True)


def module(name):
    return f"void *PyInit_{name}(void) {{ return 0; }}"


build("gone/libmissing.so.9", "int missing;", "-Wl,-soname,libmissing.so.9")
build("demo.libs/libdep.so.1", "int dep;", "-Wl,-soname,libdep.so.1")
build("demo.libs/libdeep.so.1", "int deep;", "-Wl,-soname,libdeep.so.1", folder / "gone/libmissing.so.9")
dep, deep, missing = folder / "demo.libs/libdep.so.1", folder / "demo.libs/libdeep.so.1", folder / "gone/libmissing.so.9"
build("demo/runpath.so", module("runpath"), dep, "-Wl,-rpath,$ORIGIN/../demo.libs")
build("demo/rpath.abi3.so", module("rpath"), dep, "-Wl,-rpath,${ORIGIN}/x/../../demo.libs", "-Wl,--disable-new-dtags")
build("demo/lost.so", module("lost"), dep)
build("demo/broken.so", module("broken"), missing)
build("demo/indirect.so", module("indirect"), deep, "-Wl,-rpath,$ORIGIN/../demo.libs")
build("demo/plugin.so", "int plugin;", missing)
build("demo/old.cpython-39-x86_64-linux-gnu.so", module("old"))
# With debug sections and symbols, more than a page of each; twice() tells that it is whole.
functions = "".join(f"static int add_{n}(int value) {{ int sum = value + {n}; return sum; }}\n" for n in range(200))
table = f"static int (*all[])(int) = {{{', '.join(f'add_{n}' for n in range(200))}}}; int twice(void) {{ return all[21](21); }}\n"
build("demo/debug.so", functions + table + module("debug"), "-g", dep, "-Wl,-rpath,$ORIGIN/../demo.libs", "-Wl,--build-id=0x0123456789abcdef")
