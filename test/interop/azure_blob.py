#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What azure::Blob puts into Azurite is read back by azure-storage-blob: bytes, metadata, checksums, blocks; through faults of
the network, kills and races nothing is lost and nothing done twice.

usage: azure_blob.py
$DAYPACK_PUT_AZURE is the program of test/support/put_azure.cpp. Azurite is installed by npm, the SDK by uv, both pinned.
"""
import base64
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("counterparts", "support")]
import azurite
import cli
import lambda_emulator
import store_faults
from store_faults import Fault

PROGRAM = os.environ.get("DAYPACK_PUT_AZURE")
MIB = 1 << 20
BLOCKS = {"single_up_to": MIB, "part_size": 5 * MIB}


class Puts(unittest.TestCase):
    number = 0

    @classmethod
    def setUpClass(cls):
        if not PROGRAM or not shutil.which(lambda_emulator.UV) or not azurite.installed():
            raise unittest.SkipTest("it takes the program, uv and npm")
        sys.path.append(str(lambda_emulator.installed(azurite.STORAGE)))
        cls.store = azurite.Azurite().__enter__()
        cls.addClassCleanup(cls.store.__exit__)
        cls.faults = store_faults.Faults(cls.store.host).__enter__()
        cls.addClassCleanup(cls.faults.__exit__)
        cls.endpoint = f"{cls.faults.endpoint}/{cls.store.account}"
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="daypack-azure-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.service = cls.store.service()

    def setUp(self):
        self.faults.faults.clear()
        self.faults.taken()
        type(self).number += 1
        self.container = f"packages-{self.number}"
        self.service.create_container(self.container)

    def file(self, size, seed=1):
        path = self.folder / f"{size}-{seed}.zip"
        if not path.exists():
            path.write_bytes(b"PK" + random.Random(seed).randbytes(size - 2))
        return path

    def start(self, path, environment=None, **options):
        settings = cli.environment(**{**self.store.environment(self.endpoint), **(environment or {})})
        return subprocess.Popen([PROGRAM, path, json.dumps({"container": self.container, **options})], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, env=settings)

    def put(self, path, code=0, environment=None, **options):
        """What the program says; of a failure, its words."""
        process = self.start(path, environment, **options)
        out, self.told = process.communicate(timeout=300)
        self.assertEqual(process.returncode, code, self.told)
        return json.loads(out) if code == 0 else self.told

    def blob(self, name):
        return self.service.get_blob_client(self.container, name)

    def assert_stored(self, name, path):
        found = self.blob(name).download_blob()
        content = found.readall()
        self.assertEqual(hashlib.sha256(content).hexdigest(), cli.sha256(path))
        self.assertEqual(found.properties.metadata["daypack_sha256"], cli.sha256(path))
        self.assertEqual(bytes(found.properties.content_settings.content_md5), hashlib.md5(content).digest())
        return found.properties

    def waiting(self, name):
        return self.blob(name).get_block_list("uncommitted")[1]

    def test_one_piece(self):
        path = self.file(100_000)
        put = self.put(path, prefix="a/", metadata={"Commit": "abc", "empty": ""}, content_type="application/x-zip")
        self.assertEqual(put["name"], f"a/{cli.sha256(path)}.zip")
        found = self.assert_stored(put["name"], path)
        self.assertEqual((found.metadata["Commit"], found.content_settings.content_type, found.etag), ("abc", "application/x-zip", f'"{put["etag"]}"'))
        self.faults.taken()
        self.assertTrue(self.put(path, prefix="a/", content_type="application/x-zip")["unchanged"])
        self.assertEqual([method for method, _ in self.faults.taken()], ["HEAD"])

    def test_blocks(self):
        path = self.file(23 * MIB + 7)
        put = self.put(path, metadata={"Commit": "abc"}, **BLOCKS)
        self.assertEqual(self.assert_stored(put["name"], path).metadata["Commit"], "abc")
        self.assertEqual([one.size for one in self.blob(put["name"]).get_block_list("committed")[0]], [5 * MIB] * 4 + [3 * MIB + 7])
        self.assertTrue(self.put(path, **BLOCKS)["unchanged"])

    def test_odd_names(self):
        for number, name in enumerate(("\u00e9 \u4e2d/+ &=?#%2F~!*'();:@$,[].zip", "a/b c.zip", "x" * 250 + "/" + "y" * 250 + "/z", "dots/a..b.zip")):
            path = self.file(1000 + number)
            self.assertEqual(self.put(path, name=name)["name"], name)
            self.assert_stored(name, path)

    def test_replacing_and_deleting(self):
        first, second = self.file(1000), self.file(2000)
        self.put(first, name="k.zip")
        self.assertFalse(self.put(second, name="k.zip")["unchanged"])
        self.assert_stored("k.zip", second)
        self.put(second, name="k.zip", remove=True)
        self.assertFalse(self.blob("k.zip").exists())

    def test_what_the_official_client_has_put_is_known(self):
        from azure.storage.blob import ContentSettings
        path = self.file(3000)
        self.blob("k.zip").upload_blob(path.read_bytes(), content_settings=ContentSettings(
            content_type="application/zip", content_md5=bytearray(hashlib.md5(path.read_bytes()).digest())))
        self.assertTrue(self.put(path, name="k.zip")["unchanged"])

    def test_a_sas_opens_it(self):
        """Ours lets anybody read; with the official client's the program writes."""
        path = self.file(1000)
        url = self.put(path, name="a b/\u00e9.zip", sas=True)["sas"]
        self.assertEqual(urllib.request.urlopen(url).read(), path.read_bytes())
        for bad in url.replace("sp=r", "sp=rw"), url.replace("%C3%A9", "e"):
            self.assertRaises(urllib.error.HTTPError, urllib.request.urlopen, bad)
        environment = {"AZURE_STORAGE_CONNECTION_STRING": None, "AZURE_STORAGE_ACCOUNT": self.store.account,
                       "AZURE_STORAGE_SAS_TOKEN": self.store.container_sas(self.container, "rcw")}
        large = self.file(6 * MIB)
        for one in path, large:
            self.assert_stored(self.put(one, environment=environment, blob_url=self.endpoint, **BLOCKS)["name"], one)
        environment["AZURE_STORAGE_SAS_TOKEN"] = self.store.container_sas(self.container, "r")
        told = self.put(path, 5, name="other.zip", environment=environment, blob_url=self.endpoint)
        self.assertIn("creating and writing", told)
        self.assertNotIn(environment["AZURE_STORAGE_SAS_TOKEN"].rpartition("sig=")[2], told)

    def test_faults_that_pass(self):
        """Whatever happens once to one request: the blob is there in the end."""
        path = self.file(6 * MIB)
        cases = [(method, pattern, kind) for method, pattern in (("HEAD", ""), ("GET", "blocklist"), ("PUT", "comp=block&"), ("PUT", "comp=blocklist"))
                 for kind in ("gone", "lost", "cut", (503, "ServerBusy"), (500, "InternalError"), (500, "OperationTimedOut"))]
        cases += [("PUT", "comp=block&", "reset"), ("PUT", "comp=block&", (400, "Crc64Mismatch"))]
        for number, case in enumerate(cases):
            with self.subTest(case):
                self.faults.faults[:] = [Fault(*case)]
                for name in f"{number}.zip", "":
                    self.assert_stored(self.put(path, name=name, prefix="" if name else f"{number}/", **BLOCKS)["name"], path)
        small = self.file(1000)
        for number, kind in enumerate(("gone", "lost", "cut", "reset", (503, "ServerBusy"), (400, "Md5Mismatch"))):
            with self.subTest(kind):
                self.faults.faults[:] = [Fault("PUT", "", kind)]
                self.assert_stored(self.put(small, prefix=f"one-{number}/")["name"], small)

    def test_a_network_that_is_gone_is_told_and_the_next_run_goes_on(self):
        path = self.file(23 * MIB + 7)
        self.faults.faults[:] = [Fault("PUT", "comp=block&", "reset", times=1000, after=2)]
        told = self.put(path, 5, name="k.zip", parallel=1, **BLOCKS)
        self.assertIn("run again: the parts that have arrived are kept", told)
        self.assertEqual(len(self.waiting("k.zip")), 2)
        self.faults.faults.clear()
        self.faults.taken()
        self.put(path, name="k.zip", **BLOCKS)
        self.assertIn("an interrupted upload is continued: 2 of 5 parts are there", self.told)
        self.assertEqual(self.faults.count("PUT", "comp=block&"), 3)
        self.assert_stored("k.zip", path)
        self.assertEqual(self.waiting("k.zip"), [])

    def test_killed_in_the_middle(self):
        path = self.file(38 * MIB)
        self.faults.faults[:] = [Fault("PUT", "comp=block&", ("slow", 0.3), times=1000)]
        for how, code in ((signal.SIGKILL, -9), (signal.SIGTERM, 130)):
            with self.subTest(how):
                process = self.start(path, parallel=2, name=f"{how}.zip", **BLOCKS)
                while not re.match("advanced: [1-9]", process.stderr.readline()):
                    self.assertIsNone(process.poll())
                process.send_signal(how)
                process.communicate()
                self.assertEqual(process.returncode, code)
                self.faults.taken()
                self.put(path, name=f"{how}.zip", **BLOCKS)
                self.assertIn("an interrupted upload is continued", self.told)
                self.assertLess(self.faults.count("PUT", "comp=block&"), 8)
                self.assert_stored(f"{how}.zip", path)

    def test_many_at_once(self):
        """The same package from many machines: one blob, all succeed."""
        for size in 200_000, 12 * MIB:
            path = self.file(size, seed=3)
            processes = [self.start(path, **BLOCKS) for _ in range(4)]
            told = [process.communicate(timeout=300) for process in processes]
            self.assertEqual([process.returncode for process in processes], [0] * 4, told)
            self.assert_stored(json.loads(told[0][0])["name"], path)

    def test_what_changes_on_the_way_is_refused(self):
        """Azurite compares the checksums: a block whose CRC is another one is not taken, and no bytes of it."""
        blob = self.blob("k.zip")
        request = urllib.request.Request(blob.url + "?comp=block&blockid=QUFBQQ%3D%3D&" + self.store.container_sas(self.container, "cw"), b"bytes", method="PUT",
                                         headers={"x-ms-content-crc64": base64.b64encode(b"no crc64").decode(), "x-ms-version": "2022-11-02"})
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        self.assertEqual(refused.exception.headers["x-ms-error-code"], "Crc64Mismatch")

    def test_refusals(self):
        path, large = self.file(1000), self.file(12 * MIB)
        for one in path, large:
            self.assertIn("create the container", self.put(one, 5, container="nobody-has-this", **BLOCKS))
            told = self.put(one, 5, environment={"AZURE_STORAGE_CONNECTION_STRING": self.store.connection_string(self.endpoint, azurite.other_key())}, **BLOCKS)
            self.assertIn("does not open the account", told)
            self.assertNotIn(azurite.other_key()[:12], told)
        self.assertIn("a container cannot have this name", self.put(path, 2, container="No_Container"))

    def test_nobody_is_there(self):
        began = time.monotonic()
        told = self.put(self.file(1000), 5, environment=self.store.environment("http://127.0.0.1:9/devstoreaccount1"))
        self.assertIn("127.0.0.1:9", told)
        self.assertLess(time.monotonic() - began, 20)

    def test_memory(self):
        put = self.put(self.file(256 * MIB))
        self.assertLess(put["memory"], 128 * 1000 * 1000)


if __name__ == "__main__":
    unittest.main()
