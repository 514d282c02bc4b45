#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Options that nobody types: DAYPACK_* variables, [tool.daypack] of a pyproject.toml, and what --print-config tells of them."""
import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

PROJECT = """[project]
name = "demo"
version = "1"

[tool.daypack]
backend = "local"
jobs = 3
exclude-newer = "2026-11-01"

[tool.daypack.build]
effort = "smallest"
requirements = ["lists/one.txt", "lists/two.txt"]
scripts = true
debug-ranges = false
index-url = "https://index.example/simple"

[tool.daypack.deploy]
region = "eu-central-1"
env = { STAGE = "test" }

[tool.daypack.cache.prune]
size = "2GB"
"""


class Settings(cli.CommandLineTest):
    def told(self, *arguments, **options):
        """By name: value, origin and place."""
        answer = self.answer(*arguments, "--print-config", **options)
        return {one["name"]: (one["value"], one["origin"], one["place"]) for one in answer["options"]}

    def test_each_source_and_which_wins(self):
        self.write("pyproject.toml", PROJECT)
        self.assertEqual(self.told("build")["effort"], ("smallest", "file", "pyproject.toml:11"))
        for variables, arguments, expected in [
            ({}, [], ("smallest", "file", "pyproject.toml:11")),
            ({"DAYPACK_EFFORT": "3"}, [], ("3", "environment", "DAYPACK_EFFORT")),
            ({"DAYPACK_EFFORT": "3", "DAYPACK_BUILD_EFFORT": "4"}, [], ("4", "environment", "DAYPACK_BUILD_EFFORT")),
            ({"DAYPACK_EFFORT": ""}, [], ("smallest", "file", "pyproject.toml:11")),
            ({"DAYPACK_EFFORT": "3"}, ["--effort", "5"], ("5", "flag", "")),
            ({}, ["--config-file", "none"], ("balanced", "default", "")),
        ]:
            with self.subTest(variables=variables, arguments=arguments):
                self.assertEqual(self.told("build", *arguments, env=cli.environment(**variables))["effort"], expected)

    def test_a_variable_that_help_names_is_one_like_all_others(self):
        variables = {"DAYPACK_BACKEND": "local", "DAYPACK_BUILD_BACKEND": "aws_lambda"}
        self.assertEqual(self.told("build", env=cli.environment(**variables))["backend"], ("aws_lambda", "environment", "DAYPACK_BUILD_BACKEND"))
        self.assertEqual(self.told("plan", env=cli.environment(**variables))["backend"], ("local", "environment", "DAYPACK_BACKEND"))

    def test_kinds_of_values(self):
        self.write("pyproject.toml", PROJECT)
        told = self.told("build", env=cli.environment(DAYPACK_ADD="app.py 'two words'", DAYPACK_OFFLINE="yes", DAYPACK_FROZEN="no", DAYPACK_VERBOSE="2"))
        self.assertEqual(told["requirements"], (["lists/one.txt", "lists/two.txt"], "file", "pyproject.toml:12"))
        self.assertEqual(told["jobs"], ("3", "file", "pyproject.toml:7"))
        self.assertEqual(told["scripts"], ("true", "file", "pyproject.toml:13"))
        self.assertEqual(told["add"], (["app.py", "two words"], "environment", "DAYPACK_ADD"))
        self.assertEqual((told["offline"][0], told["frozen"][0], told["verbose"][0]), ("true", "false", "2"))
        self.assertEqual(told["split-keep"], ([], "default", ""))
        self.assertEqual(self.told("deploy")["env"], (["STAGE=***"], "file", "pyproject.toml:19"))
        self.assertEqual(self.told("cache", "prune")["size"], ("2000000000", "file", "pyproject.toml:22"))

    def test_tables_of_other_commands_do_not_count(self):
        self.write("pyproject.toml", PROJECT)
        told = self.told("plan")
        self.assertEqual(told["effort"], ("balanced", "default", ""))
        self.assertEqual(told["backend"], ("local", "file", "pyproject.toml:6"))
        self.assertNotIn("backend", self.told("deploy"), "of deploy it is a check, which no default is to make")

    def test_a_project_is_found_upward_and_paths_are_its_own(self):
        self.write("pyproject.toml", PROJECT)
        self.write("deep/er/app.py", "")
        here = {"cwd": self.folder / "deep/er"}
        root = self.folder.resolve()
        self.assertEqual(self.told("build", **here)["requirements"][0], [f"{root}/lists/one.txt", f"{root}/lists/two.txt"])
        self.write("deep/pyproject.toml", "[project]\nname = 'nearer'\n")
        self.assertEqual(self.told("build", **here)["requirements"][1], "default")
        named = self.told("build", "-r", "../../pyproject.toml", **here)
        self.assertEqual((named["requirements"][1], named["effort"][2]), ("flag", "../../pyproject.toml:11"))
        self.assertEqual(self.told("build", "--config-file", "../../pyproject.toml", **here)["effort"][0], "smallest")

    def test_a_build_takes_them(self):
        self.write("app.py", "def handler(event, context):\n    return event\n")
        self.write("notes/a.md", "words\n")
        self.write("pyproject.toml", '[tool.daypack]\npatterns = ["*.md"]\n[tool.daypack.build]\nbackend = "local"\nadd = ["app.py", "notes"]\n'
                   f'python = "{cli.LOCAL_PYTHON}"\nbytecode = "none"\noutput = "made.zip"\n')
        self.assertEqual(self.daypack("build").out, "made.zip\n")
        self.assertEqual(cli.names_in(self.folder / "made.zip"), ["app.py"])
        self.write("sub/here", "")
        made = self.daypack("build", "-o", "other.zip", cwd=self.folder / "sub")
        self.assertEqual(cli.sha256(self.folder / "sub/other.zip"), cli.sha256(self.folder / "made.zip"), made.err)

    def test_it_does_nothing_else(self):
        self.write("pyproject.toml", PROJECT)
        before = cli.files_below(self.folder)
        text = self.daypack("build", "--print-config").out
        self.assertRegex(text, r"(?m)^effort +smallest +pyproject\.toml:11$")
        self.assertRegex(text, r"(?m)^arch +x86_64 +default$")
        self.assertRegex(self.daypack("deploy", "--print-config").out, r"(?m)^to +local +default$")
        self.assertEqual(cli.files_below(self.folder), before)

    def test_every_option_has_a_row(self):
        for command in ["build", "plan", "deploy", "verify", "zip", "invoke"]:
            told = self.told(command)
            for option in self.daypack(command, "--help").out.split("Options:")[1].split():
                name = option.split(",")[-1].removeprefix("--")
                if option.startswith("--") and name.isalpha() and name not in {"help", "backend", "version"}:
                    self.assertIn(name, told, command)


