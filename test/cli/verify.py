#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""daypack verify of real packages: what would fail where it runs fails here, with its cause; what does not, passes."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import usage

BUILD = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON]
APP = "import requests, yaml\nfrom markupsafe import _speedups\ndef handler(event, context): return event\n"
SHAPE = {
    "path": "str", "sha256": "str", "passed": "bool", "interpreter": "str", "isolated": "bool", "offline": "bool",
    "bytecode": {"files": "int", "loaded": "int", "faults": "int"},
    "modules": [{"name": "str", "distribution": "str", "imported": "bool", "seconds": "float", "memory": "int"}],
    "imports": [{"module": "str", "self": "int", "cumulative": "int"}],
}


def errors(answer):
    return {one["subject"]: one["message"] + " / " + one.get("hint", "") for one in answer["findings"] if one["severity"] == "error"}


class Verify(cli.CommandLineTest):
    def build(self, *options, app=APP, code=0):
        self.write("app.py", app)
        return self.daypack(*BUILD, "--add", "app.py", "--handler", "app.handler", *options, code=code)

    def test_a_good_package(self):
        self.build(*cli.PACKAGES)
        answer = self.answer("verify", "out.zip", "--import-times", "times.txt")
        found = answer.pop("findings")
        self.assertEqual([one for one in found if one["severity"] == "error"], [])
        self.assertEqual(usage.shape(answer), SHAPE)
        self.assertTrue(answer["passed"])
        compiled = [name for name in cli.names_in(self.folder / "out.zip") if name.endswith(".pyc")]
        self.assertEqual(answer["bytecode"], {"files": len(compiled), "loaded": len(compiled), "faults": 0})
        modules = {one["name"]: one for one in answer["modules"]}
        self.assertLessEqual({"requests", "yaml", "_yaml", "markupsafe", "urllib3", "certifi", "idna", "app", "app.handler"}, set(modules))
        self.assertEqual(modules["yaml"]["distribution"], "pyyaml")
        self.assertTrue(all(one["imported"] and one["memory"] > 1 << 20 for one in modules.values()))
        told = self.answer("report", "out.zip", "--import-times", "times.txt")["imports"]
        self.assertIn("urllib3.connection", {one["module"] for one in told})
        text = self.daypack("verify", "out.zip").out
        self.assertRegex(text, r"imported   (\d+) of \1 modules by CPython " + cli.LOCAL_PYTHON)
        self.assertTrue(text.endswith("passed\n"), text)

    def test_what_a_rule_removed(self):
        self.build(*cli.PACKAGES, "--exclude", "yaml/loader.py", "--exclude", "idna", "--check", "none")
        found = errors(self.answer("verify", "out.zip", code=4))
        self.assertIn("yaml.loader is missing, which the rule globs removed from pyyaml", found["yaml of pyyaml"])
        self.assertIn("--include 'yaml/loader.py'", found["yaml of pyyaml"])
        self.assertIn("the handler app.handler", found)
        self.assertIn("failed: ", self.daypack("verify", "out.zip", code=4).out)
        self.answer("verify", "out.zip", "--allow", "*", code=0)

    def test_build_saves_nothing_that_fails(self):
        self.write("app.py", "import not_there_at_all\n")
        self.refused(4, ["not_there_at_all is missing, which no distribution of the package has", "Verify"], *BUILD, "--verify", "--add", "app.py")
        self.build("six==1.17.0", "--verify", app="import six\ndef handler(event, context): pass\n")
        self.assertIn("six.pyc", cli.names_in(self.folder / "out.zip"))
        self.assertEqual(self.bytecode_in_the_manifest(), {"files": 2, "proven": 2})
        self.build("six==1.17.0", app="import six\ndef handler(event, context): pass\n")
        self.assertEqual(self.bytecode_in_the_manifest(), {"files": 2, "proven": 0})

    def bytecode_in_the_manifest(self):
        return json.loads((self.folder / "out.daypack.json").read_bytes())["bytecode"]

    def test_a_library_that_is_nowhere(self):
        compiler = next(name for name in (os.environ.get("CC"), "cc", "gcc", "clang") if name and shutil.which(name))
        self.write("empty.c", "int missing(void) { return 1; }\n")
        self.write("native.c", "int missing(void);\nvoid *PyInit_native(void) { return missing() ? (void *)0 : (void *)0; }\n")
        for command in (["-o", "libmissing.so", "-Wl,-soname,libmissing.so.1", "empty.c"], ["-o", "native.so", "native.c", "-L.", "-lmissing"]):
            subprocess.run([compiler, "-shared", "-fPIC", *command], cwd=self.folder, check=True)
        self.build("--add", "native.so", "--check", "none", app="def handler(event, context): pass\n")
        found = errors(self.answer("verify", "out.zip", "--no-checks", code=4))
        self.assertIn("needs the library libmissing.so.1 (NEEDED of native.so)", found["native"])
        checked = self.answer("verify", "out.zip", code=4)["findings"]
        self.assertIn("elf", {one["check"] for one in checked if one["severity"] == "error"})

    def test_what_cannot_run_here_is_said(self):
        other = "x86_64" if os.uname().machine == "aarch64" else "arm64"
        self.write("app.py", "raise SystemExit(1)\n")
        self.daypack("build", "-b", "aws_lambda", "--python", "3.12", "--arch", other, "--bytecode", "none", "--add", "app.py", "-o", "out.zip")
        answer = self.answer("verify", "out.zip")
        self.assertEqual((answer["passed"], answer["modules"], answer["interpreter"]), (True, [], ""))
        self.assertTrue(any("nothing is imported" in one["message"] for one in answer["findings"] if one["severity"] == "warning"))

    def test_functions_of_layers(self):
        self.build(*cli.PACKAGES, "--split", "2")
        answer = self.answer("verify", "out.zip")
        self.assertLessEqual({"requests", "yaml", "app.handler"}, {one["name"] for one in answer["modules"]})
        layers = [self.folder / layer["file"] for layer in json.loads((self.folder / "out.daypack.json").read_text())["layers"]]
        for ending in (".zip", ".daypack.json"):
            shutil.copy(layers[0].with_suffix(ending), layers[1].with_suffix(ending))
        self.refused(1, "a layer is not the one", "verify", "out.zip")

    def test_other_zips_are_refused(self):
        self.build("six==1.17.0", app="x = 1\ndef handler(event, context): pass\n")
        with zipfile.ZipFile(self.folder / "out.zip", "a") as archive:
            archive.writestr("more.py", "")
        self.refused(1, "the manifest belongs to another zip", "verify", "out.zip")
        (self.folder / "out.daypack.json").unlink()
        self.refused(1, "there is no manifest beside the zip", "verify", "out.zip")

    def test_a_package_of_another_backend(self):
        self.write("function_app.py", "import yaml\n")
        self.daypack("build", "-b", "azure_functions", "--python", cli.LOCAL_PYTHON, "PyYAML==6.0.2", "--add", "function_app.py")
        answer = self.answer("verify", "out.zip")
        self.assertEqual({one["name"] for one in answer["modules"] if one["imported"]}, {"_yaml", "function_app", "yaml"})


if __name__ == "__main__":
    cli.main()
