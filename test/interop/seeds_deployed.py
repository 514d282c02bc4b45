#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The lists of requirements that Lithops' READMEs name for Azure and Alibaba Cloud, built and deployed from the command line:
Microsoft's worker answers from what has arrived, Alibaba's SDK reads it back, and a second deployment sends nothing.

usage: seeds_deployed.py [--all]      without it the short lists of Lithops 3.8.0 in place of the seeds' own
"""
import io
import json
import pathlib
import shutil
import sys
import unittest
import zipfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("counterparts", "support")]
import aliyun
import azure_arm
import azure_worker_run
import cli
import lambda_emulator

WEB = {"scriptFile": "__init__.py", "entryPoint": "main", "bindings": [
    {"authLevel": "anonymous", "type": "httpTrigger", "direction": "in", "name": "req", "methods": ["post"]},
    {"type": "http", "direction": "out", "name": "$return"}]}
JOBS = {"scriptFile": "__init__.py", "entryPoint": "main", "bindings": [
    {"name": "msgIn", "type": "queueTrigger", "direction": "in", "queueName": "jobs", "connection": "AzureWebJobsStorage"},
    {"name": "$return", "type": "queue", "direction": "out", "queueName": "answers", "connection": "AzureWebJobsStorage"}]}
USES = "import cloudpickle, pika, ps_mem, tblib\n"
BASES = {"azure_functions": "lithops-2.6.1", "aliyun_fc": "lithops-3.1.3"} if "--all" in sys.argv else dict.fromkeys(("azure_functions", "aliyun_fc"), "lithops-3.8.0")


@unittest.skipUnless(shutil.which(lambda_emulator.UV), "no uv")
class Seeds(cli.CommandLineTest):
    def build(self, backend, python, *added):
        told = [one for one in self.answer("backends")["backends"] if one["name"] == backend][0]
        requirements = [one["requirements"] for one in told["base_lists"] if one["name"] == BASES[backend]][0]
        self.write("requirements.txt", "\n".join(requirements) + "\n")
        built = self.answer("build", "-b", backend, "--python", python, "-r", "requirements.txt", *added, timeout=1800)
        print(f"{backend} {python}: {len(built['distributions'])} distributions, {built['size']} bytes", end=" ", file=sys.stderr, flush=True)
        return (self.folder / "out.zip").read_bytes()

    def deploy(self, *words, **variables):
        return self.answer("deploy", "out.zip", *words, "--to", "function", env=cli.environment(**variables), timeout=600)

    @unittest.skipUnless(azure_worker_run.PYTHON, "no Python 3.13, which Azure's worker wants")
    def test_azure(self):
        for name, bindings, code in (("web", WEB, "def main(req):\n    return 'web ' + req.get_body().decode()\n"),
                                     ("jobs", JOBS, "def main(msgIn):\n    return 'job ' + msgIn.get_body().decode()\n")):
            self.write(f"{name}/function.json", json.dumps(bindings))
            self.write(f"{name}/__init__.py", USES + code)
        self.write("host.json", '{"version": "2.0"}')
        content = self.build("azure_functions", "3.13", "--add", "web", "--add", "jobs", "--add", "host.json")
        with azure_arm.Platform() as platform:
            words = ["app", "--resource-group", "group", "--endpoint-url", platform.endpoint, "--scm-url", platform.endpoint]
            self.assertFalse(self.deploy(*words, **platform.environment())["unchanged"])
            self.assertTrue(self.deploy(*words, **platform.environment())["unchanged"])
            (arrived,) = platform.deployments
        self.assertEqual(arrived["body"], content)
        with zipfile.ZipFile(io.BytesIO(arrived["body"])) as archive:
            archive.extractall(self.folder / "wwwroot")
        for function, answer in ("web", "web žluť"), ("jobs", "job žluť"):
            self.assertEqual(azure_worker_run.ask(self, self.folder / "wwwroot", function, "žluť"), {"functions": ["jobs", "web"], "answer": answer})

    @cli.needs_python("3.10")
    def test_aliyun(self):
        self.write("app.py", USES + "def handler(event, context):\n    return 'ok'\n")
        content = self.build("aliyun_fc", "3.10", "--add", "app.py", "--handler", "app.handler")
        with aliyun.Aliyun() as cloud:
            words = ["lithops", "--bucket", "code"]
            self.assertFalse(self.deploy(*words, **cloud.environment())["unchanged"])
            from alibabacloud_fc20230330 import models
            made = cloud.functions().get_function("lithops", models.GetFunctionRequest(qualifier="LATEST")).body
            self.assertEqual((made.code_checksum, made.code_size, made.runtime, made.memory_size, made.handler),
                             (aliyun.crc64(content), len(content), "python3.10", 256, "app.handler"))
            cloud.taken()
            self.assertTrue(self.deploy(*words, **cloud.environment())["unchanged"])
            self.assertEqual([action for _, _, action in cloud.taken()], ["GetFunction"])


if __name__ == "__main__":
    sys.argv = [word for word in sys.argv if word != "--all"]
    unittest.main()
