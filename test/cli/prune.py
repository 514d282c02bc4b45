#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What is left out of a package: presets, rules, patterns in their order, and what a project says of them."""
import pathlib
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

PROJECT = """[project]
name = "app"
version = "1"
dependencies = ["demo"]
[tool.daypack]
"""
KEPT = ["demo/__init__.py", "demo/data.csv", "demo-1.0.dist-info/METADATA"]


class Prune(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        cli.write_wheel(self.folder / "wheels", more=[
            ("demo/data.csv", b"1"), ("demo/tests/a.py", b"1"), ("demo/tests/b.py", b"1"), ("demo/c.pyi", b"1"), ("demo/d.h", b"1"),
            ("demo/README.md", b"1"), ("demo/libx.a", b"!<arch>\n"), ("demo-1.0.dist-info/sboms/x.json", b"{}"),
            ("botocore/data/s3/2006-03-01/service-2.json", b"{}"), ("botocore/data/ec2/2016-11-15/service-2.json", b"{}")])
        self.write("index.txt", "--no-index\n--find-links wheels\n")
        self.write("own/app.py", "x = 1\n")
        self.write("own/notes.md", "1\n")

    def names(self, *options, what=("demo",)):
        self.daypack("build", "-b", "local", "--python", cli.LOCAL_PYTHON, *what, "-r", "index.txt",
                     "--add", "own=.", "--bytecode", "none", "--check", "none", *options)
        return {name for name in cli.names_in(self.folder / "out.zip") if not name.startswith("botocore")} - set(KEPT) - {"app.py"}

    def test_presets(self):
        info = {"demo-1.0.dist-info/sboms/x.json"}
        self.assertEqual(self.names(), info | {"notes.md"})
        self.assertEqual(self.names("--prune", "lean"), {"notes.md"})
        self.assertEqual(self.names("--prune", "none", "-x", "*.dist-info"),
                         {"demo/tests/a.py", "demo/tests/b.py", "demo/c.pyi", "demo/d.h", "demo/README.md", "demo/libx.a", "notes.md"})

    def test_patterns_in_their_order(self):
        self.assertEqual(self.names("-x", "*.md", "--exclude", "sboms", "--include", "demo/tests/a.py"), {"demo/tests/a.py"})
        self.assertEqual(self.names("--include", "tests", "-x", "demo/tests/b.py", "-x", "*.json"), {"demo/tests/a.py", "notes.md"})
        self.assertEqual(self.names("-x", "demo/tests/b.py", "--include", "tests", "-x", "*.json"), {"demo/tests/a.py", "demo/tests/b.py", "notes.md"})

    def test_a_project_says_it_and_the_command_line_wins(self):
        self.write("pyproject.toml", PROJECT + 'prune = "lean"\npatterns = ["*.md", "!demo/README.md"]\n')
        project = ("-r", "pyproject.toml")
        self.assertEqual(self.names(what=project), {"demo/README.md"})
        self.assertEqual(self.names("--prune", "tests", "-x", "README.md", "-x", "demo/c.pyi", what=project),
                         {"demo/d.h", "demo/libx.a", "demo-1.0.dist-info/WHEEL", "demo-1.0.dist-info/sboms/x.json"})
        self.write("pyproject.toml", PROJECT + "exclud = []\n")
        self.refused(1, ["[tool.daypack]", "pyproject.toml:6:1 (got the key exclud, expected an option of daypack"], "build", "-b", "local",
                     "--python", cli.LOCAL_PYTHON, *project)

    def test_what_an_attached_layer_has(self):
        cli.write_wheel(self.folder / "wheels", "other")
        self.daypack("build", "-b", "local", "--python", cli.LOCAL_PYTHON, "demo", "-r", "index.txt", "--check", "none", "-o", "plain.zip")
        with zipfile.ZipFile(self.folder / "plain.zip") as plain, zipfile.ZipFile(self.folder / "layer.zip", "w") as layer:
            for name in plain.namelist():
                layer.writestr("python/" + name, plain.read(name))
        build = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "demo", "other", "-r", "index.txt", "--check", "none"]
        # The layer of another tool has bytecode in place of sources: nothing says that it is the same.
        self.daypack(*build, "--layer", "layer.zip", "--prune", "safe,attached")
        self.assertIn("demo/__init__.pyc", cli.names_in(self.folder / "out.zip"))
        # Its manifest beside a layer of daypack's own does.
        self.daypack("build", "-b", "aws_layer", "--python", cli.LOCAL_PYTHON, "demo", "-r", "index.txt", "--check", "none", "-o", "layer.zip")
        finished = self.daypack("-v", *build, "--layer", "layer.zip", "--prune", "safe,attached")
        self.assertEqual({name.partition("/")[0].partition("-")[0] for name in cli.names_in(self.folder / "out.zip")}, {"other"})
        self.assertIn("demo 1.0: the layer layer.zip has 1.0: left out", finished.err)
        self.daypack(*build, "--layer", "layer.zip")
        self.assertIn("demo/__init__.pyc", cli.names_in(self.folder / "out.zip"), "only when it is asked for")
        self.refused(2, ["the rule attached has no layers", "--layer FILE"], *build, "--prune", "safe,attached")
        cli.write_wheel(self.folder / "wheels", version="2.0")
        finished = self.daypack(*build[:-2], "--check", "none", "--layer", "layer.zip", "--prune", "safe,attached")
        self.assertIn("warning: demo 2.0: the layer layer.zip has 1.0: stays, the function's own is found first", finished.err)

    def test_services_that_are_named_stay(self):
        self.names("--prune", "safe,botocore-data=s3")
        data = [name for name in cli.names_in(self.folder / "out.zip") if name.startswith("botocore")]
        self.assertEqual(data, ["botocore/data/s3/2006-03-01/service-2.json"])

    def test_what_a_handler_imports_stays(self):
        cli.write_wheel(self.folder / "wheels", name="other")
        self.write("own/app.py", "import other\ndef handler(event, context): pass\n")
        what, other = ("demo", "other"), {"other/__init__.py", "other-1.0.dist-info/METADATA"}
        self.assertEqual(self.names("--prune", "safe,unreachable=app.handler", what=what), other | {"notes.md"})
        self.assertNotIn("demo/__init__.py", cli.names_in(self.folder / "out.zip"))
        self.names("--prune", "safe,unreachable=app.handler", "--include", "demo/data.csv", what=what)
        self.assertIn("demo/data.csv", cli.names_in(self.folder / "out.zip"))
        told = self.daypack("explain", "out.zip", "demo/__init__.py").out
        self.assertIn("unreachable", told)

    def test_what_names_nothing_is_refused(self):
        build = ["build", "-b", "local", "--python", cli.LOCAL_PYTHON, "demo", "-r", "index.txt"]
        self.refused(2, "no such service", *build, "--prune", "botocore-data=s4")
        self.refused(2, "no such prune rule or preset", *build, "--prune", "save")
        self.refused(2, "starts at a function or a module", *build, "--add", "own=.", "--prune", "unreachable=app..handler")
        self.refused(1, "finds no module of this name", *build, "--add", "own=.", "--prune", "unreachable=other.handler")
        self.refused(2, "a pattern names nothing", *build, "--exclude", "!")


if __name__ == "__main__":
    cli.main()
