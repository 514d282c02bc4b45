#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""A real Lithops uses what `daypack runtime` has deployed: it lists it, does not make it again, and calls it. moto is AWS,
whose functions run in AWS's emulator.
"""
import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("counterparts", "support")]
import cli
import lambda_cloud
import lambda_emulator
import moto_server

LITHOPS = "lithops[aws]==3.8.0"  # 2026-11-22
VERSION = LITHOPS.rpartition("=")[2]
NAME = "my_matplotlib_runtime"
# The seed's program. Lithops calls functions at AWS's own address, whatever the endpoint: there stands ours.
CLIENT = """
import sys
import lithops
from botocore.httpsession import URLLib3Session

send = URLLib3Session.send

def to_endpoint(self, request):
    request.url = request.url.replace("https://lambda.us-east-1.amazonaws.com", sys.argv[1])
    return send(self, request)

URLLib3Session.send = to_endpoint

def test(x):
    import matplotlib
    return repr(matplotlib), x + 7

lith = lithops.FunctionExecutor(runtime=sys.argv[2])
lith.call_async(test, 3)
print(lith.get_result())
"""


@unittest.skipUnless(lambda_emulator.permitted() and sys.version_info >= (3, 10), "no uv, no namespaces, or no Python that Lithops takes")
class RealLithops(cli.CommandLineTest):
    @classmethod
    def setUpClass(cls):
        cls.lithops = lambda_emulator.installed(LITHOPS)
        cls.moto = cls.enterClassContext(moto_server.Moto())
        cls.cloud = cls.enterClassContext(lambda_cloud.LambdaCloud(cls.moto))

    def setUp(self):
        super().setUp()
        (self.folder / "home").mkdir()
        self.variables = {**self.moto.environment(self.cloud.endpoint), "HOME": str(self.folder / "home"), "XDG_DATA_HOME": str(self.folder / "data"),
                          "PYTHONPATH": str(self.lithops), "LITHOPS_CONFIG": None, "LITHOPS_CONFIG_FILE": None}
        keys = {"access_key_id": self.moto.key, "secret_access_key": self.moto.secret, "region": moto_server.REGION}
        endpoint = [{"name": "AWS_ENDPOINT_URL", "value": self.cloud.endpoint}]
        self.write(".lithops_config", json.dumps({
            "lithops": {"backend": "aws_lambda", "storage": "aws_s3"}, "aws": keys,
            "aws_lambda": {"execution_role": self.moto.role, "env_vars": endpoint}, "aws_s3": {"storage_bucket": "lithops-data"}}))
        self.cloud.seen.clear()

    def runtime(self, *words, **options):
        return self.daypack("runtime", *words, env=cli.environment(**self.variables), timeout=900, **options)

    def asked(self, *words):
        return json.loads(self.runtime(*words, "--json").out)

    def run_lithops(self, *words):
        finished = subprocess.run([sys.executable, *words], cwd=self.folder, env=cli.environment(**self.variables), capture_output=True, text=True, timeout=300)
        self.assertEqual(finished.returncode, 0, finished.stdout + finished.stderr)
        return finished.stdout

    def listed(self):
        """What Lithops itself lists: rows of its table."""
        lines = self.run_lithops("-m", "lithops.scripts.cli", "runtime", "list", "-b", "aws_lambda").splitlines()
        begin = next(i for i, line in enumerate(lines) if line.startswith("Runtime Name"))
        self.table = "\n".join(lines[begin:]).strip()
        return [line.split() for line in lines[begin + 2 :] if line and not line.startswith("Total")]

    def test_a_runtime_of_ones_own(self):
        self.write("requirements.txt", "requests\nmatplotlib")  # no newline at its end
        built = self.asked("build", "-f", "requirements.txt", NAME)
        names = {one["name"] for one in built["distributions"]}
        self.assertLessEqual({"matplotlib", "requests", "numpy", "cloudpickle", "tblib", "psutil", "lithops"}, names)
        live = self.asked("deploy", NAME)
        self.assertFalse(live["unchanged"])
        with self.subTest("Lithops lists it by the same names"):
            self.assertEqual(self.listed(), [[NAME, "256", VERSION, live["worker"]]])
            self.assertEqual(self.runtime("list").out.strip(), self.table)
        with self.subTest("Lithops calls it, and does not make it"):
            self.cloud.seen.clear()
            answer = self.run_lithops("-c", CLIENT, self.cloud.endpoint, NAME)
            self.assertIn("<module 'matplotlib' from '/var/task/matplotlib/__init__.py", answer)
            self.assertIn(", 10)", answer)
            self.assertEqual(self.cloud.changes(), [])
        with self.subTest("deployed again, nothing changes"):
            self.assertTrue(self.asked("deploy", NAME)["unchanged"])
        with self.subTest("an update brings what was built since"):
            self.write("more.py", "x = 1\n")
            self.asked("build", "-f", "requirements.txt", "--add", "more.py", NAME)
            self.cloud.seen.clear()
            (updated,) = self.asked("update", NAME)["updated"]
            self.assertFalse(updated["unchanged"])
            self.assertEqual(self.cloud.changes(), [("PUT", f"/2015-03-31/functions/{live['worker']}/code")])
        with self.subTest("another size is another function, with a copy of the same name in it left alone"):
            large = self.asked("deploy", NAME, "--memory", "512", "--timeout", "60")
            self.assertNotEqual(large["worker"], live["worker"])
            self.asked("build", "-f", "requirements.txt", NAME + "2")
            other = self.asked("deploy", NAME + "2")
            self.assertEqual(self.asked("delete", NAME, "-m", "256")["deleted"], [live["worker"]])
            self.assertEqual(sorted(row[3] for row in self.listed()), sorted([large["worker"], other["worker"]]))
            self.assertEqual(self.asked("delete", NAME)["deleted"], [large["worker"]])
            self.assertEqual([row[3] for row in self.listed()], [other["worker"]])
            kept = [one["Key"] for one in self.moto.client("s3").list_objects_v2(Bucket="lithops-data", Prefix="lithops.runtimes/")["Contents"]]
            self.assertEqual(kept, [f"lithops.runtimes/{other['key']}.meta.json"])
            self.asked("delete", NAME + "2")
        with self.subTest("what is not there"):
            self.assertIn("there is no such runtime: " + NAME, self.runtime("delete", NAME, code=1).err)

    def test_the_default_runtime_is_made_when_it_is_deployed(self):
        name = "default-runtime-v" + cli.LOCAL_PYTHON.replace(".", "")
        live = self.asked("deploy", name)
        self.assertEqual(self.listed(), [[name, "256", VERSION, live["worker"]]])
        self.asked("delete", name)


if __name__ == "__main__":
    cli.main()
