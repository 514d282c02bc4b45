#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Azure's own worker code loads what daypack builds: functions of the v1 model that a handler became, and apps of the v2
model. Needs uv, and a Python 3.13 on this machine: the worker runs on no older one; otherwise it is skipped."""
import json
import os
import pathlib
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

UV = os.environ.get("DAYPACK_UV", "uv")
PYTHON = next((path for path, version in cli.pythons() if version == "3.13"), None)
# The host resolves scriptFile against the function's folder, then hands all of it to the worker.
V1 = """
import importlib.util, inspect, json, os, sys, types
root = os.path.realpath(sys.argv[1])
sys.path.insert(0, os.path.join(root, ".python_packages/lib/site-packages"))
from azure_functions_runtime_v1 import functions, loader
folder = os.path.join(root, sys.argv[2])
told = json.load(open(os.path.join(folder, "function.json")))
loader.install()
function = loader.load_function(sys.argv[2], folder, os.path.normpath(os.path.join(folder, told["scriptFile"])), told["entryPoint"])
protos = types.SimpleNamespace(BindingInfo=types.SimpleNamespace(out=1))
bound = {one["name"]: types.SimpleNamespace(type=one["type"], direction=0) for one in told["bindings"] if one["name"] != "$return"}
parameters = dict(inspect.signature(function).parameters)
functions.Registry.is_context_required(parameters, bound, {}, sys.argv[2])
functions.Registry.validate_function_params(parameters, bound, {}, sys.argv[2], protos)
print(function("it"))
"""
V2 = """
import os, sys
root = os.path.realpath(sys.argv[1])
sys.path.insert(0, os.path.join(root, ".python_packages/lib/site-packages"))
sys.path.append(root)
from azure_functions_runtime import loader
print([function.get_function_name() for function in loader.index_function_app(os.path.join(root, "function_app.py"))])
"""


class Worker(cli.CommandLineTest):
    def run_worker(self, program, package, *arguments):
        with zipfile.ZipFile(self.folder / "out.zip") as archive:
            archive.extractall(self.folder / "wwwroot")
        command = [UV, "run", "--no-project", "--quiet", "--python", PYTHON, "--with", package, "python", "-c", program, "wwwroot", *arguments]
        finished = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, env=cli.environment(), timeout=300)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        return finished.stdout.strip()

    def test_a_handler_is_loaded_as_a_function(self):
        self.write("app.py", "import daypack_one\n\ndef hello(request, context=None):\n    return 'hello ' + request + str(daypack_one.answer)\n")
        cli.write_wheel(self.folder / "wheels", "daypack_one")
        self.daypack("build", "-b", "azure_functions", "--python", "3.13", "--find-links", "wheels", "daypack-one", "--add", "app.py",
                     "--handler", "app.hello")
        self.assertEqual(self.run_worker(V1, "azure-functions-runtime-v1", "hello"), "hello it42")

    def test_an_app_is_indexed(self):
        self.write("function_app.py", "import azure.functions as func\nimport tools\napp = func.FunctionApp()\n\n"
                                      "@app.route(route='hello')\ndef hello(req: func.HttpRequest):\n    return tools.word\n")
        self.write("tools.py", "word = 'x'\n")
        self.daypack("build", "-b", "azure_functions", "--python", "3.13", "azure-functions", "--add", "function_app.py", "--add", "tools.py")
        with zipfile.ZipFile(self.folder / "out.zip") as archive:
            self.assertEqual(json.loads(archive.read("host.json"))["version"], "2.0")
        self.assertEqual(self.run_worker(V2, "azure-functions-runtime", ), "['hello']")


if __name__ == "__main__":
    if PYTHON is None:
        sys.exit(77)
    cli.main()
