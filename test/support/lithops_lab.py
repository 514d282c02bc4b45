# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What tests of Lithops' runtimes share: a home, a configuration, a real Lithops, and clouds where its functions run."""
import json
import subprocess
import sys

import cli
import lambda_cloud
import lambda_emulator
import moto_server

VERSION = "3.8.0"  # 2026-11-22
PERMITTED = lambda_emulator.permitted() and sys.version_info >= (3, 10)
REASON = "no uv, no namespaces, or no Python that Lithops takes"


class LithopsTest(cli.CommandLineTest):
    """What tests of every cloud have: a home and a configuration of their own."""

    def configure(self, variables, configuration):
        (self.folder / "home").mkdir()
        self.variables = {**variables, "HOME": str(self.folder / "home"), "XDG_DATA_HOME": str(self.folder / "data"), "LITHOPS_CONFIG": None,
                          "LITHOPS_CONFIG_FILE": None}
        self.write(".lithops_config", json.dumps(configuration))

    def runtime(self, *words, **options):
        return self.daypack("runtime", *words, env=cli.environment(**self.variables), timeout=900, **options)

    def asked(self, *words):
        return json.loads(self.runtime(*words, "--json").out)

    def run_lithops(self, *words):
        finished = subprocess.run([sys.executable, *words], cwd=self.folder, env=cli.environment(**self.variables), capture_output=True, text=True, timeout=300)
        self.assertEqual(finished.returncode, 0, finished.stdout + finished.stderr)
        return finished.stdout

    def rows(self, text):
        """Of the table that Lithops lists."""
        lines = text.splitlines()
        begin = next(i for i, line in enumerate(lines) if line.startswith("Runtime Name"))
        self.table = "\n".join(lines[begin:]).strip()
        return [line.split() for line in lines[begin + 2 :] if line and not line.startswith("Total")]


class AwsLithopsTest(LithopsTest):
    """moto, whose functions run in AWS's emulator."""

    @classmethod
    def setUpClass(cls):
        cls.lithops = lambda_emulator.installed(f"lithops[aws]=={VERSION}")
        cls.moto = cls.enterClassContext(moto_server.Moto())
        cls.cloud = cls.enterClassContext(lambda_cloud.LambdaCloud(cls.moto))

    def setUp(self):
        super().setUp()
        keys = {"access_key_id": self.moto.key, "secret_access_key": self.moto.secret, "region": moto_server.REGION}
        endpoint = [{"name": "AWS_ENDPOINT_URL", "value": self.cloud.endpoint}]
        self.configure({**self.moto.environment(self.cloud.endpoint), "PYTHONPATH": str(self.lithops)},
                       {"lithops": {"backend": "aws_lambda", "storage": "aws_s3"}, "aws": keys,
                        "aws_lambda": {"execution_role": self.moto.role, "env_vars": endpoint}, "aws_s3": {"storage_bucket": "lithops-data"}})
        self.cloud.seen.clear()

    def listed(self):
        return self.rows(self.run_lithops("-m", "lithops.scripts.cli", "runtime", "list", "-b", "aws_lambda"))
