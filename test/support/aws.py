# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What tests of deployments to AWS share: moto with authentication, Lambda's states in front of it, boto3 as the judge."""
import base64
import hashlib
import os
import pathlib
import shutil
import sys
import unittest

import cli

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "counterparts"))
import lambda_emulator
import lambda_states
import moto_server

HANDLER = """
import os

def handler(event, context):
    return {"version": %s, "colour": os.environ.get("COLOUR"), "event": event}
"""


def code_sha256(content):
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


@unittest.skipUnless(shutil.which(lambda_emulator.UV), "no uv")
class AwsTest(cli.CommandLineTest):
    """One moto for all tests of a class; a function's name of its own for each test."""

    @classmethod
    def setUpClass(cls):
        cls.moto = moto_server.Moto().__enter__()
        cls.addClassCleanup(cls.moto.__exit__)
        cls.lambdas, cls.s3 = cls.moto.client("lambda"), cls.moto.client("s3")

    def setUp(self):
        super().setUp()
        self.front = lambda_states.States(self.moto.host)
        self.front.__enter__()
        self.addCleanup(self.front.__exit__)
        self.name = f"{self._testMethodName[5:40]}-{os.getpid()}"
        self.options = {"env": self.environment()}

    def environment(self, **changes):
        return cli.environment(**{**self.moto.environment(self.front.endpoint), **changes})

    built = {}  # what was built once is taken again: the same bytes

    def build(self, version=1, name="out.zip", *options, backend="aws_lambda"):
        key = version, options, backend
        if key not in self.built or options:
            self.write("app.py", HANDLER % version)
            added = ["--add", "app.py"] + (["--handler", "app.handler"] if backend == "aws_lambda" else [])
            self.daypack("build", "-b", backend, "--python", "3.12", "six==1.17.0", *added, "--bytecode", "none", "-o", name, *options)
            self.built[key] = [(self.folder / name).with_suffix(suffix).read_bytes() for suffix in (".zip", ".daypack.json")]
        for suffix, content in zip((".zip", ".daypack.json"), self.built[key]):
            (self.folder / name).with_suffix(suffix).write_bytes(content)
        return self.built[key][0]

    def deploy(self, *options, code=0, to="function", name=None, archive="out.zip", **more):
        return self.answer("deploy", archive, name or self.name, "--to", to, *options, code=code, **{**self.options, **more})

    def create(self, *options, **more):
        return self.deploy("--role", self.moto.role, *options, **more)

    def refused(self, *options, code=5, to="function", name=None, archive="out.zip", **more):
        """What it says when it fails, without secrets."""
        finished = self.daypack("deploy", archive, name or self.name, "--to", to, *options, code=code, **{**self.options, **more})
        self.assertNotIn(self.moto.secret, finished.err + finished.out)
        return finished.err

    def configuration(self, qualifier=None):
        found = self.lambdas.get_function(FunctionName=self.name, **({"Qualifier": qualifier} if qualifier else {}))
        return found["Configuration"]

    def assert_code(self, content, qualifier=None):
        self.assertEqual(self.configuration(qualifier)["CodeSha256"], code_sha256(content))
