#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Every form in which requirements are given: files of pip, projects, locks of uv, names. uv and packaging are the judges."""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
from pypa_packaging import with_packaging

with_packaging()
from packaging.requirements import Requirement

PLAN = ["plan", "-b", "aws_lambda", "--bytecode", "none"]
BUILD = ["build", "-b", "aws_lambda", "--python", "3.11", "--bytecode", "none"]
UV = os.environ.get("DAYPACK_UV", "uv")
PROJECT = """
[project]
name = "Demo_Project"
version = "0.1"
requires-python = ">=3.10"
dependencies = [
    "requests[socks]==2.32.3",
    "tomli ; python_version < '3.11'",
    "colorama ; sys_platform == 'win32'",
    "markupsafe<3 ; python_version < '3.12'",
    "markupsafe>=3 ; python_version >= '3.12'",
]
[project.optional-dependencies]
fast = ["six"]
all = ["demo-project[fast]", "zipp"]
[dependency-groups]
Dev = ["iniconfig", {include-group = "lint"}]
lint = ["pathspec"]
"""


def target(version):
    return {"python_version": version, "python_full_version": version + ".9", "sys_platform": "linux", "os_name": "posix",
            "platform_system": "Linux", "platform_machine": "x86_64", "implementation_name": "cpython",
            "platform_python_implementation": "CPython"}


