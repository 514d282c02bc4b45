#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Functions and layers deployed to Function Compute: Alibaba's own SDK judges every signature, and reads back what is there.

usage: aliyun_function.py      $DAYPACK_DEPLOY_ALIYUN is the program of test/support/deploy_aliyun.cpp
"""
import io
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("counterparts", "support")]
import aliyun
import cli
import lambda_emulator
import store_faults
from store_faults import Fault

PROGRAM = os.environ.get("DAYPACK_DEPLOY_ALIYUN")
PATH = "/2023-03-30/functions/f"


@unittest.skipUnless(PROGRAM and shutil.which(lambda_emulator.UV), "it takes the program and uv")
class Deployments(unittest.TestCase):
    def setUp(self):
        self.cloud = aliyun.Aliyun().__enter__()
        self.addCleanup(self.cloud.__exit__)
        self.faults = store_faults.Faults(self.cloud.host).__enter__()
        self.addCleanup(self.faults.__exit__)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="daypack-fc-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def zip(self, seed=1, size=1000):
        path = self.folder / f"{seed}-{size}.zip"
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as out:
            out.writestr(zipfile.ZipInfo("app.py"), f"def handler(event, context): return {seed}\n")
            out.writestr(zipfile.ZipInfo("data"), random.Random(seed).randbytes(size))
        path.write_bytes(held.getvalue())
        return path

    def run_it(self, kind, path, code=0, environment=None, **options):
        """The deployment; of a failure, its words."""
        settings = cli.environment(**{**self.cloud.environment(self.faults.endpoint), **(environment or {})})
        done = subprocess.run([PROGRAM, kind, path, json.dumps({"name": "f", **options})], capture_output=True, text=True, env=settings, timeout=120)
        self.told = done.stderr
        self.assertEqual(done.returncode, code, self.told)
        self.assertNotIn(self.cloud.secret, self.told)
        return json.loads(done.stdout) if code == 0 else self.told

    def deploy(self, path, code=0, **options):
        return self.run_it("function", path, code, **options)

    def changes(self):
        return [f"{method} {path} {action}" for method, path, action in self.cloud.taken() if method != "GET" and action]

    def function(self, qualifier="LATEST"):
        """As the official client reads it."""
        from alibabacloud_fc20230330 import models
        return self.cloud.functions().get_function("f", models.GetFunctionRequest(qualifier=qualifier)).body

    def assert_code(self, path):
        self.assertEqual(self.function().code_checksum, aliyun.crc64(path.read_bytes()))

    def test_a_new_function(self):
        path = self.zip()
        live = self.deploy(path, handler="app.handler", tags={"team": "maps"}, role="acs:ram::1:role/r")
        self.assertEqual((live["digest"], live["version"], live["unchanged"]), (cli.sha256(path), "LATEST", False))
        self.assert_code(path)
        made = self.function()
        self.assertEqual(live["id"], made.function_arn)
        self.assertEqual((made.runtime, made.handler, made.memory_size, made.cpu, made.timeout, made.disk_size, made.role),
                         ("python3.10", "app.handler", 256, 0.15, 30, 512, "acs:ram::1:role/r"))
        self.assertEqual([(tag.key, tag.value) for tag in made.tags], [("team", "maps")])

    def test_an_unchanged_function_costs_one_request(self):
        path = self.zip()
        self.deploy(path)
        self.cloud.taken()
        self.assertTrue(self.deploy(path)["unchanged"])
        self.assertEqual(self.cloud.taken(), [("GET", PATH, "GetFunction")])

    def test_one_call_changes_code_and_settings(self):
        self.deploy(self.zip(), memory=512)
        self.cloud.taken()
        path = self.zip(2)
        self.deploy(path, timeout=60)
        self.assertEqual(self.changes(), [f"PUT {PATH} UpdateFunction"])
        self.assert_code(path)
        self.assertEqual((self.function().memory_size, self.function().timeout), (512, 60))
        self.deploy(path, memory=4096)  # the vCPU that there are would be too few
        self.assertEqual((self.function().memory_size, self.function().cpu), (4096, 2))

    def test_variables_are_added_or_replaced(self):
        path = self.zip()
        for given, exact, expected in (({"A": "1", "B": "2"}, False, {"A": "1", "B": "2"}), ({"B": "3"}, False, {"A": "1", "B": "3"}),
                                       ({"C": "4"}, True, {"C": "4"})):
            self.deploy(path, variables=given, environment_exact=exact)
            self.assertEqual(self.function().environment_variables, expected)
            self.assertTrue(self.deploy(path, variables=given)["unchanged"])

    def test_large_packages_go_by_a_bucket(self):
        path = self.zip(1, 22 << 20)
        self.assertIn("name a bucket of the same region (--bucket)", self.deploy(path, code=3))
        live = self.deploy(path, bucket="packages")
        self.assert_code(path)
        self.assertEqual([key for _, key in self.cloud.objects], [f"daypack/{cli.sha256(path)}.zip"])
        self.cloud.taken()
        self.assertTrue(self.deploy(path, bucket="packages")["unchanged"])
        self.assertEqual(self.cloud.taken(), [("GET", PATH, "GetFunction")])
        self.assertTrue(live["id"])

    def test_a_bucket_of_another_region(self):
        self.cloud.buckets["packages"] = "cn-beijing"
        self.assertIn("the bucket lies in cn-beijing: say that region", self.deploy(self.zip(), code=5, bucket="packages"))
        self.assertEqual(self.cloud.fc.functions, {})

    def test_layers_in_their_order(self):
        first = self.run_it("layer", self.zip(3), name="deps")["id"]
        second = self.run_it("layer", self.zip(4), name="more")["id"]
        self.deploy(self.zip(), layers=[second, first])
        self.assertEqual([layer.arn for layer in self.function().layers], [second, first])
        self.assertTrue(self.deploy(self.zip(), layers=[second, first])["unchanged"])
        self.assertFalse(self.deploy(self.zip(), layers=[first, second])["unchanged"])
        self.assertEqual([layer.arn for layer in self.function().layers], [first, second])
        gone = first.replace("/versions/1", "/versions/9")
        self.assertIn("LayerNotFound", self.deploy(self.zip(), code=5, layers=[gone]))

    def test_layers(self):
        path = self.zip()
        live = self.run_it("layer", path, name="deps")
        self.assertEqual(live["version"], "1")
        self.assertTrue(self.run_it("layer", path, name="deps")["unchanged"])
        self.deploy(self.zip(2))
        again = self.run_it("layer", self.zip(3), name="deps", functions=["f"], keep_versions=1)
        self.assertEqual(again["version"], "2")
        self.assertEqual([layer.arn for layer in self.function().layers], [again["id"]])
        self.assertEqual([one["version"] for one in self.cloud.fc.layers["deps"]], [2])
        self.faults.faults[:] = [Fault("POST", "layers", "lost")]
        self.assertEqual(self.run_it("layer", self.zip(4), name="deps")["version"], "3")
        self.assertEqual([one["version"] for one in self.cloud.fc.layers["deps"]], [2, 3])

    def test_versions_and_aliases(self):
        live = self.deploy(self.zip(1), alias="live")
        self.assertEqual(live["version"], "1")
        self.cloud.taken()
        self.assertTrue(self.deploy(self.zip(1), alias="live")["unchanged"])
        self.assertEqual(self.changes(), [])
        self.assertEqual(self.deploy(self.zip(2), alias="live", weight=0.25)["version"], "2")
        self.assertEqual(self.cloud.fc.aliases["f"]["live"], {"aliasName": "live", "versionId": "1", "additionalVersionWeight": {"2": 0.25}})
        self.deploy(self.zip(2), alias="live")
        self.assertEqual(self.cloud.fc.aliases["f"]["live"], {"aliasName": "live", "versionId": "2", "additionalVersionWeight": {}})
        for seed in range(3, 7):
            self.deploy(self.zip(seed), publish=True, keep_versions=2)
        self.assertEqual([one["versionId"] for one in self.cloud.fc.versions["f"]], ["2", "5", "6"])
        self.assertEqual(self.function("2").code_checksum, aliyun.crc64(self.zip(2).read_bytes()))

    def test_a_first_call_before_the_alias_moves(self):
        self.deploy(self.zip(1), alias="live", smoke='{"a": 1}', expect='{"called": "1", "with": {"a": 1}}')
        self.assertEqual(self.cloud.fc.aliases["f"]["live"]["versionId"], "1")
        told = self.deploy(self.zip(2), code=4, alias="live", smoke='{"fail": 1}')
        self.assertIn("the function fails: f, version 2 (got {\"errorMessage\": \"no luck\"})", told)
        self.assertIn("hint: the alias live still points to what it pointed to before", told)
        self.assertIn("the function answers something else", self.deploy(self.zip(2), code=4, alias="live", smoke="{}", expect='{"called": "9"}'))
        self.assertEqual(self.cloud.fc.aliases["f"]["live"]["versionId"], "1")
        self.assertIn("a smoke call is made of JSON", self.deploy(self.zip(2), code=2, smoke="{"))
        self.deploy(self.zip(2), alias="live", smoke="{}")
        self.assertEqual(self.cloud.fc.aliases["f"]["live"]["versionId"], "2")

    def test_states_that_take_time(self):
        for states in (True, False):
            with self.subTest(states=states):
                self.cloud.fc.__init__(self.cloud, self.cloud.fc.Refused, self.cloud.fc.crc64)
                self.cloud.fc.states, self.cloud.fc.busy = states, 3 if states else 0
                self.deploy(self.zip(), alias="live")
                self.deploy(self.zip(2), alias="live")
                self.assert_code(self.zip(2))

    def test_a_function_that_never_runs(self):
        self.cloud.fc.fails = "the image is broken"
        self.assertIn("the function cannot run: f (InvalidCode: the image is broken)", self.deploy(self.zip(), code=5))
        self.cloud.fc.fails = ""
        self.deploy(self.zip(2))
        self.assert_code(self.zip(2))

    def test_faults_of_the_network(self):
        for kind in ("gone", "reset", "lost", "cut", (503, "ServiceUnavailable"), (429, "Throttling")):
            for method, pattern in (("GET", PATH), ("POST", "functions$"), ("PUT", PATH), ("POST", "versions"), ("POST", "aliases$")):
                with self.subTest(kind=kind, method=method, pattern=pattern):
                    self.cloud.fc.__init__(self.cloud, self.cloud.fc.Refused, self.cloud.fc.crc64)
                    if method == "PUT":
                        self.deploy(self.zip(2))
                    self.faults.faults[:] = [Fault(method, pattern, kind)]
                    self.assertEqual(self.deploy(self.zip(), alias="live")["version"], "1")
                    self.assert_code(self.zip())
                    self.assertEqual(len(self.cloud.fc.versions["f"]), 1)

    def test_a_dry_run(self):
        live = self.deploy(self.zip(), dry_run=True, alias="live")
        self.assertEqual((live["version"], self.cloud.fc.functions), ("(next)", {}))
        self.assertIn("f: would create the function with ", self.told)
        self.deploy(self.zip())
        self.cloud.taken()
        self.deploy(self.zip(2), dry_run=True, memory=1024)
        self.assertEqual(self.changes(), [])
        self.assertIn("and set memorySize, cpu: PUT ", self.told)

    def test_refusals(self):
        path = self.zip()
        self.assertIn("the secret of the environment does not belong to its access key",
                      self.run_it("function", path, 5, {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "wrong"}))
        self.assertIn("InvalidAccessKeyId.NotFound", self.run_it("function", path, 5, {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIother"}))
        path.write_bytes(b"no zip at all")
        self.assertIn("the code is no zip; request R1", self.deploy(path, code=5))

    def test_a_second_user_at_the_same_time(self):
        self.deploy(self.zip())
        self.faults.faults[:] = [Fault("PUT", PATH, (409, "ConcurrentUpdateError"), times=2)]
        self.deploy(self.zip(2))
        self.assert_code(self.zip(2))


if __name__ == "__main__":
    unittest.main()
