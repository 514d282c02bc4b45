#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""A real Lithops uses what `daypack runtime` has deployed: it lists it, does not make it again, and calls it. moto is AWS,
whose functions run in AWS's emulator; for Function Compute stands what has Alibaba's own SDK as its judge.
"""
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("counterparts", "support")]
import aliyun
import aliyun_sdk
import cli
import lambda_emulator
import lithops_lab
from lithops_lab import VERSION

INTERPRETERS = {version: path for path, version in cli.pythons()}
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


@unittest.skipUnless(lithops_lab.PERMITTED, lithops_lab.REASON)
class OnAws(lithops_lab.AwsLithopsTest):
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


# Lithops asks at Alibaba's own addresses: there stands ours, with the SDK's own client.
ALIYUN_CLIENT = """
import sys
from alibabacloud_fc20230330.client import Client
from alibabacloud_tea_openapi.utils_models import Config
import lithops.serverless.backends.aliyun_fc.aliyun_fc as backend

backend._init_fc3_client = lambda key, secret, region, endpoint: Client(Config(
    access_key_id=key, access_key_secret=secret, region_id=region, endpoint=sys.argv[1], protocol="http"))
"""
ALIYUN_LIST = ALIYUN_CLIENT + """
from lithops.scripts.cli import lithops_cli
lithops_cli(["runtime", "list", "-b", "aliyun_fc"])
"""
ALIYUN_METADATA = ALIYUN_CLIENT + """
import json
import lithops
settings = lithops.config.default_config(load_storage_config=False)
made = backend.AliyunFunctionComputeBackend(settings["aliyun_fc"], None)
print(made._format_function_name(sys.argv[2], 256), made.get_runtime_key(sys.argv[2], 256))
print(json.dumps(made._generate_runtime_meta(made._format_function_name(sys.argv[2], 256), 1, 0)))
"""


@unittest.skipUnless(shutil.which(lambda_emulator.UV) and {"3.10", "3.12"} & {cli.LOCAL_PYTHON, *INTERPRETERS}, "no uv, or no Python that Function Compute has")
class OnAliyun(lithops_lab.LithopsTest):
    @classmethod
    def setUpClass(cls):
        cls.python = next(one for one in (cli.LOCAL_PYTHON, "3.10", "3.12") if one in {"3.10", "3.12"} & {cli.LOCAL_PYTHON, *INTERPRETERS})
        cls.cloud = cls.enterClassContext(aliyun.Aliyun())
        cls.cloud.fc.runs = cls.call
        cls.lithops = lambda_emulator.installed(f"lithops=={VERSION}")

    @classmethod
    def call(cls, function, content, event):
        """By a process of the function's own Python, with nothing but its package."""
        with tempfile.TemporaryDirectory(prefix="daypack-fc-") as folder:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(folder)
            finished = subprocess.run([INTERPRETERS.get(cls.python, sys.executable), "-I", "-S", cli.ROOT / "test/support/fc_host.py", folder, function["handler"]],
                                      input=event, capture_output=True, timeout=120)
        return finished.stdout

    def setUp(self):
        super().setUp()
        keys = {"account_id": "123456", "access_key_id": self.cloud.key, "access_key_secret": self.cloud.secret, "region": self.cloud.region}
        self.configure({**self.cloud.environment(), "PYTHONPATH": f"{self.lithops}:{aliyun_sdk.importable()}"},
                       {"lithops": {"backend": "aliyun_fc", "storage": "aliyun_oss"}, "aliyun": keys,
                        "aliyun_fc": {"role_arn": "acs:ram::123456:role/fc"}, "aliyun_oss": {"storage_bucket": "lithops-data"}})

    def test_the_users_requirements_are_in_it_and_lithops_finds_it(self):
        self.write("requirements.txt", "colorama\nrequests")
        built = self.asked("build", "-b", "aliyun_fc", "-f", "requirements.txt", "--python", self.python, "--lithops", VERSION, NAME)
        names = {one["name"] for one in built["distributions"]}
        self.assertLessEqual({"colorama", "requests", "urllib3", "six", "pika", "tblib", "cloudpickle", "psutil", "lithops"}, names)
        live = self.asked("deploy", "-b", "aliyun_fc", NAME)
        self.assertEqual(self.rows(self.run_lithops("-c", ALIYUN_LIST, self.cloud.host)), [[NAME, "256", VERSION, live["worker"]]])
        self.assertEqual(self.runtime("list").out.strip(), self.table)
        first, metadata = self.run_lithops("-c", ALIYUN_METADATA, self.cloud.host, NAME).splitlines()[-2:]
        self.assertEqual(first.split(), [live["worker"], live["key"]])
        kept = json.loads(self.cloud.objects["lithops-data", f"lithops.runtimes/{live['key']}.meta.json"][0])
        self.assertEqual(kept, {**json.loads(metadata), "runtime_timeout": 300})
        self.assertIn(["colorama", True], kept["preinstalls"])
        self.assertTrue(self.asked("deploy", NAME)["unchanged"])
        self.asked("deploy", NAME, "--memory", "512")
        self.asked("build", "-f", "requirements.txt", "--python", self.python, "--lithops", VERSION, NAME + "-v2")
        self.asked("deploy", NAME + "-v2")
        self.assertEqual(self.asked("delete", NAME)["deleted"].__len__(), 2)
        self.assertEqual([one["runtime"] for one in self.asked("list")["runtimes"]], [NAME + "-v2"])


if __name__ == "__main__":
    cli.main()
