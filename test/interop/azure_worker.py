#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Azure's own worker code loads and calls what daypack builds: functions of the v1 model that a handler became, and apps of
the v2 model. Needs uv, and a Python 3.13 on this machine: the worker runs on no older one; otherwise it is skipped."""
import json
import pathlib
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import azure_worker_run
import cli

class Worker(cli.CommandLineTest):
    def post(self, function, body):
        with zipfile.ZipFile(self.folder / "out.zip") as archive:
            archive.extractall(self.folder / "wwwroot")
        return azure_worker_run.ask(self, self.folder / "wwwroot", function, body)

    def test_a_handler_is_loaded_as_a_function(self):
        self.write("app.py", "import daypack_one\n\ndef hello(request, context=None):\n"
                             "    return 'hello ' + request.get_body().decode() + str(daypack_one.answer) + context.function_name\n")
        cli.write_wheel(self.folder / "wheels", "daypack_one")
        self.daypack("build", "-b", "azure_functions", "--python", "3.13", "--find-links", "wheels", "daypack-one", "--add", "app.py",
                     "--handler", "app.hello")
        self.assertEqual(self.post("hello", "žluť"), {"functions": ["hello"], "answer": "hello žluť42hello"})

    def test_an_app_is_indexed(self):
        self.write("function_app.py", "import azure.functions as func\nimport tools\napp = func.FunctionApp()\n\n"
                                      "@app.route(route='hello')\ndef hello(req: func.HttpRequest):\n    return tools.word + req.get_body().decode()\n\n"
                                      "@app.route(route='fails')\nasync def fails(req: func.HttpRequest) -> str:\n    raise ValueError('broken')\n\n"
                                      "@app.timer_trigger(schedule='0 */5 * * * *', arg_name='t')\ndef tick(t: func.TimerRequest) -> None:\n    pass\n")
        self.write("tools.py", "word = 'x'\n")
        self.daypack("build", "-b", "azure_functions", "--python", "3.13", "azure-functions", "--add", "function_app.py", "--add", "tools.py")
        with zipfile.ZipFile(self.folder / "out.zip") as archive:
            self.assertEqual(json.loads(archive.read("host.json"))["version"], "2.0")
        functions = ["fails", "hello", "tick"]
        self.assertEqual(self.post("hello", "it"), {"functions": functions, "answer": "xit"})
        failed = self.post("fails", "")
        self.assertEqual(failed["functions"], functions)
        self.assertIn("ValueError: broken", failed["error"])


if __name__ == "__main__":
    if azure_worker_run.PYTHON is None:
        sys.exit(77)
    cli.main()
