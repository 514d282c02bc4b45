#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Packages deployed to function apps by HTTP: tokens, the resource manager and the deployment site are the tests' own server, Blob
storage is Azurite; through lost answers and kills the app has in the end what one undisturbed deployment would have made.

usage: azure_functions.py
$DAYPACK_DEPLOY_AZURE is the program of test/support/deploy_azure.cpp. Azurite is installed by npm, pinned.
"""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("counterparts", "support")]
import azure_arm
import azurite
import cli
import lambda_emulator

PROGRAM = os.environ.get("DAYPACK_DEPLOY_AZURE")


@unittest.skipUnless(PROGRAM, "it takes the program")
class Deployments(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="daypack-azure-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.package = self.folder / "out.zip"
        self.package.write_bytes(b"PK" + bytes(100_000))
        self.digest = hashlib.sha256(self.package.read_bytes()).hexdigest()

    def platform(self, *options, **more):
        made = azure_arm.Platform(*options, **more).__enter__()
        self.addCleanup(made.__exit__)
        return made

    def start(self, azure, environment=None, **options):
        settings = cli.environment(**{**azure.environment(), **(environment or {})})
        return subprocess.Popen([PROGRAM, self.package, json.dumps({**azure.options(), **options})], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=settings)

    def deploy(self, azure, code=0, environment=None, **options):
        """What the program says; of a failure, its words."""
        process = self.start(azure, environment, **options)
        out, self.told = process.communicate(timeout=120)
        self.assertEqual(process.returncode, code, self.told)
        self.assertNotIn("hidden-", self.told)
        return json.loads(out) if code == 0 else self.told

    def assert_live(self, azure, count=1):
        self.assertEqual(len(azure.deployments), count)
        self.assertEqual(azure.deployments[-1]["body"], self.package.read_bytes())
        self.assertEqual(azure.settings["THEIRS"], "stays")

    def test_every_plan(self):
        for sku in "FlexConsumption", "ElasticPremium":
            with self.subTest(sku):
                azure = self.platform(sku)
                live = self.deploy(azure, environment={}, memory=4096 if sku == "FlexConsumption" else 0)
                self.assertEqual((live["version"], live["unchanged"], live["url"]), ("d1", False, "https://app.azurewebsites.net"))
                self.assert_live(azure)
                self.assertEqual(azure.memory, 4096 if sku == "FlexConsumption" else 2048)
                azure.seen.clear()
                self.assertTrue(self.deploy(azure)["unchanged"])
                self.assertEqual(azure.changes(), [])
        told = self.deploy(self.platform("Dynamic"), 2)
        self.assertIn("deploy by RunFromPackage", told)

    def test_lost_answers(self):
        for sku, push in ("FlexConsumption", "/api/publish"), ("ElasticPremium", "/api/zipdeploy"):
            for path, method in ("oauth2", "POST"), ("/config/appsettings?", "PUT"), (push, "POST"), ("/api/deployments", "GET"):
                for kind in ("lost", "gone", 503) if path == push else ("lost",):
                    with self.subTest(sku=sku, path=path, kind=kind):
                        azure = self.platform(sku)
                        azure.faults.append((method, path, kind))
                        self.assertEqual(self.deploy(azure)["version"], "d1")
                        self.assert_live(azure)

    def test_killed_at_any_moment(self):
        """The next run finds what the killed one has begun, and ends it."""
        for sku in "FlexConsumption", "ElasticPremium":
            for moment in 0.05, 0.3, 0.7:
                with self.subTest(sku=sku, moment=moment):
                    azure = self.platform(sku, seconds=0.8)
                    process = self.start(azure)
                    time.sleep(moment)
                    process.send_signal(signal.SIGKILL)
                    process.communicate()
                    self.deploy(azure)
                    self.assertEqual(azure.deployments[-1]["body"], self.package.read_bytes())
                    self.assertLessEqual(len(azure.deployments), 2 if sku == "FlexConsumption" else 1)
                    self.assertTrue(self.deploy(azure)["unchanged"])

    def test_two_at_once(self):
        azure = self.platform("ElasticPremium", seconds=1)
        processes = [self.start(azure) for _ in range(2)]
        told = [process.communicate(timeout=120) for process in processes]
        self.assertEqual([process.returncode for process in processes], [0, 0], told)
        self.assertEqual(azure.deployments[-1]["body"], self.package.read_bytes())

    def test_failures(self):
        azure = self.platform()
        azure.fails_with, azure.log = 3, [{"message": "Validating the package"}, {"message": "[KuduSpecializer] no host.json"}]
        self.assertIn("Validating the package | [KuduSpecializer] no host.json", self.deploy(azure, 5))
        azure.fails_with = None
        self.assertFalse(self.deploy(azure)["unchanged"])
        told = self.deploy(azure, 5, environment={"AZURE_CLIENT_SECRET": "hidden-wrong-secret"})
        self.assertIn("the secret is not the application's", told)
        self.assertIn("there is no such function app", self.deploy(azure, 1, app="other"))

    def test_a_publish_profile(self):
        azure = self.platform("ElasticPremium")
        profile = self.folder / "profile.xml"
        profile.write_text(f'<publishData><publishProfile publishMethod="ZipDeploy" publishUrl="{azure.endpoint}" userName="{azure.user}" '
                           f'userPWD="{azure.password}"/></publishData>')
        options = {"environment": {"AZURE_CLIENT_SECRET": None}, "publish_profile": str(profile), "scm_url": ""}
        self.assertEqual(self.deploy(azure, **options)["version"], "d1")
        self.assertTrue(self.deploy(azure, **options)["unchanged"])
        profile.write_text(profile.read_text().replace(azure.password, "hidden-other"))
        self.assertIn("basic authentication", self.deploy(azure, 5, **options))

    def test_run_from_package(self):
        if not shutil.which(lambda_emulator.UV) or not azurite.installed():
            raise unittest.SkipTest("it takes uv and npm")
        sys.path.append(str(lambda_emulator.installed(azurite.STORAGE)))
        with azurite.Azurite() as store:
            store.service().create_container("function-releases")
            azure = self.platform("Dynamic")
            azure.settings["AzureWebJobsStorage"] = store.connection_string()
            options = {"container": "function-releases"}
            self.assertEqual(self.deploy(azure, **options)["version"], f"{self.digest}.zip")
            url = azure.settings["WEBSITE_RUN_FROM_PACKAGE"]
            self.assertEqual(urllib.request.urlopen(url).read(), self.package.read_bytes())
            self.assertEqual((azure.settings["THEIRS"], azure.synced), ("stays", 1))
            self.assertTrue(self.deploy(azure, **options)["unchanged"])
            self.assertEqual(azure.settings["WEBSITE_RUN_FROM_PACKAGE"], url)
            for path, method in ("/config/appsettings?", "PUT"), ("syncfunctiontriggers", "POST"):
                azure.settings = {"THEIRS": "stays", "AzureWebJobsStorage": store.connection_string()}
                azure.faults.append((method, path, "lost"))
                self.deploy(azure, **options)
                self.assertEqual(urllib.request.urlopen(azure.settings["WEBSITE_RUN_FROM_PACKAGE"]).read(), self.package.read_bytes())
            self.assertIn("cannot be set", self.deploy(azure, 2, memory=512))


if __name__ == "__main__":
    unittest.main()
