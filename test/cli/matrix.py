#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""daypack matrix: many functions for many targets from one file, each as daypack build alone would make it."""
import json
import os
import pathlib
import re
import shutil
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

APP = "import demo\n\n\ndef handler(event, context):\n    return demo.answer\n"
FLEET = f"""
[defaults]
backend = ["aws_lambda", "local"]
python = "{cli.LOCAL_PYTHON}"
requirements = "requirements.txt"
find-links = "links"
handler = "app.handler"
output = "dist/{{name}}-{{backend}}.zip"

[function.first]
add = "first/app.py"

[function.second]
add = ["second/=.", "shared.py=lib/shared.py"]
bytecode = "compiled"
debug-ranges = false

[function.third]
backend = "aws_lambda"
add = "first/app.py"
packages = ["./other-1.0-py3-none-any.whl"]
prune = "none"
exclude = ["demo/data/**", "*.md"]
no-check = "imports"
"""


class Matrix(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.project = self.folder / "project"
        files = {"demo/data/words.txt": b"words\n", "demo/tests/test_demo.py": b"x = 1\n", "demo/py.typed": b""}
        cli.write_wheel(self.project / "links", "demo", "1.0", files.items())
        cli.write_wheel(self.project, "other", "1.0")
        self.write("project/requirements.txt", "--no-index\ndemo==1.0\n")
        self.write("project/first/app.py", APP)
        self.write("project/second/app.py", APP + "second = True\n")
        self.write("project/second/notes.md", "# notes\n")
        self.write("project/shared.py", "shared = 1\n")
        self.log = self.folder / "resolver.log"
        resolver = self.write("counting-uv", f"#!/bin/sh\necho \"$@\" >> '{self.log}'\nexec '{shutil.which('uv')}' \"$@\"\n")
        resolver.chmod(0o755)
        self.settings = {"env": cli.environment(DAYPACK_UV=str(resolver), DAYPACK_CACHE_DIR=str(self.folder / "cache"))}

    def resolved(self):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return sum("compile" in line for line in lines)

    def fleet(self, text=FLEET):
        return self.write("project/fleet.toml", text)

    def matrix(self, *arguments, code=0, **options):
        return self.answer("matrix", self.fleet(), *arguments, code=code, **{**self.settings, **options})["cells"]

    def single(self, *arguments):
        built = self.answer("build", "--python", cli.LOCAL_PYTHON, "-r", "requirements.txt", "--find-links", "links", "--handler", "app.handler",
                            *arguments, "-o", "alone.zip", cwd=self.project, **self.settings)
        return built["sha256"], cli.sha256(self.project / "alone.daypack.json")

    def test_every_cell_is_what_build_makes_of_it_alone(self):
        cells = self.matrix()
        path = str(self.project / "dist") + "/"
        self.assertEqual([(cell["name"], cell["target"]["backend"], cell["path"].removeprefix(path)) for cell in cells],
                         [("first", "aws_lambda", "first-aws_lambda.zip"), ("first", "local", "first-local.zip"),
                          ("second", "aws_lambda", "second-aws_lambda.zip"), ("second", "local", "second-local.zip"),
                          ("third", "aws_lambda", "third-aws_lambda.zip")])
        first = ["--add", "first/app.py"]
        second = ["--add", "second/=.", "--add", "shared.py=lib/shared.py", "--bytecode", "compiled", "--no-debug-ranges"]
        third = [*first, "./other-1.0-py3-none-any.whl", "--prune", "none", "-x", "demo/data/**", "-x", "*.md", "--no-check", "imports"]
        for cell, options in zip(cells, [first, first, second, second, third]):
            with self.subTest(cell=cell["path"]):
                self.assertNotIn("error", cell)
                expected = self.single("-b", cell["target"]["backend"], *options)
                self.assertEqual((cell["sha256"], cli.sha256(cell["path"].removesuffix(".zip") + ".daypack.json")), expected)
                self.assertEqual(cell["sha256"], cli.sha256(cell["path"]))
                self.assertEqual([stage["name"] for stage in cell["stages"]][:3], ["Resolve", "Vendor", "Prune"])

    def test_equal_requirements_are_resolved_once_for_a_target(self):
        names = [f"f{number}" for number in range(12)]
        text = FLEET.partition("[function")[0] + "".join(f'[function.{name}]\nadd = "first/app.py"\n' for name in names)
        self.fleet(text)
        finished = self.daypack("matrix", self.project / "fleet.toml", "-j", "4", **self.settings)
        self.assertEqual(len(finished.out.splitlines()), 2 * len(names))
        self.assertIn("24 of 24 built in", finished.err)
        self.assertEqual(self.resolved(), 2, "one for each target")

    def test_failures_of_one_do_not_stop_others(self):
        self.fleet(FLEET + '\n[function.broken]\nadd = "nowhere.py"\nbackend = "local"\n\n[function.unresolvable]\nbackend = "local"\npackages = "no-such-package"\n')
        finished = self.daypack("matrix", self.project / "fleet.toml", "--json", code=1, **self.settings)
        cells = {(cell["name"], cell["target"]["backend"]): cell for cell in json.loads(finished.out)["cells"]}
        self.assertEqual(cells["broken", "local"]["error"]["code"], "not_found")
        self.assertEqual(cells["broken", "local"]["error"]["stage"], "Add")
        self.assertIn("no-such-package", cells["unresolvable", "local"]["error"]["text"])
        self.assertRegex(finished.err, r"error: broken for local, Python \S+, x86_64: Add: there is no such file or folder: \S*nowhere\.py")
        self.assertIn("5 of 7 built in", finished.err)
        self.assertEqual(len(list((self.project / "dist").glob("*.zip"))), 5)

    def test_the_exit_code_is_that_of_the_failures_where_they_agree(self):
        with open(self.write("project/large.bin", ""), "wb") as file:
            file.truncate(263_000_000)
        large = '\n[function.large]\nbackend = "aws_lambda"\nadd = "large.bin"\nbytecode = "none"\nhandler = ""\neffort = "fast"\n'
        missing = '\n[function.missing]\nbackend = "local"\nadd = "nowhere.py"\n'
        self.fleet(FLEET + large)
        self.daypack("matrix", self.project / "fleet.toml", code=3, **self.settings)
        self.fleet(FLEET + large + missing)
        self.daypack("matrix", self.project / "fleet.toml", code=1, **self.settings)

    def test_what_many_cells_remark_is_told_once(self):
        self.fleet(FLEET.replace('prune = "none"', 'prune = "none"\nadd = ["first/app.py", "note.py"]').replace('add = "first/app.py"\npackages', "packages"))
        self.write("project/note.py", "import sys\n")
        quiet = self.daypack("matrix", self.project / "fleet.toml", "-v", **self.settings)
        notes = [line for line in quiet.err.splitlines() if line.startswith("note: ")]
        self.assertTrue(notes)
        self.assertEqual(len(notes), len(set(notes)))

    def test_functions_are_chosen_and_listed(self):
        self.fleet()
        listed = self.daypack("matrix", "project/fleet.toml", "--only", "s*", "--list", **self.settings)
        self.assertEqual(listed.out, "".join(f"second for {backend}, Python {cli.LOCAL_PYTHON}, x86_64: project/dist/second-{backend}.zip\n" for backend in ("aws_lambda", "local")))
        self.assertFalse((self.project / "dist").exists())
        cells = self.answer("matrix", "project/fleet.toml", "--only", "third", "--only", "first", "--list", **self.settings)["cells"]
        self.assertEqual([cell["name"] for cell in cells], ["first", "first", "third"])
        built = self.daypack("matrix", "fleet.toml", "--only", "third", cwd=self.project, **self.settings)
        self.assertEqual(built.out, "dist/third-aws_lambda.zip\n")

    def test_targets_of_a_product_that_do_not_exist_are_left_out(self):
        text = '[function.one]\nbackend = ["aws_lambda", "azure_functions"]\npython = ["3.12", "3.8"]\narch = ["x86_64", "arm64"]\nadd = "first/app.py"\n'
        self.fleet(text)
        listed = self.daypack("matrix", self.project / "fleet.toml", "--list", **self.settings)
        self.assertEqual(len(listed.out.splitlines()), 6)
        self.assertIn("left out: one for azure_functions, Python 3.8, arm64: Azure Functions", listed.err)

    def test_what_is_off_in_a_file_is_told_with_its_place(self):
        one = '[function.one]\nbackend = "local"\npython = "3.12"\nadd = "first/app.py"\n'
        for code, says, text in [
            (1, ["fleet.toml:5:1 (got the key reqirements", "did you mean requirements?"], one + 'reqirements = "r.txt"\n'),
            (1, ["fleet.toml:5:", "--arch: mips"], one + 'arch = "mips"\n'),
            (1, ["fleet.toml:5:", "another type for frozen, expected true or false"], one + 'frozen = "yes"\n'),
            (1, ["fleet.toml:1:", "--frozen requires --lock"], one + "frozen = true\n"),
            (1, ["fleet.toml:5:", "another type for exclude, expected texts"], one + "exclude = [1.5]\n"),
            (1, ["fleet.toml:5:1 (got offline, expected it for all, on the command line"], one + "offline = true\n"),
            (1, ["fleet.toml:2:", '(got the name "a/b", expected letters'], "[function]\n'a/b' = {}\n"),
            (1, ["fleet.toml:1:1 (got functions, expected [defaults] or [function.NAME])"], "functions = 1\n"),
            (1, ["fleet.toml:1:", "expected TOML"], "[function\n"),
            (1, ["fleet.toml:1:", "--backend is required"], '[function.one]\nadd = "first/app.py"\n'),
            (2, "the fleet has no function", "[defaults]\n"),
            (2, ["does not offer this Python: 3.1 (expected one of", "function one)"], one.replace("3.12", "3.1")),
            (2, ["does not offer this Python: 3.1 (expected one of", "function one)"], one.replace('"3.12"', '["3.12", "3.1"]')),
            (2, ["no such backend: nowhere (expected one of"], one.replace("local", "nowhere")),
            (2, ["two cells of the fleet would write one file: ", "out.zip (one for local, Python 3.12, x86_64; two for local"],
             one + 'output = "out.zip"\n' + one.replace("one", "two") + 'output = "./out.zip"\n'),
            (2, ["two cells of the fleet would write one file: ", "py.lock"], one.replace('"3.12"', '["3.11", "3.12"]') + 'lock = "py.lock"\n'),
            (2, ["this placeholder is not known: {version}", "{name}, {backend}, {python} and {arch}"], one + 'output = "{version}.zip"\n'),
        ]:
            with self.subTest(text=text):
                self.fleet(text)
                self.refused(code, says, "matrix", "project/fleet.toml", **self.settings)
        self.fleet()
        self.refused(2, ["no function of the fleet matches: x*", "first, second, third"], "matrix", "project/fleet.toml", "--only", "x*", **self.settings)
        self.refused(1, "cannot read a file: nowhere.toml", "matrix", "nowhere.toml")

    def test_an_interrupt_ends_all_and_leaves_whole_files(self):
        names = [f"f{number}" for number in range(400)]
        self.fleet(FLEET.partition("[function")[0] + "".join(f'[function.{name}]\nadd = "first/app.py"\n' for name in names))
        child = self.start("matrix", "project/fleet.toml", "--json", **self.settings)
        while child.poll() is None and len(list((self.project / "dist").glob("*.daypack.json"))) < 3:
            time.sleep(0.002)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
        self.assertEqual(child.returncode, 130, err)
        self.assert_nothing_left(child.pid)
        cells = json.loads(out)["cells"]
        built = [cell for cell in cells if "error" not in cell]
        self.assertEqual({cell["error"]["code"] for cell in cells if "error" in cell}, {"cancelled"})
        self.assertTrue(3 <= len(built) < len(cells))
        for cell in built:
            self.assertEqual(cli.sha256(self.folder / cell["path"]), cell["sha256"])
        self.assertFalse([name for name in os.listdir(self.project / "dist") if not re.fullmatch(r"f\d+-(aws_lambda|local)\.(zip|daypack\.json)", name)])


if __name__ == "__main__":
    cli.main()
