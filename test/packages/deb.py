#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The packages for Debian that CPack makes of the build $DAYPACK lies in: what is in them, what they depend on; the program
runs from where it is extracted."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

BUILD = pathlib.Path(cli.PROGRAM).resolve().parent.parent
TOOLS = ["cpack", "dpkg-deb", "dpkg-shlibdeps", "file"]


@unittest.skipUnless(all(map(shutil.which, TOOLS)), f"one of {' '.join(TOOLS)} is not installed")
class Packages(cli.CommandLineTest):
    @classmethod
    def setUpClass(cls):
        cls.packages = BUILD / "deb"
        shutil.rmtree(cls.packages, ignore_errors=True)
        subprocess.run(["cpack", "-G", "DEB", "-B", cls.packages, "--config", "CPackConfig.cmake"], cwd=BUILD, check=True, stdout=subprocess.DEVNULL)

    def package(self, name):
        found, = self.packages.glob(f"{name}_*.deb")
        return found

    def field(self, name, field):
        return subprocess.run(["dpkg-deb", "--field", self.package(name), field], check=True, capture_output=True, text=True).stdout.strip()

    def extracted(self, name):
        subprocess.run(["dpkg-deb", "--extract", self.package(name), self.folder / name], check=True)
        return self.folder / name

    def test_the_command_line(self):
        depends = self.field("daypack", "Depends")
        for library in r"libc6 \(>= ", r"libstdc\+\+6 \(>= ", r"libssl3\w* \(>= 3", r"libboost-url1\.\d+", "libelf1", "zlib1g", "libpugixml1", "libyaml-cpp":
            self.assertRegex(depends, library)
        self.assertNotIn("-dev", depends)
        files = cli.files_below(self.extracted("daypack"))
        self.assertEqual(files, ["usr/bin/daypack", "usr/share/bash-completion/completions/daypack", "usr/share/doc/daypack/copyright",
                                 "usr/share/fish/vendor_completions.d/daypack.fish", "usr/share/man/man1/daypack.1",
                                 "usr/share/zsh/site-functions/_daypack", "usr/share/zsh/vendor-completions/_daypack"])
        share = self.folder / "daypack/usr/share"
        self.assertTrue((share / "man/man1/daypack.1").read_text().startswith(".TH DAYPACK 1"))
        self.assertIn("complete -", (share / "bash-completion/completions/daypack").read_text())
        told = subprocess.run([self.folder / "daypack/usr/bin/daypack", "--version"], check=True, capture_output=True, text=True).stdout
        self.assertEqual(told, f"daypack {re.match('[0-9.]+', self.field('daypack', 'Version'))[0]}\n")

    def test_the_headers(self):
        self.assertEqual(self.field("libdaypack-dev", "Architecture"), "all")
        depends = self.field("libdaypack-dev", "Depends").split(", ")
        self.assertIn("libelf-dev", depends)
        self.assertTrue(any(re.fullmatch(r"libboost-url1\.\d+-dev", name) for name in depends), depends)
        for name in (one.split()[0] for one in depends):
            self.assertEqual(subprocess.run(["dpkg-query", "-W", name], capture_output=True).returncode, 0, f"{name}: built here without it")
        prefix = self.extracted("libdaypack-dev") / "usr"
        self.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.25)\nproject(example CXX)\nfind_package(daypack 0.1 REQUIRED)\n"
                                     "add_executable(example main.cpp)\ntarget_link_libraries(example PRIVATE daypack::zip)\n")
        self.write("main.cpp", "#include <daypack/zip/writer.hpp>\nint main() {}\n")
        for command in (["cmake", "-S", ".", "-B", "build", f"-DCMAKE_PREFIX_PATH={prefix}"], ["cmake", "--build", "build"]):
            subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "CXXFLAGS": "-O0"})
        subprocess.run([self.folder / "build/example"], check=True)


if __name__ == "__main__":
    cli.main()
