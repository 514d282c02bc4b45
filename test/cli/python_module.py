#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The Python module of the wheel, without the wheel: the options it knows, and what it makes of answers and errors."""
import logging
import pathlib
import pickle
import re
import sys
import unittest
from unittest import mock

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / "support"), str(pathlib.Path(__file__).resolve().parents[2] / "examples/daypack/python")]
import cli
import daypack
from daypack import _command

FIND_PROGRAM = _command.program
# What has no place in a function: help, what is printed how, and what runs until it is interrupted.
NOT_IN_PYTHON = {"help", "json", "quiet", "verbose", "progress", "version", "watch", "deploy", "print-config"}


class Module(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        patched = mock.patch.object(_command, "program", lambda: cli.PROGRAM)
        patched.start()
        self.addCleanup(patched.stop)
        cli.write_wheel(self.folder / "wheels")
        self.write("app.py", "import demo\n\ndef handler(event, context):\n    return demo.answer\n")

    def test_every_option_of_the_command_line_is_a_keyword(self):
        everywhere = {name for name in re.findall(r"--([a-z-]+)", self.daypack("--help").out)}
        for command, known in ("build", daypack.BuildOptions), ("deploy", daypack.DeployOptions):
            options = {name for line in self.daypack(command, "--help").out.splitlines() if line.startswith("  -")
                       for name in re.findall(r"--([a-z-]+)", line.split("   ")[0])}
            words = {name.replace("_", "-") for name in known.__annotations__}
            self.assertEqual(words, (options | everywhere) - NOT_IN_PYTHON, command)

    def test_values_as_they_are_typed(self):
        options = {"frozen": True, "offline": False, "lock": None, "jobs": 2, "weight": 0.5, "add": {"src": "."}, "requirements": "a.txt",
                   "extra": ("x", "y"), "output": pathlib.Path("out.zip")}
        self.assertEqual(list(_command.words(options)), ["--frozen", "--jobs=2", "--weight=0.5", "--add=src=.", "--requirements=a.txt",
                                                         "--extra=x", "--extra=y", "--output=out.zip"])

    def test_build_and_deploy(self):
        output = self.folder / "out.zip"
        with self.assertLogs("daypack", logging.INFO):
            package = daypack.build("demo", backend="local", find_links=self.folder / "wheels", add=[self.folder / "app.py"], handler="app.handler",
                                    bytecode="none", output=output, cache_dir=self.folder / "cache")
        self.assertEqual((package["path"], package["sha256"]), (str(output), cli.sha256(output)))
        self.assertEqual(package["distributions"], [{"name": "demo", "version": "1.0"}])
        self.assertEqual(set(daypack.Package.__required_keys__) - set(package), set())
        name = f"module-{self.folder.name}".replace("_", "-")
        live = daypack.deploy(str(output), name, memory=512, env={"A": "1", "B": "x=y"})
        self.assertEqual((live["id"], live["digest"], live["unchanged"]), (name, package["sha256"], False))
        self.assertEqual(set(live), set(daypack.Deployment.__required_keys__))
        self.assertTrue(daypack.deploy(str(output), name, memory=512, env={"A": "1", "B": "x=y"})["unchanged"])

    def test_errors(self):
        with self.assertRaises(daypack.Error) as caught:
            daypack.build("demo", backend="aws_lambda", python="2.7")
        error = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((error.code, error.hint, error.exit_status), ("usage", "choose one with --python", 2))
        self.assertTrue(error.message.startswith("AWS Lambda does not offer this Python: 2.7 (expected one of "), error.message)
        self.assertEqual(str(error), f"{error.message}\n  hint: choose one with --python")
        with self.assertRaises(daypack.Error) as caught:
            daypack.deploy(str(self.folder / "none.zip"), "f")
        self.assertEqual(caught.exception.exit_status, 1)
        with self.assertRaises(daypack.Error) as caught:  # refused by the parser, which prints no JSON
            daypack.build("demo", backend="local", optimize=7)
        self.assertEqual(caught.exception.code, "usage")
        self.assertIn("--optimize", caught.exception.message)
        with self.assertRaisesRegex(TypeError, r"build\(\) got an unexpected keyword argument 'requirments'"):
            daypack.build(requirments="x")
        for dashed in ["--version"], ["-q"]:
            with self.assertRaises(daypack.Error):
                daypack.build(*dashed, backend="local")

    def test_a_wheel_without_its_program(self):
        with mock.patch.object(_command.importlib.metadata, "files", lambda name: []), self.assertRaises(daypack.Error) as caught:
            FIND_PROGRAM()
        self.assertEqual(caught.exception.code, "not_found")


if __name__ == "__main__":
    cli.main()
