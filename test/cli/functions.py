#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Functions that are deployed to this machine and invoked: answers, failures in Lambda's own words, limits."""
import base64
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

BUILD = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON]
HANDLER = """
import sys
import time

def handler(event, context):
    if "sleep" in event:
        time.sleep(event["sleep"])
    if "fail" in event:
        raise ValueError(event["fail"])
    if "exit" in event:
        sys.exit(event["exit"])
    import yaml
    print("a line of the log")
    return {"parsed": yaml.safe_load(event.get("text", "null")), "function": context.function_name}

def second(event, context):
    import os
    return {"memory": context.memory_limit_in_mb, "colour": os.environ.get("COLOUR")}
"""


class Functions(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.options = {"env": cli.environment(DAYPACK_DATA_DIR=cli.function_store(self.folder / "store"))}
        self.name = f"{self._testMethodName[:40]}-{os.getpid()}"
        self.write("app.py", HANDLER)
        self.daypack(*BUILD, "PyYAML==6.0.2", "--add", "app.py", "--handler", "app.handler")

    def deploy(self, *options):
        return self.answer("deploy", "out.zip", self.name, "--to", "local", *options, **self.options)

    def invoke(self, event, code=0, *options):
        return self.answer("invoke", self.name, "-d", json.dumps(event), *options, code=code, **self.options)

    def test_deploy_tells_the_version_and_whether_something_changed(self):
        digest = cli.sha256(self.folder / "out.zip")
        self.assertEqual(self.deploy("-b", "aws_lambda"), {"id": self.name, "version": "1", "digest": digest, "unchanged": False})
        self.assertEqual(self.deploy(), {"id": self.name, "version": "1", "digest": digest, "unchanged": True})
        self.assertEqual(self.deploy("--memory", "512")["version"], "2", "another size is another version")
        finished = self.daypack("deploy", "out.zip", self.name, "--memory", "512", **self.options)
        self.assertEqual(finished.out, f"{self.name}\n")
        self.assertIn("unchanged: version 2", finished.err)

    def test_an_answer(self):
        self.deploy()
        finished = self.daypack("invoke", self.name, "-d", '{"text": "[1, 2]"}', **self.options)
        self.assertEqual(json.loads(finished.out), {"parsed": [1, 2], "function": self.name})
        self.assertIn("a line of the log", finished.err)
        self.assertIn("answered: init ", finished.err)
        self.write("event.json", '{"text": "{a: b}"}')
        quiet = self.daypack("invoke", self.name, "-d", "@event.json", "--quiet", **self.options)
        self.assertEqual((json.loads(quiet.out)["parsed"], quiet.err), ({"a": "b"}, ""))

    def test_json_of_an_answer(self):
        self.deploy()
        answer = self.invoke({})
        self.assertEqual({key: type(value).__name__ for key, value in answer.items()}, {
            "payload": "dict", "failed": "bool", "error_type": "str", "request_id": "str", "cold": "bool",
            "init_seconds": "float", "run_seconds": "float", "memory": "int", "log": "str"})
        self.assertEqual((answer["failed"], answer["error_type"], answer["cold"]), (False, "", True))
        self.assertIn("a line of the log", answer["log"])

    def test_a_failing_handler_exits_1_with_what_lambda_answers(self):
        self.deploy()
        answer = self.invoke({"fail": "told to"}, code=1)
        payload = answer["payload"]
        self.assertEqual(sorted(payload), ["errorMessage", "errorType", "requestId", "stackTrace"])
        self.assertEqual((payload["errorMessage"], payload["errorType"]), ("told to", "ValueError"))
        self.assertIn("in handler", "".join(payload["stackTrace"]))
        self.assertEqual((answer["failed"], answer["error_type"]), (True, "ValueError"))
        shown = self.daypack("invoke", self.name, "-d", '{"fail": "told to"}', code=1, **self.options)
        self.assertEqual(json.loads(shown.out)["errorMessage"], "told to")
        self.assertIn("failed (ValueError)", shown.err)
        self.assertNotIn("\r", shown.err)

    def test_a_handler_that_ends_the_process(self):
        self.deploy()
        self.assertEqual(self.invoke({"exit": 3}, code=1)["payload"]["errorType"], "Runtime.ExitError")

    def test_a_timeout(self):
        self.deploy("--timeout", "1")
        payload = self.invoke({"sleep": 60}, code=1)["payload"]
        self.assertEqual(payload["errorType"], "Sandbox.Timedout")
        self.assertIn("Task timed out after 1.00 seconds", payload["errorMessage"])

    def test_another_handler_memory_and_environment(self):
        self.deploy("--handler", "app.second", "--memory", "320", "--env", "COLOUR=blue")
        self.assertEqual(self.invoke({})["payload"], {"memory": "320", "colour": "blue"})

    def test_a_handler_that_is_not_there(self):
        self.deploy("--handler", "app.third")
        self.assertEqual(self.invoke({}, code=1)["payload"]["errorType"], "Runtime.HandlerNotFound")
        self.deploy("--handler", "nowhere.handler")
        self.assertEqual(self.invoke({}, code=1)["payload"]["errorType"], "Runtime.ImportModuleError")

    def test_an_older_version(self):
        self.deploy("--handler", "app.handler")
        self.deploy("--handler", "app.second")
        self.assertIn("memory", self.invoke({})["payload"])
        self.assertIn("parsed", self.invoke({}, 0, "--version-number", "1")["payload"])
        self.refused(1, "the function has no such version", "invoke", self.name, "--version-number", "7", **self.options)

    def test_cold_starts(self):
        self.deploy()
        finished = self.daypack("invoke", self.name, "--cold", "2", **self.options)
        self.assertEqual(json.loads(finished.out)["parsed"], None)
        self.assertRegex(finished.err, r"min, median, max of 2 cold starts: init( [\d.]+ ms,?){3}; run( [\d.]+ ms,?){3}\n")
        answer = self.invoke({}, 0, "--cold", "3")
        starts = answer["cold_starts"]
        self.assertEqual((answer["cold"], starts["count"], sorted(starts)), (True, 3, ["count", "init_seconds", "run_seconds"]))
        for times in starts["init_seconds"], starts["run_seconds"]:
            self.assertLessEqual(0, times["min"])
            self.assertLessEqual(times["min"], times["median"])
            self.assertLessEqual(times["median"], times["max"])
        self.assertEqual(self.invoke({"fail": "cold"}, 1, "--cold", "1")["cold_starts"]["count"], 1)

    def test_answers_that_are_no_json(self):
        self.write("app.py", "def handler(event, context):\n    return [float('nan')] if event == 'text' else bytes(range(256)) if event else event\n")
        self.daypack(*BUILD, "--add", "app.py", "--handler", "app.handler")
        self.deploy()
        self.assertEqual(self.invoke("text")["payload"], "[NaN]")
        answer = self.invoke(1)
        self.assertEqual((answer["payload"], base64.b64decode(answer["payload_base64"])), (None, bytes(range(256))))
        self.assertEqual(self.daypack("invoke", self.name, "-d", "1", **self.options).stdout, bytes(range(256)) + b"\n")
        self.write("deep.json", "[" * 500 + "]" * 500)
        self.assertEqual(self.daypack("invoke", self.name, "-d", "@deep.json", "--stream", **self.options).stdout, bytes(range(256)) + b"\n")

    def test_what_is_asked_wrongly(self):
        self.deploy()
        self.refused(1, "no such function is deployed: never-deployed", "invoke", "never-deployed", **self.options)
        self.refused(2, ["the payload is not JSON", "hint: "], "invoke", self.name, "-d", "{no", **self.options)
        self.refused(1, "cannot read a file: nowhere.json", "invoke", self.name, "-d", "@nowhere.json", **self.options)
        self.refused(2, ["built for another backend: out.zip (got aws_lambda, expected azure_functions)", "build it again with"],
                     "deploy", "out.zip", self.name, "-b", "azure_functions", **self.options)
        self.refused(2, "written as K=V", "deploy", "out.zip", self.name, "--env", "novalue", **self.options)
        self.refused(2, "out of range", "deploy", "out.zip", self.name, "--memory", "64", **self.options)
        self.refused(2, "a function cannot have this name", "deploy", "out.zip", "a/b", **self.options)

    def test_a_package_that_is_not_what_its_manifest_says(self):
        self.daypack("zip", "app.py", "-o", "other.zip")
        self.refused(2, "nothing says what the package was built for: other.zip", "deploy", "other.zip", self.name, **self.options)
        (self.folder / "other.daypack.json").write_bytes((self.folder / "out.daypack.json").read_bytes())
        self.refused(1, "other.daypack.json", "deploy", "other.zip", self.name, **self.options)
        (self.folder / "out.zip").write_bytes(b"no zip")
        self.refused(1, "out.zip", "deploy", "out.zip", self.name, **self.options)

    def test_packages_of_other_backends_run_here_too(self):
        here = {version for _, version in cli.pythons()}
        for backend, python in ("azure_functions", cli.LOCAL_PYTHON), ("local", cli.LOCAL_PYTHON), ("aliyun_fc", "3.10"):
            if python not in here:
                continue
            self.daypack("build", "-b", backend, "--python", python, "PyYAML==6.0.2", "--add", "app.py", "--handler", "app.handler")
            self.deploy()
            self.assertEqual(self.invoke({"text": "[3]"})["payload"]["parsed"], [3], backend)


if __name__ == "__main__":
    cli.main()
