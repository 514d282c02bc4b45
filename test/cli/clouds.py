#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The command line in front of Azure and Alibaba Cloud: what goes where, read back by the official clients. The providers' own
tests (test/interop/azure_*.py, oss.py, aliyun_function.py) have faults, kills and races.
"""
import os
import pathlib
import shutil
import sys
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("counterparts", "support")]
import aliyun
import azure_arm
import azurite
import cli
import lambda_emulator


class CloudTest(cli.CommandLineTest):
    backend, handler = "aliyun_fc", []

    def build(self, number=1, backend=None, python="3.10"):
        backend = backend or self.backend
        self.write("app.py", f"def handler(event, context):\n    return {number}\n")
        self.write("function_app.py", f"import azure.functions as func\napp = func.FunctionApp()\nnumber = {number}\n")
        self.write("host.json", '{"version": "2.0"}')
        added = ["--add", "function_app.py", "--add", "host.json"] if backend.startswith("azure") else ["--add", "app.py"]
        self.daypack("build", "-b", backend, "--python", python, "six==1.17.0", *added, "--bytecode", "none", "-o", "out.zip")
        return (self.folder / "out.zip").read_bytes()

    def deploy(self, *words, code=0):
        if code:
            return self.daypack("deploy", "out.zip", *words, code=code, **self.options).err
        return self.answer("deploy", "out.zip", *words, **self.options)


@unittest.skipUnless(shutil.which(lambda_emulator.UV), "no uv")
class Aliyun(CloudTest):
    def setUp(self):
        super().setUp()
        self.cloud = aliyun.Aliyun().__enter__()
        self.addCleanup(self.cloud.__exit__)
        self.options = {"env": cli.environment(**self.cloud.environment())}

    def test_a_store(self):
        content = self.build()
        live = self.deploy("--to", "oss://packages/some/where", "--metadata", "commit=1a2b")
        self.assertEqual((live["id"], live["unchanged"]), (f"oss://packages/some/where/{live['digest']}.zip", False))
        (data, _), = self.cloud.objects.values()
        self.assertEqual(data, content)
        self.assertTrue(self.deploy("--to", "oss://packages/some/where", "--metadata", "commit=1a2b")["unchanged"])

    def test_a_function_and_a_layer(self):
        content = self.build()
        words = ["thumbnails", "--to", "function", "--handler", "app.handler", "--env", "A=1", "--alias", "live"]
        self.assertIn("would create the function", self.daypack("deploy", "out.zip", *words, "--dry-run", **self.options).err)
        self.assertFalse(self.deploy(*words)["unchanged"])
        made = self.cloud.functions().get_function("thumbnails", self.request()).body
        self.assertEqual((made.code_checksum, made.memory_size, made.environment_variables), (aliyun.crc64(content), 256, {"A": "1"}))
        self.assertTrue(self.deploy(*words)["unchanged"])
        self.build(backend="aliyun_layer")
        layer = self.deploy("deps", "--to", "layer", "--attach", "thumbnails")
        self.assertEqual(layer["version"], "1")
        made = self.cloud.functions().get_function("thumbnails", self.request()).body
        self.assertEqual([one.arn for one in made.layers], [layer["id"]])

    def request(self):
        from alibabacloud_fc20230330 import models
        return models.GetFunctionRequest(qualifier="LATEST")

    def test_options_of_others(self):
        self.build()
        self.assertIn("this option means nothing there: --revision with --to function, of a package for aliyun_fc",
                      self.deploy("thumbnails", "--to", "function", "--revision", "1", code=2))


class Functions(CloudTest):
    backend = "azure_functions"

    def test_a_function_app(self):
        content = self.build(python="3.12")
        with azure_arm.Platform() as platform:
            self.options = {"env": cli.environment(**platform.environment())}
            words = ["app", "--to", "function", "--resource-group", "group", "--endpoint-url", platform.endpoint, "--scm-url", platform.endpoint,
                     "--env", "A=1", "--memory", "4096"]
            self.assertFalse(self.deploy(*words)["unchanged"])
            self.assertEqual(platform.deployments[0]["body"], content)
            self.assertEqual((platform.settings["A"], platform.settings["THEIRS"], platform.memory), ("1", "stays", 4096))
            self.assertTrue(self.deploy(*words)["unchanged"])
            self.assertEqual(len(platform.deployments), 1)
            self.assertIn("--identity is for an app that runs from a package", self.deploy(*words, "--identity", "SystemAssigned", code=2))

    @unittest.skipUnless(azurite.installed() and shutil.which(lambda_emulator.UV), "no npm or no uv")
    def test_a_store(self):
        content = self.build(python="3.12")
        with azurite.Azurite() as store:
            sys.path.append(str(lambda_emulator.installed(azurite.STORAGE)))
            self.options = {"env": cli.environment(**store.environment())}
            container = store.service().create_container(f"packages-{os.getpid()}")
            live = self.deploy("--to", f"az://{container.container_name}/some", "--key", "x.zip", "--metadata", "commit=1a2b")
            self.assertTrue(live["id"].endswith("/some/x.zip"), live)
            self.assertEqual(container.download_blob("some/x.zip").readall(), content)
            self.assertTrue(self.deploy("--to", f"az://{container.container_name}/some", "--key", "x.zip", "--metadata", "commit=1a2b")["unchanged"])


if __name__ == "__main__":
    unittest.main()