class Forms(cli.CommandLineTest):
    def uv(self, *arguments):
        finished = subprocess.run([UV, *arguments], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        return finished.stdout

    def distributions(self, *arguments):
        built = self.answer(*PLAN, *arguments)
        return sorted(f"{distribution['name']}=={distribution['version']}" for distribution in built["distributions"])

    def test_a_uv_lock_gives_what_uv_exports_of_it(self):
        self.write("pyproject.toml", PROJECT)
        self.uv("lock")
        for python in "3.10", "3.12":
            for parts in [], ["--extra", "fast"], ["--extra", "all", "--group", "dev"], ["--only-group", "Dev"]:
                with self.subTest(python=python, parts=parts):
                    text = self.uv("export", "--frozen", "--no-hashes", "--no-header", "--no-annotate", "--no-default-groups", *parts)
                    asked = [Requirement(line) for line in text.splitlines()]
                    wanted = sorted(f"{item.name}{item.specifier}" for item in asked
                                    if not item.marker or item.marker.evaluate(target(python)))
                    self.assertEqual(self.distributions("--python", python, "-r", "uv.lock", *parts), wanted)

    def test_every_form_gives_the_same_package(self):
        self.write("pyproject.toml", PROJECT.replace("markupsafe>=3", "markupsafe==3.0.2"))
        self.uv("lock")
        self.uv("export", "--frozen", "--extra", "all", "--no-default-groups", "--format", "pylock.toml", "-o", "pylock.toml")
        self.uv("export", "--frozen", "--extra", "all", "--no-default-groups", "-o", "requirements.txt")
        built = {}
        for form in ["-r", "pyproject.toml", "--extra", "all"], ["-r", "uv.lock", "--extra", "all"], ["-r", "pylock.toml"], ["-r", "requirements.txt"]:
            built[form[1]] = self.answer(*BUILD, *form)
        for form, answer in built.items():
            self.assertEqual(answer["sha256"], built["uv.lock"]["sha256"], form)

    def test_a_lock_needs_no_tool(self):
        wheel = cli.write_wheel(self.folder / "wheels")
        lock = f"""lock-version = "1.0"
[[packages]]
name = "demo"
version = "1.0"
wheels = [{{ path = "wheels/{wheel.name}", hashes = {{ sha256 = "{cli.sha256(wheel)}" }} }}]
"""
        self.write("pylock.toml", lock)
        self.write("uv.lock", f"""version = 1
[[package]]
name = "demo"
version = "1.0"
source = {{ registry = "wheels" }}
wheels = [{{ path = "{wheel.name}" }}]
[[package]]
name = "project"
source = {{ virtual = "." }}
dependencies = [{{ name = "demo" }}]
""")
        nothing = cli.environment(PATH="", DAYPACK_UV="/nowhere/uv")
        shipped = [self.answer(*BUILD, "-r", name, "--offline", env=nothing)["sha256"] for name in ("pylock.toml", "uv.lock")]
        self.assertEqual(shipped[0], shipped[1])
        self.assertIn("demo/__init__.py", cli.names_in(self.folder / "out.zip"))

    def test_names_and_files_together(self):
        cli.write_wheel(self.folder / "wheels", "one")
        cli.write_wheel(self.folder / "wheels", "two", "2.0")
        cli.write_wheel(self.folder / "wheels", "two", "3.0")
        self.write("sub/requirements.txt", "--no-index\r\n-f ../wheels\r\n-c limits.txt\r\none")
        self.write("sub/limits.txt", "two<3")
        self.assertEqual(self.distributions("--python", "3.11", "-r", "sub/requirements.txt", "two"), ["one==1.0", "two==2.0"])

    def test_an_encoding_that_a_comment_tells(self):
        cli.write_wheel(self.folder / "wheels")
        for text, encoding in [("# coding: latin-1\n--no-index\n-f wheels\ndemo # \u00e9t\u00e9", "latin-1"),
                               ("--no-index\n-f wheels\ndemo # \u00e9t\u00e9\n", "utf-16")]:
            self.write("requirements.txt", text.encode(encoding))
            self.assertEqual(self.distributions("--python", "3.11", "-r", "requirements.txt"), ["demo==1.0"])


class Refusals(cli.CommandLineTest):
    def test_a_slip_in_a_project_is_told_with_its_place(self):
        self.write("pyproject.toml", '[project]\nname = "p"\ndependencies = ["numpy=>1"]\n')
        self.refused(1, ['pyproject.toml:3:23 (got "=>1", expected a version operator', 'hint: write "numpy>=1"'], *BUILD, "-r", "pyproject.toml")
        self.write("pyproject.toml", "[project\n")
        self.refused(1, "cannot read a project: pyproject.toml:1:", *BUILD, "-r", "pyproject.toml")

    def test_a_project_that_cannot_be_resolved_names_its_line(self):
        self.write("pyproject.toml", '[project]\nname = "p"\ndependencies = [\n"daypack-no-such-package-0",\n]\n')
        self.refused(1, ["no package of this name is in the index", "pyproject.toml:4"], *BUILD, "-r", "pyproject.toml")

    def test_a_project_for_other_pythons(self):
        self.write("pyproject.toml", '[project]\nname = "p"\nrequires-python = ">=3.12"\ndependencies = ["six"]\n')
        self.refused(1, ["the project does not run on the target's Python", "pyproject.toml:3", "expected >=3.12"], *BUILD, "-r", "pyproject.toml")

    def test_parts_that_are_not_there(self):
        self.write("pyproject.toml", PROJECT)
        self.refused(1, ["there is no such extra: nope (pyproject.toml)", "it has all, fast"], *BUILD, "-r", "pyproject.toml", "--extra", "nope")
        self.refused(1, ["there is no such dependency group: nope", "it has Dev, lint"], *BUILD, "-r", "pyproject.toml", "--group", "nope")
        self.write("requirements.txt", "six\n")
        self.refused(2, "extras and groups are those of a project or a lock: requirements.txt", *BUILD, "-r", "requirements.txt", "--extra", "x")

    def test_locks(self):
        self.write("uv.lock", "version = 2\n")
        self.refused(1, ["cannot read a lock: uv.lock:1:11 (got another version, expected version = 1)", "uv export"], *BUILD, "-r", "uv.lock")
        self.write("pylock.toml", 'lock-version = "1.0"\npackages = [\n')
        self.refused(1, "cannot read a lock: pylock.toml:", *BUILD, "-r", "pylock.toml")
        self.write("pylock.toml", 'lock-version = "1.0"\npackages = []\n')
        self.refused(2, "a lock says all that is wanted, and something else is asked for: pylock.toml and six", *BUILD, "-r", "pylock.toml", "six")

    def test_files_of_other_tools(self):
        self.write("poetry.lock", "")
        self.refused(2, ["this file cannot be read as requirements: poetry.lock", "poetry export"], *BUILD, "-r", "poetry.lock")


if __name__ == "__main__":
    cli.main()