class Faults(cli.CommandLineTest):
    def refused_for(self, text, *says, code=1, command=("build",)):
        self.write("pyproject.toml", text)
        self.refused(code, list(says), *command)

    def test_an_unknown_key_has_a_place_and_a_neighbour(self):
        self.refused_for("[tool.daypack]\neffrot = 3\n", "pyproject.toml:2:1 (got the key effrot, expected an option of daypack)", "did you mean effort?")
        self.refused_for("[tool.daypack.build]\nreqirements = []\n", "pyproject.toml:2:1", "daypack build", "did you mean requirements?")
        self.refused_for("[tool.daypack.bild]\neffort = 3\n", "pyproject.toml:1", "did you mean build?")
        self.refused_for("[tool.daypack.plan]\noutput = 'x'\n", "the key output", command=("ls", "none.zip"))
        for key in ["version", "help", "config-file", "print-config"]:
            self.refused_for(f"[tool.daypack]\n{key} = true\n", f"the key {key}")

    def test_a_value_that_does_not_fit_is_told_with_its_place(self):
        self.refused_for("[tool.daypack]\njobs = 0\n", "--jobs", "--jobs comes from pyproject.toml:2", code=2)
        self.refused_for("[tool.daypack.build]\narch = 'mips'\n", "--arch comes from pyproject.toml:2", code=2)
        self.refused_for("[tool.daypack.build]\neffort = ['a']\n", "takes one value: effort (pyproject.toml:2)", code=2)
        self.refused_for("[tool.daypack.build]\noffline = 'perhaps'\n", "a flag is true or false: pyproject.toml:2 (got perhaps)", code=2)
        self.refused_for("[tool.daypack]\nlock = 2026-11-01\n", "another type for lock")
        self.write("pyproject.toml", "")
        bad = self.daypack("zip", ".", "-o", "x.zip", code=2, env=cli.environment(DAYPACK_JOBS="many"))
        self.assertIn("--jobs comes from DAYPACK_JOBS", bad.err)

    def test_credentials_are_refused(self):
        for text in ["password = 'x'", "aws-secret-access-key = 'x'", "index-url = 'https://me:pw-1234@index.example/'",
                     "remote-cache = 'https://token-1234@cache.example'", "env = ['API_TOKEN=pw-1234']", "env = { DB_PASSWORD = 'pw-1234' }"]:
            with self.subTest(text=text):
                self.write("pyproject.toml", f"[tool.daypack]\n{text}\n")
                told = self.refused(1, ["pyproject.toml:2", "no credentials in a file that is shared"], "build")
                self.assertNotIn("1234", told.err)

    def test_secrets_are_not_shown(self):
        told = self.answer("build", "--print-config", env=cli.environment(DAYPACK_INDEX_URL="https://me:pw-1234@index.example/"))
        self.assertNotIn("1234", json.dumps(told))
        self.assertIn("***@index.example", json.dumps(told))
        self.assertNotIn("1234", self.daypack("deploy", "--env", "A=1234", "--print-config").out)

    def test_what_a_place_has_no_use_for_is_refused_when_typed_alone(self):
        self.write("pyproject.toml", "[tool.daypack.deploy]\nregion = 'eu-central-1'\n")
        self.write("app.py", "def handler(event, context):\n    return event\n")
        self.daypack("build", "-b", "local", "--python", cli.LOCAL_PYTHON, "--add", "app.py")
        data = cli.environment(DAYPACK_DATA_DIR=str(self.folder / "data"))
        self.daypack("deploy", "out.zip", "somewhere", "--region", "x", code=2, env=data)
        self.assertNotIn("means nothing", self.daypack("deploy", "out.zip", "../bad", code=2, env=data).err)

    def test_other_projects_are_none_of_our_business(self):
        for text in ["this is = no TOML [", "[tool.black]\nline-length = 100\n"]:
            self.write("pyproject.toml", text)
            self.assertEqual(self.answer("build", "--print-config")["file"], "")
        self.write("pyproject.toml", "[tool.daypack\n")
        self.refused(1, "pyproject.toml:1", "build")
        self.assertIn("Usage: daypack build", self.daypack("build", "--help", "--config-file", "none").out)
        self.refused(1, "nowhere.toml", "build", "--config-file", "nowhere.toml")


if __name__ == "__main__":
    cli.main()
