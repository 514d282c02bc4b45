#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The command line as it is typed: help, options, exit codes, what goes to stdout, the shape of --json."""
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import documents
import terminal

COMMANDS = ["build", "plan", "matrix", "requirements", "zip", "ls", "unzip", "explain", "diff", "sbom", "report", "statement", "licences", "trace", "verify", "deploy", "rollback", "invoke", "runtime", "backends", "cache", "doctor", "completion", "manual"]
GROUPS = {"cache": ["info", "prune", "clear"], "runtime": ["build", "deploy", "list", "update", "delete"]}
OWN = ["--add", "app.py", "--python", cli.LOCAL_PYTHON]
AWS = ["-b", "aws_lambda"]


def leaves():
    """Every command that does something, as it is typed."""
    for command in COMMANDS:
        yield from [f"{command} {one}" for one in GROUPS.get(command, [])] or [command]


def shape(value):
    """A JSON value with types in the place of its values; of a list, the shapes that its items have."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [json.loads(text) for text in sorted({json.dumps(shape(item), sort_keys=True) for item in value})]
    return type(value).__name__


BUILD_SHAPE = {
    "path": "str", "sha256": "str", "size": "int", "unpacked": "int", "entries": "int",
    "target": {"backend": "str", "python": "str", "arch": "str"},
    "distributions": [{"name": "str", "version": "str"}],
    "stages": [{"name": "str", "seconds": "float"}],
    "budget": {"zipped": "int", "zipped_limit": "int", "unzipped": "int", "unzipped_limit": "int", "over": "bool"},
    "findings": [{"check": "str", "severity": "str", "subject": "str", "message": "str"}],
}


class Help(cli.CommandLineTest):
    def test_help_of_every_command_goes_to_stdout(self):
        for command in COMMANDS:
            finished = self.daypack(command, "--help")
            self.assertIn(f"Usage: daypack {command}", finished.out)
            self.assertEqual(finished.err, "")
        everything = self.daypack("--help").out
        listed = re.findall(r"^  ([a-z]+) ", everything.partition("Subcommands:")[2], re.MULTILINE)
        self.assertEqual(sorted(listed), sorted(COMMANDS))

    def test_the_reference_names_every_option(self):
        page = (cli.ROOT / "docs/reference/command-line.md").read_text(encoding="utf-8")
        for command in ["", *COMMANDS, *leaves()]:
            text = self.daypack(*command.split(), "--help").out
            options = re.findall(r"^  (?:-\w,)?(--[a-z-]+)", text, re.MULTILINE)
            self.assertIn("--help", options)
            for option in options:
                self.assertIn(option, page, f"of daypack {command}")

    def test_each_command_shows_examples_that_parse(self):
        for command in leaves():
            text = self.daypack(*command.split(), "--help").out
            examples = list(documents.command_lines(text.partition("Example")[2].partition("\n")[2]))
            self.assertTrue([one for one in examples if " ".join(one).startswith(command)], f"daypack {command} --help shows no example of it")
            for words in examples:
                with self.subTest(example=words):
                    self.understood(words)

    def test_each_answer_has_a_schema(self):
        folder = cli.ROOT / "docs/reference/json"
        # Documents of other people's formats, and text.
        without = {"sbom", "statement", "completion", "manual"}
        expected = {command.replace(" ", "-") for command in leaves()} - without | {"error", "print-config"}
        self.assertEqual({path.name.removesuffix(".schema.json") for path in folder.glob("*.json")}, expected)
        page = (cli.ROOT / "docs/reference/command-line.md").read_text(encoding="utf-8")
        self.assertIn("(json/build.schema.json)", page)

    @unittest.skipUnless(cli.JSON_SCHEMA, "there is no jsonschema")
    def test_schemas_refuse_what_they_do_not_know(self):
        for path in (cli.ROOT / "docs/reference/json").glob("*.json"):
            cli.JSON_SCHEMA.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))
        answer = self.answer("cache", "info")
        with self.assertRaises(cli.JSON_SCHEMA.ValidationError):
            cli.validated({**answer, "more": 1}, ["cache", "info"])
        with self.assertRaises(cli.JSON_SCHEMA.ValidationError):
            cli.validated({**answer, "bytes": "1"}, ["cache", "info"])

    def test_version(self):
        self.assertRegex(self.daypack("--version").out, r"^daypack \d+\.\d+\.\d+\n$")


class UsageErrors(cli.CommandLineTest):
    def test_what_is_typed_wrong_exits_2(self):
        self.write("app.py", "x = 1\n")
        for says, arguments in [
            ("A subcommand is required", []),
            ("not expected: bild", ["bild"]),
            ("not expected: --nonsense", ["build", *AWS, "--nonsense"]),
            ("--backend is required", ["build", "six"]),
            ("--output is required", ["zip", "."]),
            ("there is nothing to package", ["build", *AWS]),
            ("there is nothing to package", ["plan", *AWS]),
            ("no such backend: nowhere (expected one of aws_lambda, aws_layer, aws_layer_versioned, azure_functions, azure_premium, azure_consumption, "
             "aliyun_fc, aliyun_layer, gcp_functions, local)",
             ["build", "-b", "nowhere", *OWN]),
            ("AWS Lambda does not offer this Python: 2.7 (expected one of 3.6, 3.7, 3.8, 3.9, 3.10, 3.11, 3.12",
             ["build", *AWS, "--add", "app.py", "--python", "2.7"]),
            ("a Python is written as major.minor: twelve", ["build", *AWS, "--add", "app.py", "--python", "twelve"]),
            ("x86_64,arm64", ["build", *AWS, *OWN, "--arch", "mips"]),
            ("does not run Python 3.11 on this architecture: arm64",
             ["build", "-b", "azure_functions", "--add", "app.py", "--python", "3.11", "--arch", "arm64"]),
            ("no such effort: 13 (expected fast, balanced, smallest or a level", ["build", *AWS, *OWN, "--effort", "13"]),
            ('there is no such prune rule or preset: "everything"', ["build", *AWS, *OWN, "--prune", "everything"]),
            ("--bytecode", ["build", *AWS, *OWN, "--bytecode", "some"]),
            ("--jobs", ["build", *AWS, *OWN, "--jobs", "many"]),
            ("--jobs", ["build", *AWS, *OWN, "--jobs", "-1"]),
            ("--progress", ["build", *AWS, *OWN, "--progress", "sometimes"]),
            ("--output", ["build", *AWS, *OWN, "-o", ""]),
            ("--to", ["deploy", "out.zip", "name", "--to", "moon"]),
            ("a function cannot have this name", ["invoke", "../name"]),
        ]:
            with self.subTest(arguments=arguments):
                self.refused(2, says, *arguments)

    def test_what_is_missing_exits_1(self):
        self.refused(1, "no such function is deployed: never-deployed", "invoke", "never-deployed")
        self.refused(1, "cannot read a file: out.zip", "deploy", "out.zip", "name")
        self.refused(1, "there is no such file or folder: nowhere", "zip", "nowhere", "-o", "out.zip")
        self.refused(1, "there is no such file or folder: nowhere.py", "build", *AWS, "--python", "3.11", "--add", "nowhere.py")

    def test_over_a_limit_exits_3_and_names_what_is_large(self):
        with open(self.write("large.bin", ""), "wb") as file:
            file.truncate(263_000_000)
        options = [*AWS, "--python", cli.LOCAL_PYTHON, "--add", "large.bin", "--bytecode", "none", "--effort", "fast"]
        says = ["over the limit of AWS Lambda", "got 263.0 MB, expected at most 262.1 MB", "your own files 263.0 MB"]
        self.refused(3, says, "build", *options)
        planned = self.daypack("plan", *options, code=3)
        self.assertIn("over the limit", planned.out)

    def test_an_error_is_also_json(self):
        finished = self.daypack("build", *AWS, *OWN, "--json", code=1)
        error = cli.validated(json.loads(finished.out), ["build"])["error"]
        self.assertEqual(shape(error), {**dict.fromkeys(["code", "stage", "message", "subject", "hint", "text"], "str"), "causes": []})
        self.assertEqual((error["code"], error["stage"], error["subject"]), ("not_found", "Add", "app.py"))
        self.assertIn("there is no such file or folder: app.py", finished.err)


class Results(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("app.py", "def handler(event, context):\n    return event\n")

    def test_stdout_is_the_path_alone(self):
        finished = self.daypack("build", *AWS, *OWN, "-o", "out.zip")
        self.assertEqual(finished.out, "out.zip\n")
        self.assertIn("next: daypack deploy out.zip NAME --to local", finished.err)
        self.assertNotIn("\033", finished.err)
        self.assertNotIn("\r", finished.err)

    def test_quiet_says_nothing_but_the_result_and_errors(self):
        for command in ["build", "plan"]:
            self.assertEqual(self.daypack(command, *AWS, *OWN, "--quiet").err, "")
        self.assertEqual(self.daypack("zip", "app.py", "-o", "other.zip", "-q").err, "")
        failed = self.daypack("build", *AWS, "--add", "nowhere.py", "--quiet", code=1)
        self.assertTrue(failed.err.startswith("error: "), failed.err)

    def test_the_local_python_is_the_default_and_is_told(self):
        finished = self.daypack("build", *AWS, "--add", "app.py", "--json",
                                env=cli.environment(PATH=f"{self.python_folder()}:{os.environ['PATH']}"))
        self.assertIn(f"Python {cli.LOCAL_PYTHON}, as python3 on this machine", finished.err)
        self.assertEqual(json.loads(finished.out)["target"], {"backend": "aws_lambda", "python": cli.LOCAL_PYTHON, "arch": "x86_64"})

    def python_folder(self):
        """A folder whose python3 is the one that runs this test."""
        launcher = self.write("bin/python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        launcher.chmod(0o755)
        return launcher.parent

    def test_options_come_from_the_environment(self):
        settings = cli.environment(DAYPACK_BACKEND="local", DAYPACK_PYTHON="3.9", DAYPACK_JOBS="2",
                                   DAYPACK_CACHE_DIR=str(self.folder / "cache"))
        built = self.answer("build", "--add", "app.py", "--bytecode", "none", env=settings)
        self.assertEqual(built["target"], {"backend": "local", "python": "3.9", "arch": "x86_64"})
        built = self.answer("build", *AWS, "--add", "app.py", "--bytecode", "none", env=settings)
        self.assertEqual(built["target"]["backend"], "aws_lambda", "an option wins")

    def test_json_of_build(self):
        built = self.answer("build", *AWS, "--python", cli.LOCAL_PYTHON, "--add", "app.py", *cli.PACKAGES, "-o", "sub/out.zip")
        self.assertEqual(shape(built), BUILD_SHAPE)
        path = self.folder / built["path"]
        self.assertEqual((built["path"], built["sha256"], built["size"]), ("sub/out.zip", cli.sha256(path), path.stat().st_size))
        with zipfile.ZipFile(path) as archive:
            self.assertEqual(built["entries"], len(archive.infolist()))
            self.assertEqual(built["unpacked"], sum(info.file_size for info in archive.infolist()))
        self.assertEqual(built["budget"]["zipped"], built["size"])
        self.assertEqual(built["budget"]["unzipped"], built["unpacked"])
        self.assertEqual(built["budget"]["unzipped_limit"], 250 << 20)
        self.assertIn({"name": "pyyaml", "version": "6.0.2"}, built["distributions"])
        self.assertEqual([stage["name"] for stage in built["stages"]], ["Resolve", "Vendor", "Prune", "Strip", "Add", "Exclude", "Layout", "Sources", "Bytecode", "Duplicates", "Check", "Zip"])

    def test_json_of_zip_and_doctor(self):
        zipped = self.answer("zip", "app.py", "-o", "out.zip")
        self.assertEqual(shape(zipped), {"path": "str", "sha256": "str", "size": "int", "unpacked": "int", "entries": "int"})
        self.assertEqual((zipped["sha256"], zipped["entries"]), (cli.sha256(self.folder / "out.zip"), 1))
        findings = self.answer("doctor")
        self.assertEqual(shape(findings), {"findings": [{"what": "str", "found": "bool", "needed": "bool", "said": "str"}]})
        self.assertIn(f"Python {cli.LOCAL_PYTHON}", [one["what"] for one in findings["findings"] if one["found"]])

    def test_ls(self):
        self.daypack("zip", "app.py", "-o", "out.zip")
        entry = self.answer("ls", "out.zip")["entries"]
        with zipfile.ZipFile(self.folder / "out.zip") as archive:
            (info,) = archive.infolist()
        self.assertEqual(entry, [{"path": "app.py", "mode": "100644", "size": info.file_size, "compressed": info.compress_size,
                                  "method": "deflated" if info.compress_type else "stored", "crc32": f"{info.CRC:08x}", "encrypted": False}])
        self.assertRegex(self.daypack("ls", "out.zip").out, rf"^100644 +{info.file_size} +{info.compress_size} .* app\.py\n$")
        (self.folder / "out.zip").write_bytes((self.folder / "out.zip").read_bytes() + b"x")
        self.assertIn("has bytes after its end record: out.zip", self.daypack("ls", "out.zip", code=1).err)
        self.assertIn("nowhere.zip", self.daypack("ls", "nowhere.zip", code=1).err)

    def test_doctor_misses_uv(self):
        finished = self.daypack("doctor", code=1, env=cli.environment(DAYPACK_UV=str(self.folder / "no-uv")))
        self.assertIn("MISSING   uv ", finished.out)

    def test_plan_tells_what_build_would_do_and_writes_nothing(self):
        before = cli.files_below(self.folder)
        options = [*AWS, *OWN, "MarkupSafe==3.0.2"]
        planned = self.answer("plan", *options, "--lock", "pylock.toml")
        self.assertIn(planned["sha256"], self.daypack("plan", *options).out)
        self.assertEqual(cli.files_below(self.folder), before)
        self.assertEqual(shape(planned), {key: value for key, value in BUILD_SHAPE.items() if key != "path"} | {
            "bytecode": [{"bytecode": "str", "chosen": "bool", "unpacked": "int", "size": "int"}]})
        built = self.answer("build", *options, "--lock", "pylock.toml")
        self.assertEqual(built["sha256"], planned["sha256"])
        self.assertEqual(cli.files_below(self.folder), ["app.py", "out.daypack.json", "out.zip", "pylock.toml"])

    def test_plan_leaves_a_stale_lock_as_it_is(self):
        self.daypack("build", *AWS, *OWN, "MarkupSafe==3.0.2", "--lock", "pylock.toml")
        before = cli.sha256(self.folder / "pylock.toml")
        self.daypack("plan", *AWS, *OWN, "MarkupSafe==3.0.1", "--lock", "pylock.toml")
        self.assertEqual(cli.sha256(self.folder / "pylock.toml"), before)

    def test_a_zip_goes_to_stdout(self):
        piped = self.daypack("zip", ".", "-o", "-", "-x", "out.zip")
        self.daypack("zip", ".", "-o", "out.zip")
        self.assertEqual(piped.stdout, (self.folder / "out.zip").read_bytes())
        self.assertEqual(cli.names_in(self.folder / "out.zip"), ["app.py"])

    def test_a_terminal_gets_progress_and_a_table(self):
        shown = terminal.Terminal([cli.PROGRAM, "build", *AWS, *OWN, "MarkupSafe==3.0.2"], 120, cwd=self.folder, env=cli.environment())
        text = shown.shown()
        self.assertEqual(shown.out, "out.zip\n")
        for row in [r"\r", r"target +aws_lambda, Python", r"unpacked +\d.*, \d+\.\d MB free", r"sha256 +[0-9a-f]{64}"]:
            self.assertRegex(text, row)


if __name__ == "__main__":
    cli.main()
