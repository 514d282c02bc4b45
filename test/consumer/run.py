#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Builds a foreign project against the library, as its users would, and runs it.

usage: run.py KIND --build DIR [--compiler CXX]
KIND is a folder beside this file. DIR is a configured build of the library, by CMake or by meson: it is installed into
a scratch prefix where KIND wants an installed library. Nothing outside DIR is written.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def run(*command, **options):
    print("+", *command, flush=True)
    subprocess.run([str(part) for part in command], check=True, **options)


def install(build, prefix):
    """Installs the headers. What is compiled stays out, so this needs no finished build."""
    if (build / "meson-info").is_dir():
        run("meson", "install", "--no-rebuild", "--tags", "devel", "--destdir", prefix, "-C", build, "--quiet")
        return next(path.parent.parent.parent for path in prefix.rglob("pkgconfig/daypack.pc"))
    run("cmake", "--install", build, "--prefix", prefix, "--component", "development",
        stdout=subprocess.DEVNULL)
    return prefix


def by_cmake(kind, scratch, compiler, prefix):
    run("cmake", "-G", "Ninja", "-S", HERE / kind, "-B", scratch / "build", f"-DCMAKE_CXX_COMPILER={compiler}",
        *([f"-DCMAKE_PREFIX_PATH={prefix}"] if prefix else []))
    run("cmake", "--build", scratch / "build", "--target", "consumer")
    return scratch / "build/consumer"


def by_make(kind, scratch, compiler, prefix):
    run("make", "-C", HERE / kind, f"OUTPUT={scratch}", f"CXX={compiler}",
        env={**os.environ, "PKG_CONFIG_PATH": str(prefix / "share/pkgconfig")})
    return scratch / "consumer"


def by_meson(kind, scratch, compiler):
    shutil.copytree(HERE / kind, scratch / "project")
    shutil.copy(HERE / "main.cpp", scratch / "project")
    (scratch / "project/subprojects").mkdir()
    (scratch / "project/subprojects/daypack").symlink_to(ROOT)
    run("meson", "setup", scratch / "build", scratch / "project", env={**os.environ, "CXX": compiler})
    run("meson", "compile", "-C", scratch / "build", "consumer")
    return scratch / "build/consumer"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind")
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--compiler", default="c++")
    options = parser.parse_args()
    scratch = options.build.resolve() / "consumer" / options.kind
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    if options.kind == "meson":
        program = by_meson(options.kind, scratch, options.compiler)
    else:
        prefix = None if options.kind == "subdirectory" else install(options.build.resolve(), scratch / "prefix")
        by = by_make if options.kind == "pkgconfig" else by_cmake
        program = by(options.kind, scratch, options.compiler, prefix)
    run(program)


try:
    main()
except subprocess.CalledProcessError as error:
    sys.exit(f"failed: {error}")
