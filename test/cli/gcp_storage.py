#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Packages put into a bucket of Google Cloud Storage: an emulator takes them, Google's own client reads back."""
import hashlib
import os
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "counterparts"))
import gcs_server
import lambda_emulator


@unittest.skipUnless(shutil.which(lambda_emulator.UV), "no uv")
class GoogleStorage(cli.CommandLineTest):
    @classmethod
    def setUpClass(cls):
        cls.store = gcs_server.GoogleStorage().__enter__()
        cls.addClassCleanup(cls.store.__exit__)

    def setUp(self):
        super().setUp()
        self.options = {"env": cli.environment(**self.store.environment())}

    def build(self, *words):
        self.write("app.py", "def main(request):\n    return 'ok'\n")
        self.daypack("build", "-b", "gcp_functions", "--python", "3.12", "six==1.17.0", "--add", "app.py", "--bytecode", "none", "-o", "out.zip", *words)
        return (self.folder / "out.zip").read_bytes()

    def put(self, to, *words, code=0):
        return self.answer("deploy", "out.zip", "--to", to, *words, code=code, **self.options)

    def test_a_package_lies_under_its_digest(self):
        content = self.build()
        digest = hashlib.sha256(content).hexdigest()
        live = self.put("gs://packages/some/where", "--metadata", "commit=1a2b", "--metadata", "by=tests")
        key = f"some/where/{digest}.zip"
        self.assertEqual((live["id"], live["digest"], live["unchanged"]), (f"gs://packages/{key}", digest, False))
        blob = self.store.bucket().get_blob(key)
        self.assertEqual(blob.download_as_bytes(), content)
        self.assertEqual(blob.metadata, {"commit": "1a2b", "by": "tests", "daypack-sha256": digest})
        self.assertTrue(self.put("gs://packages/some/where")["unchanged"])

    def test_a_large_one_under_a_name(self):
        self.write("data.bin", os.urandom(10_500_000).hex())
        content = self.build("--add", "data.bin")
        self.assertGreater(len(content), 9 << 20)
        live = self.put("gs://packages", "--key", "large.zip")
        self.assertEqual((live["id"], live["unchanged"]), ("gs://packages/large.zip", False))
        self.assertEqual(self.store.bucket().get_blob("large.zip").download_as_bytes(), content)
        self.assertTrue(self.put("gs://packages", "--key", "large.zip")["unchanged"])

    def test_refusals(self):
        self.build()
        finished = self.daypack("deploy", "out.zip", "--to", "gs://elsewhere", code=5, **self.options)
        self.assertIn("cannot put an object: gs://elsewhere/", finished.err)
        finished = self.daypack("deploy", "out.zip", "--to", "gs://packages", "--role", "x", code=2, **self.options)
        self.assertIn("--role with --to gs://packages", finished.err)
        dry = self.daypack("deploy", "out.zip", "--to", "gs://packages/dry", "--dry-run", **self.options)
        self.assertIn("would put the package there", dry.err)
        self.assertIsNone(self.store.bucket().get_blob("dry/" + dry.out.strip().rsplit("/", 1)[1]))


if __name__ == "__main__":
    unittest.main()
