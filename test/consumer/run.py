#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Builds a foreign project against the library, as its users would, and runs it.

usage: run.py KIND --build DIR [--compiler CXX]
KIND is a folder beside this file, or conan. DIR is a configured build of the library, by CMake or by meson: it is installed into
a scratch prefix where KIND wants an installed library. Nothing outside DIR is written.
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

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


def source_archive(scratch):
    """What a user downloads: the library's own files, in a folder named after the version."""
    path = scratch / "daypack-0.1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in "CMakeLists.txt", "meson.build", "LICENSE", "include":
            archive.add(ROOT / name, f"daypack-0.1.0/{name}")
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def by_download(kind, scratch, compiler):
    archive, digest = source_archive(scratch)
    run("cmake", "-G", "Ninja", "-S", HERE / kind, "-B", scratch / "build", f"-DCMAKE_CXX_COMPILER={compiler}",
        f"-DDAYPACK_ARCHIVE={archive.as_uri()}", f"-DDAYPACK_SHA256={digest}")
    run("cmake", "--build", scratch / "build", "--target", "consumer")
    return scratch / "build/consumer"


def by_meson(kind, scratch, compiler, source, subproject):
    shutil.copytree(HERE / kind, scratch / "project")
    shutil.copy(HERE / source, scratch / "project")
    (scratch / "project/subprojects").mkdir()
    subproject(scratch / "project/subprojects")
    run("meson", "setup", scratch / "build", scratch / "project", env={**os.environ, "CXX": compiler})
    run("meson", "compile", "-C", scratch / "build", "consumer")
    return scratch / "build/consumer"


def wrap(scratch):
    """The wrap file as a user fills it in."""
    archive, digest = source_archive(scratch)

    def write(subprojects):
        text = (ROOT / "examples/packages/meson/daypack.wrap").read_text()
        text = re.sub("source_url = .*", f"source_url = {archive.as_uri()}", text)
        (subprojects / "daypack.wrap").write_text(re.sub("source_hash = .*", f"source_hash = {digest}", text))

    return write


# What the recipe requires is taken from the system: there is no registry to ask.
CONAN_PROFILE = """
[settings]
os=Linux
arch=x86_64
build_type=Release
compiler=gcc
compiler.version=12
compiler.libcxx=libstdc++11
compiler.cppstd=20
[platform_requires]
boost/1.81.0
openssl/3.0.0
zlib/1.2.13
libdeflate/1.14
pugixml/1.13
tomlplusplus/3.3.0
elfutils/0.188
[conf]
tools.cmake.cmaketoolchain:generator=Ninja
"""


def by_conan(scratch, compiler):
    """Builds a package from the recipe, with its own test of it, in a cache of its own."""
    if not shutil.which("conan"):
        print("skipped: no conan")
        sys.exit(77)
    (scratch / "profile").write_text(CONAN_PROFILE)
    shutil.copytree(ROOT / "examples/packages/conan/test_package", scratch / "test_package")
    run("conan", "create", ROOT / "examples/packages/conan", "--no-remote", "--profile:all", scratch / "profile", "--test-folder", scratch / "test_package",
        env={**os.environ, "CONAN_HOME": str(scratch / "home"), "CXX": compiler})


def by_vcpkg(scratch, compiler):
    """The port's two files, without vcpkg itself."""
    port = ROOT / "examples/packages/vcpkg/daypack"
    manifest = json.loads((port / "vcpkg.json").read_text())
    text = (ROOT / "include/daypack/version.hpp").read_text()
    assert (manifest["name"], manifest["version"]) == ("daypack", re.search('library_version = "(.*)"', text)[1]), manifest
    run("cmake", f"-DPORTFILE={port / 'portfile.cmake'}", f"-DCURRENT_PACKAGES_DIR={scratch / 'packages'}", f"-DCOMPILER={compiler}",
        "-P", HERE / "vcpkg/port.cmake")
    return by_cmake("zip_only", scratch, compiler, scratch / "packages")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind")
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--compiler", default="c++")
    options = parser.parse_args()
    scratch = options.build.resolve() / "consumer" / options.kind
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    program = {
        "meson": lambda: by_meson(options.kind, scratch, options.compiler, "main.cpp", lambda folder: (folder / "daypack").symlink_to(ROOT)),
        "meson_wrap": lambda: by_meson(options.kind, scratch, options.compiler, "zip_only/main.cpp", wrap(scratch)),
        "fetch_content": lambda: by_download(options.kind, scratch, options.compiler),
        "subdirectory": lambda: by_cmake(options.kind, scratch, options.compiler, None),
        "conan": lambda: by_conan(scratch, options.compiler),
        "vcpkg": lambda: by_vcpkg(scratch, options.compiler),
        "pkgconfig": lambda: by_make(options.kind, scratch, options.compiler, install(options.build.resolve(), scratch / "prefix")),
    }.get(options.kind, lambda: by_cmake(options.kind, scratch, options.compiler, install(options.build.resolve(), scratch / "prefix")))()
    if program:
        run(program)


try:
    main()
except subprocess.CalledProcessError as error:
    sys.exit(f"failed: {error}")
