#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What aliyun::Oss puts into a store is read back by the official client: bytes, metadata, checksums; through faults of the
network, kills and races nothing is lost, nothing done twice, nothing left behind. Each signature is judged by the official SDK.

usage: oss.py      $DAYPACK_PUT_S3 is the program of test/support/put_s3.cpp
"""
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("counterparts", "support")]
import aliyun
import cli
import lambda_emulator
import store_faults
from store_faults import Fault

PROGRAM = os.environ.get("DAYPACK_PUT_S3")
MIB = 1 << 20
PART = {"single_up_to": MIB, "part_size": MIB}


@unittest.skipUnless(PROGRAM and shutil.which(lambda_emulator.UV), "it takes the program and uv")
class Puts(unittest.TestCase):
    token = ""

    @classmethod
    def setUpClass(cls):
        cls.cloud = aliyun.Aliyun(token=cls.token).__enter__()
        cls.faults = store_faults.Faults(cls.cloud.host).__enter__()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="daypack-oss-"))

    @classmethod
    def tearDownClass(cls):
        cls.faults.__exit__()
        cls.cloud.__exit__()
        shutil.rmtree(cls.folder)

    def setUp(self):
        self.faults.faults.clear()
        self.faults.taken()
        self.cloud.objects.clear()
        self.cloud.uploads.clear()
        self.cloud.buckets.clear()
        self.cloud.refused.clear()
        self.cloud.clock_ahead = 0

    def file(self, size, seed=1):
        path = self.folder / f"{size}-{seed}.zip"
        if not path.exists():
            path.write_bytes(b"PK" + random.Random(seed).randbytes(size - 2))
        return path

    def start(self, path, environment=None, **options):
        settings = cli.environment(**{**self.cloud.environment(self.faults.endpoint), **(environment or {})})
        told = json.dumps({"store": "oss", "bucket": "packages", **options})
        return subprocess.Popen([PROGRAM, path, told], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=settings)

    def put(self, path, code=0, environment=None, **options):
        """What the program says; of a failure, its words."""
        process = self.start(path, environment, **options)
        out, self.told = process.communicate(timeout=120)
        self.assertEqual(process.returncode, code, self.told)
        self.assertNotIn(self.cloud.secret, self.told)
        return json.loads(out) if code == 0 else self.told

    def assert_stored(self, key, path):
        import alibabacloud_oss_v2 as oss
        found = self.cloud.oss().get_object(oss.GetObjectRequest(bucket="packages", key=key))
        self.assertEqual(found.body.content, path.read_bytes())
        self.assertEqual(found.metadata["daypack-sha256"], cli.sha256(path))
        self.assertEqual(str(found.hash_crc64), aliyun.crc64(path.read_bytes()))
        self.assertEqual(self.cloud.uploads, {})
        return found

    def test_one_piece(self):
        path = self.file(100_000)
        put = self.put(path, prefix="a/", metadata={"Commit": "abc", "empty": ""}, content_type="application/x-zip")
        self.assertEqual(put["key"], f"a/{cli.sha256(path)}.zip")
        found = self.assert_stored(put["key"], path)
        self.assertEqual((found.metadata["commit"], found.content_type), ("abc", "application/x-zip"))
        self.faults.taken()
        self.assertTrue(self.put(path, prefix="a/", content_type="application/x-zip")["unchanged"])
        self.assertEqual([method for method, _ in self.faults.taken()], ["HEAD"])
        self.assertEqual(self.cloud.refused, ["NoSuchKey"])

    def test_parts(self):
        path = self.file(11 * MIB + 7)
        put = self.put(path, metadata={"Commit": "abc"}, **PART)
        self.assertEqual(self.assert_stored(put["key"], path).metadata["commit"], "abc")
        self.assertEqual(self.faults.count("PUT"), 12)
        self.assertTrue(self.put(path, **PART)["unchanged"])
        self.assertEqual(self.faults.count("PUT"), 12)

    def test_odd_keys(self):
        for number, key in enumerate(("\u00e9 \u4e2d/+ &=?#%2F~!*'();:@$,[].zip", "a/b c.zip", "x" * 250 + "/" + "y" * 250 + "/z", "dots/a..b.zip")):
            path = self.file(1000 + number)
            self.assertEqual(self.put(path, key=key)["key"], key)
            self.assert_stored(key, path)
            large = self.file(2 * MIB + number)
            self.put(large, key=key, **PART)
            self.assert_stored(key, large)

    def test_replacing_and_deleting(self):
        first, second = self.file(1000), self.file(2000)
        self.put(first, key="k.zip")
        self.assertFalse(self.put(second, key="k.zip")["unchanged"])
        self.assert_stored("k.zip", second)
        self.put(second, key="k.zip", remove=True)
        self.assertEqual(self.cloud.objects, {})

    def test_other_bytes_under_the_name(self):
        path = self.file(1000)
        self.cloud.objects["packages", f"{cli.sha256(path)}.zip"] = b"PK", {"x-oss-hash-crc64ecma": "1"}
        self.assertIn("other bytes lie under the name of the package", self.put(path, code=1))

    def test_faults_of_the_network(self):
        small, large = self.file(200_000), self.file(5 * MIB + 1)
        for kind in ("gone", "reset", "lost", "cut", (503, "ServiceUnavailable"), (429, "Throttling"), (500, "InternalError")):
            for method, pattern, path, options in (("HEAD", "zip", small, {}), ("PUT", "zip", small, {}), ("POST", r"\?uploads", large, PART),
                                                   ("PUT", "partNumber=3", large, PART), ("POST", "uploadId", large, PART)):
                with self.subTest(kind=kind, method=method, pattern=pattern):
                    self.cloud.objects.clear()
                    self.faults.faults[:] = [Fault(method, pattern, kind)]
                    self.assert_stored(self.put(path, **options)["key"], path)
                    self.assertEqual(len(self.cloud.objects), 1)

    def test_a_kill_and_a_stop(self):
        path = self.file(8 * MIB)
        for how in (signal.SIGKILL, signal.SIGTERM):
            with self.subTest(how=how):
                self.setUp()
                self.faults.faults[:] = [Fault("PUT", "partNumber", ("slow", 0.4), times=99, after=3)]
                process = self.start(path, parallel=1, **PART)
                for line in process.stderr:
                    if line.startswith(f"advanced: {4 * MIB} "):
                        process.send_signal(how)
                        break
                process.communicate(timeout=60)
                self.assertNotEqual(process.returncode, 0)
                self.assertEqual(len(self.cloud.uploads), 1)
                self.faults.faults.clear()
                self.faults.taken()
                put = self.put(path, **PART)
                self.assertIn("an interrupted upload is continued", self.told)
                self.assertLess(self.faults.count("PUT"), 6)
                self.assert_stored(put["key"], path)

    def test_races(self):
        path = self.file(3 * MIB)
        for options in ({}, PART):
            self.setUp()
            racers = [self.start(path, **options) for _ in range(4)]
            for racer in racers:
                _, told = racer.communicate(timeout=60)
                self.assertEqual(racer.returncode, 0, told)
            self.assert_stored(f"{cli.sha256(path)}.zip", path)

    def test_a_store_that_keeps_other_bytes(self):
        kept = aliyun.crc64
        aliyun.crc64 = lambda data: "1"
        try:
            self.assertIn("the store has kept other bytes than were sent", self.put(self.file(1000), code=4))
            self.assertIn("part 1 (got checksum 1,", self.put(self.file(3 * MIB), code=4, **PART))
        finally:
            aliyun.crc64 = kept
        self.assertEqual(self.cloud.uploads, {})

    def test_a_clock_that_is_off(self):
        self.cloud.clock_ahead = 3600
        put = self.put(self.file(1000), environment={"OSS_ENDPOINT": self.cloud.endpoint})
        self.assertEqual(self.cloud.refused, ["RequestTimeTooSkewed"] * 2)  # of HEAD, which says no code, and of PUT
        self.assertIn(put["key"], [key for _, key in self.cloud.objects])

    def test_refusals(self):
        path = self.file(1000)
        words = self.put(path, code=5, environment={"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "wrong"})
        self.assertTrue(words.splitlines()[-3:], words)
        self.assertIn("SignatureDoesNotMatch 403", words)
        self.assertIn("the secret of the environment does not belong to its access key", words)
        self.assertIn("InvalidAccessKeyId", self.put(path, code=5, environment={"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIother"}))
        self.cloud.buckets["others"] = "cn-hangzhou"
        self.assertIn("hint: create it (aliyun oss mb oss://packages", self.put(path, code=5))

    def test_memory(self):
        path = self.file(192 * MIB)
        self.assertLess(self.put(path)["memory"], 96 * MIB)  # eight parts of 8 MiB on their way


class PutsWithASession(Puts):
    token = "CAISsession//+=="


if __name__ == "__main__":
    unittest.main()
