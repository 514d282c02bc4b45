#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Bytecode in the place of sources, beside them, or none: what is in the package, what plan says of it, and tracebacks that find their lines."""
import json
import pathlib
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

BUILD = ["-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--check", "none", "packaging==25.0", "--add", "app.py"]
TAG = "cpython-" + cli.LOCAL_PYTHON.replace(".", "")
APP = '''from packaging.version import Version


def handler(event, context):
    """Says what is newer."""
    assert event, "nothing to compare"
    return str(max(map(Version, event)))  # the line
'''


class Bytecode(cli.CommandLineTest):
    def build(self, *options):
        self.write("app.py", APP)
        return self.answer("build", *BUILD, *options)

    def names(self, path="out.zip"):
        with zipfile.ZipFile(self.folder / path) as archive:
            return set(archive.namelist())

    def run_handler(self, *options, event=("1", "2"), variables={}):
        with zipfile.ZipFile(self.folder / "out.zip") as archive:
            archive.extractall(self.folder / "run")
        program = f"import app, json; print(json.dumps([app.handler({list(event)!r}, None), app.handler.__doc__, app.__cached__]))"
        return subprocess.run([sys.executable, *options, "-B", "-c", program], env={"PYTHONPATH": str(self.folder / "run"), **variables},
                              capture_output=True, text=True)

    def test_in_the_place_of_sources(self):
        self.build()
        self.assertIn("app.pyc", self.names())
        self.assertFalse([name for name in self.names() if name.endswith(".py")])
        answer, doc, cached = json.loads(self.run_handler().stdout)
        self.assertEqual((answer, doc), ("2", "Says what is newer."))
        self.assertTrue(cached.endswith("/app.pyc"))
        self.build("--keep-source", "packaging/version.py")
        self.assertLessEqual({"packaging/version.py", f"packaging/__pycache__/version.{TAG}.pyc", "app.pyc"}, self.names())

    def test_beside_them(self):
        self.build("--bytecode", "compiled")
        sources = {name for name in self.names() if name.endswith(".py")}
        self.assertEqual({name.replace("__pycache__/", "").replace(f".{TAG}.pyc", ".py") for name in self.names() if name.endswith(".pyc")}, sources)
        answer, _, cached = json.loads(self.run_handler().stdout)
        self.assertEqual((answer, cached), ("2", str(self.folder / f"run/__pycache__/app.{TAG}.pyc")))
        with zipfile.ZipFile(self.folder / "out.zip") as archive:
            self.assertEqual(archive.read(f"__pycache__/app.{TAG}.pyc")[4:8], bytes([1, 0, 0, 0]), "an unchecked hash")

    def test_optimized(self):
        self.build("--optimize", "2")
        answer, doc, _ = json.loads(self.run_handler(event=["3"]).stdout)
        self.assertEqual((answer, doc), ("3", None))
        self.assertNotIn("nothing to compare", self.run_handler(event=[]).stderr)
        self.build("--bytecode", "compiled", "--optimize", "1")
        self.assertIn(f"__pycache__/app.{TAG}.opt-1.pyc", self.names())

    def test_another_interpreter(self):
        self.build("--interpreter", sys.executable)
        refused = self.daypack("build", *BUILD, "--interpreter", "/bin/true", code=2)
        self.assertIn("not an interpreter that can compile: /bin/true (got no working Python interpreter, expected CPython 3)", refused.err)

    def test_plan_compares(self):
        self.write("app.py", APP)
        planned = self.answer("plan", *BUILD)
        for one in planned["bytecode"]:
            built = self.build("--bytecode", one["bytecode"])
            self.assertEqual((one["unpacked"], one["size"]), (built["unpacked"], built["size"]), one)
            self.assertEqual(one["chosen"], one["bytecode"] == "pyc-only")
        self.assertEqual([one["bytecode"] for one in planned["bytecode"]], ["pyc-only", "compiled", "none"])
        words = self.daypack("plan", *BUILD, "--bytecode", "compiled").out
        self.assertIn("bytecode  compiled (chosen): ", words)
        self.assertIn("bytecode  none: ", words)

    def test_plan_without_an_interpreter(self):
        self.write("app.py", APP)
        planned = self.answer("plan", *BUILD, "--bytecode", "none", "--interpreter", "no-such-python")
        self.assertEqual([one.get("unknown", "")[:36] for one in planned["bytecode"]], ["the interpreter cannot be started: n"] * 2 + [""])
        self.assertIn("bytecode  pyc-only: not known (", self.daypack("plan", *BUILD, "--bytecode", "none", "--interpreter", "no-such-python").out)

    def test_tracebacks_find_their_lines(self):
        self.build("--sources", "out.sources.zip")
        self.assertLessEqual({"var/task/app.py", "var/task/packaging/version.py"}, self.names("out.sources.zip"))
        failed = self.run_handler(event=["no version"])
        self.assertNotIn("# the line", failed.stderr)
        self.write("log.txt", "START\n" + failed.stderr + "END\n")
        for words in self.daypack("trace", "out.sources.zip", "log.txt"), self.daypack("trace", "out.sources.zip", stdin=None, input=f"START\n{failed.stderr}END\n".encode()):
            self.assertIn('  File "/var/task/app.py", line 7, in handler\n    return str(max(map(Version, event)))  # the line\n', words.out)
            self.assertIn("    raise InvalidVersion(", words.out)
            self.assertTrue(words.out.startswith("START\nTraceback") and words.out.endswith("END\n"), words.out)
            self.assertIn("frames have their source", words.err)
        answer = json.dumps({"errorMessage": "no", "errorType": "ValueError", "stackTrace": ['  File "/var/task/app.py", line 6, in handler\n']})
        traced = self.answer("trace", "out.sources.zip", stdin=None, input=answer.encode())
        self.assertEqual(traced, {"text": 'Traceback (most recent call last):\n  File "/var/task/app.py", line 6, in handler\n    assert event, "nothing to compare"\nValueError: no',
                                  "frames": 1, "found": 1})
        self.assertIn("cannot read a file: gone.zip", self.daypack("trace", "gone.zip", "log.txt", code=1).err)
        self.assertIn("log.txt", self.daypack("trace", "log.txt", "log.txt", code=1).err)

    def test_sources_of_a_split_package(self):
        self.write("app.py", APP)
        self.daypack("build", *BUILD, "--split", "1", "--sources", "out.sources.zip")
        self.assertLessEqual({"var/task/app.py", "opt/python/packaging/version.py"}, self.names("out.sources.zip"))


if __name__ == "__main__":
    cli.main()
