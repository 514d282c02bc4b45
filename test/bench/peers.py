# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The other tools: found, or installed by their package's name; helpers compiled. What cannot be had is skipped, in a line."""
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parent.parent / "include"
# Program -> the package of Debian and Ubuntu that has it.
PROGRAMS = {"zip": "zip", "7z": "p7zip-full", "bsdtar": "libarchive-tools", "minizip": "minizip", "fdfind": "fd-find",
            "find": "findutils", "nginx": "nginx-light"}
# Helper -> its source, what it links, the package that it needs besides.
HELPERS = {"deflate": ("deflate.cpp", ["-ldeflate", "-pthread"], "libdeflate-dev"),
           "walk": ("walk.cpp", ["-pthread"], None),
           "splice": ("splice.cpp", ["-lcrypto", "-ldeflate", "-lz", "-pthread"], None),
           "libzip": ("libzip.c", ["-lzip"], "libzip-dev")}


def quietly(command):
    """Whether it succeeded; says its last words when not."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          stdin=subprocess.DEVNULL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    if done.returncode:
        print(f"  {command[0]}: {done.stdout.strip()[-300:]}", file=sys.stderr)
    return done.returncode == 0


class Peers:
    def __init__(self, scratch, install):
        """Not to install is for trying the bench: what is here has to do, and helpers are compiled quickly instead of well."""
        self.tools, self.install, self.skipped = scratch / "tools", install, []
        self.tools.mkdir(parents=True, exist_ok=True)
        self.found = {"python zipfile": HERE / "peers/zipfile_peer.py"}
        self.skipped.append("minizip-ng: no package of Debian 12; minizip, which it comes from, is measured")

    def get(self, name):
        """The program of that name, made or installed when it is first asked for; None when it cannot be had."""
        if name not in self.found:
            self.found[name] = (self.mtzip() if name == "mtzip" else self.program(name, PROGRAMS[name]) if name in PROGRAMS
                                else self.helper(name, *HELPERS[name]))
        return self.found[name]

    def skip(self, name, why):
        self.skipped.append(f"{name}: {why}")
        print(f"skipped: {name}: {why}", file=sys.stderr)
        return None

    def apt(self, package):
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        command = [*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
        return self.install and shutil.which("apt-get") and quietly(command)

    def program(self, name, package):
        if not shutil.which(name):
            self.apt(package)
        return shutil.which(name) or self.skip(name, f"not here, and the package {package} was not installed")

    def helper(self, name, source, libraries, package):
        """A helper's program, compiled anew in each run: the library may have changed."""
        compiler = os.environ.get("CC", "cc") if source.endswith(".c") else os.environ.get("CXX", "c++")
        flags = [f"-I{INCLUDE}", "-DNDEBUG", "-O3" if self.install else "-O0", *([] if source.endswith(".c") else ["-std=c++20"])]
        command = [compiler, *flags, HERE / "peers" / source, "-o", self.tools / name, *libraries]
        if quietly(command) or (package and self.apt(package) and quietly(command)):
            return self.tools / name
        return self.skip(name, f"{source} does not compile here")

    def mtzip(self):
        """cargo resolves and builds it below the scratch folder; `cargo install` would ask for a published program."""
        if not shutil.which("cargo") and not self.apt("cargo"):
            return self.skip("mtzip", "no cargo here")
        project = self.tools / "mtzip"
        program = project / "target/release/mtzip-peer"
        if not program.exists() and not self.install:
            return self.skip("mtzip", "not built yet, and nothing is installed in this mode")
        shutil.copytree(HERE / "peers/mtzip", project, dirs_exist_ok=True)
        if not quietly(["cargo", "build", "--quiet", "--release", "--manifest-path", project / "Cargo.toml", "--target-dir", project / "target"]):
            return self.skip("mtzip", "cargo could not build it: it wants a Rust of 2025 or newer")
        return program

    def python_tool(self, name):
        """pip or uv: one in a virtual environment below the scratch folder, since a distribution's own Python may lack it."""
        own = self.tools / "venv/bin" / name
        if not own.exists() and self.install:
            quietly([sys.executable, "-m", "venv", self.tools / "venv"])
            quietly([self.tools / "venv/bin/pip", "install", "--quiet", name])
        return own

    def uv(self):
        self.found["uv"] = os.environ.get("DAYPACK_UV") or shutil.which("uv") or self.python_tool("uv")
        return self.found["uv"]

    def versions(self):
        """Of what was asked for and found, as its package says."""
        packages = {name: PROGRAMS.get(name) or HELPERS[name][2] for name in self.found if name in PROGRAMS or name in HELPERS}
        said = {package: subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True).stdout
                for name, package in packages.items() if package and self.found[name] and shutil.which("dpkg-query")}
        if self.found.get("mtzip"):
            said["mtzip"] = re.search('mtzip = "=(.*)"', (HERE / "peers/mtzip/Cargo.toml").read_text())[1]
        if self.found.get("uv"):
            said["uv"] = subprocess.run([self.found["uv"], "--version"], capture_output=True, text=True).stdout.split()[1]
        return {"python": platform.python_version(), **said}
