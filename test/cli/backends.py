#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The list of backends, and the layout that each gives a package."""
import datetime
import json
import pathlib
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

NAMES = ["aws_lambda", "aws_layer", "aws_layer_versioned", "azure_functions", "azure_premium", "azure_consumption", "aliyun_fc",
         "aliyun_layer", "gcp_functions", "local"]
RUNTIME = {"python", "full_version", "architectures", "support", "deprecated", "creates_until", "updates_until", "packages_folder", "glibc",
           "system", "preinstalled"}


class Listed(cli.CommandLineTest):
    def test_the_table_has_a_row_for_each_runtime(self):
        rows = self.daypack("backends").out.splitlines()
        self.assertEqual(rows[0].split(), ["BACKEND", "PYTHON", "ARCHITECTURES", "GLIBC", "SYSTEM", "SUPPORT", "DEPRECATED"])
        listed = [tuple(row.split()[:2]) for row in rows[1:]]
        backends = self.answer("backends")["backends"]
        self.assertEqual(listed, [(one["name"], runtime["python"]) for one in backends for runtime in one["runtimes"]])
        self.assertEqual([one["name"] for one in backends], NAMES)
        self.assertIn("aws_lambda           3.12   x86_64, arm64  2.34  Amazon Linux 2023    current    2028-10-31", rows)

    def test_each_backend_is_told_whole(self):
        for one in self.answer("backends")["backends"]:
            with self.subTest(one["name"]):
                self.assertTrue(one["sources"])
                self.assertEqual(one["kind"] == "layer", "functions" in one)
                self.assertIn(one["kind"], ["layer", "function"])
                for runtime in one["runtimes"]:
                    self.assertEqual(set(runtime), RUNTIME)
                    for key in "deprecated", "creates_until", "updates_until":
                        if runtime[key] is not None:
                            datetime.date.fromisoformat(runtime[key])
                self.assertIn(f"`{one['name']}`", (cli.ROOT / "docs/reference/command-line.md").read_text(encoding="utf-8"))

    # What the READMEs name that people build by (Lithops 2.2.4, 3.1.3, 2.6.1).
    def test_every_python_that_people_name_is_there(self):
        pythons = {one["name"]: {runtime["python"] for runtime in one["runtimes"]} for one in self.answer("backends")["backends"]}
        self.assertLessEqual({"3.6", "3.7", "3.8"}, pythons["aws_lambda"])
        self.assertLessEqual({"3.6", "3.9", "3.10"}, pythons["aliyun_fc"])
        self.assertLessEqual({"3.6", "3.7", "3.8", "3.9"}, pythons["azure_functions"])

    def test_one_can_be_asked_for(self):
        one = self.answer("backends", "aliyun_fc")["backends"]
        self.assertEqual([(one[0]["name"], one[0]["limits"]["layers"], one[0]["layer_order"])], [("aliyun_fc", 5, "first wins")])
        self.refused(2, "no such backend: aliyun (expected one of aws_lambda, ", "backends", "aliyun")


class Layouts(cli.CommandLineTest):
    """Where one distribution and one module of the user's lie."""

    def setUp(self):
        super().setUp()
        cli.write_wheel(self.folder / "wheels", "daypack_one")
        self.write("app.py", "def main(request, context=None):\n    return 'ok'\n")
        self.write("main.py", "def serve(request):\n    return 'ok'\n")

    def build(self, backend, *arguments, python="3.10"):
        options = ["-b", backend, "--python", python, "--bytecode", "none", "--prune", "none", "--find-links", "wheels", "daypack-one"]
        self.daypack("build", *options, *arguments)
        return cli.names_in(self.folder / "out.zip")

    def read(self, name):
        with zipfile.ZipFile(self.folder / "out.zip") as archive:
            return archive.read(name).decode()

    def test_functions(self):
        for backend, handler in ("aws_lambda", "app.main"), ("aliyun_fc", "app.main"), ("local", "app.main"):
            names = self.build(backend, "--add", "app.py", "--handler", handler)
            self.assertLess({"app.py", "daypack_one/__init__.py"}, set(names), backend)
        self.assertLess({"main.py", "daypack_one/__init__.py"}, set(self.build("gcp_functions", "--add", "main.py", "--handler", "serve")))

    def test_layers(self):
        for backend, folder in [("aws_layer", "python/"), ("aws_layer_versioned", "python/lib/python3.10/site-packages/"), ("aliyun_layer", "python/")]:
            names = self.build(backend, "--add", "app.py")
            self.assertLess({f"{folder}daypack_one/__init__.py", "python/app.py"}, set(names), backend)
            self.assertTrue(all(name.startswith("python/") for name in names), names)
        self.daypack("build", "-b", "aws_layer", "--python", "3.10", "--bytecode", "none", "--add", "app.py")
        finished = self.daypack("deploy", "out.zip", "thumbs", "--to", "local", code=2, env=cli.environment(DAYPACK_DATA_DIR=str(self.folder / "data")))
        self.assertIn("a layer is no function: aws_layer", finished.err)

    def test_azure(self):
        for python, folder in ("3.6", ".python_packages/lib/python3.6/site-packages/"), ("3.10", ".python_packages/lib/site-packages/"):
            names = self.build("azure_functions", "--add", "app.py", "--handler", "app.main", python=python)
            self.assertLess({"host.json", "main/function.json", "app.py", f"{folder}daypack_one/__init__.py"}, set(names))
            self.assertEqual(json.loads(self.read("host.json"))["version"], "2.0")
            function = json.loads(self.read("main/function.json"))
            self.assertEqual((function["scriptFile"], function["entryPoint"]), ("../app.py", "main"))

    # Bytecode takes the place of sources, but not of those that Azure's host opens by name.
    def test_entry_files_of_azure_stay_sources(self):
        self.write("lib/tools.py", "x = 1\n")
        self.daypack("build", "-b", "azure_functions", "--python", cli.LOCAL_PYTHON, "--add", "app.py", "--add", "lib", "--handler", "app.main")
        self.assertLess({"app.py", "lib/tools.pyc", "host.json"}, set(cli.names_in(self.folder / "out.zip")))

    def test_handlers_are_refused_before_anything_is_written(self):
        options = ["build", "-b", "aws_lambda", "--python", "3.10", "--bytecode", "none", "--add", "app.py"]
        self.refused(1, ["the handler's module is not in the package: main.handler", "expected one of app.py"], *options, "--handler", "main.handler")
        self.refused(1, "there is no such function in the handler's module: app.mian (got no mian in app.py, expected one of main)", *options, "--handler", "app.mian")
        self.refused(2, "AWS Lambda takes no such handler: 'app' (expected module.function", *options, "--handler", "app")
        self.refused(2, "AWS Lambda layer has no handler", *options, "-b", "aws_layer", "--handler", "app.main")


if __name__ == "__main__":
    cli.main()
