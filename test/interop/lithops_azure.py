#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Runtimes of Lithops on Azure Functions: the app is made, Microsoft's worker answers from what was deployed, by queues of Azurite;
names and keys are those that Lithops itself computes.
"""
import json
import pathlib
import subprocess
import sys
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("counterparts", "support")]
import azure_group
import azure_worker_run
import azurite
import cli
import lithops_lab

# What the backend computes, without what it would ask Azure's tools.
NAMES = """
import json, sys
from lithops.serverless.backends.azure_functions.azure_functions import AzureFunctionAppBackend
backend = AzureFunctionAppBackend.__new__(AzureFunctionAppBackend)
backend.name, backend.trigger, backend.storage_account_name = "azure_functions", "pub/sub", sys.argv[1]
app = backend._format_function_name(sys.argv[2])
print(json.dumps([app, backend.get_runtime_key(sys.argv[2], 2048), backend._format_queue_name(app, "in-trigger"), backend._format_host_id(sys.argv[2])]))
"""


@unittest.skipUnless(azure_worker_run.PYTHON and azurite.installed(), "no Python 3.13, which Azure's worker wants, or no npm")
class OnAzure(lithops_lab.LithopsTest):
    def setUp(self):
        super().setUp()
        self.folder_of_tools = azure_group.importable(f"lithops=={lithops_lab.VERSION}")
        sys.path.append(self.folder_of_tools)
        self.storage = self.enterContext(azurite.Azurite(queues=True))
        ask = lambda *words: azure_worker_run.ask(self, *words)
        self.azure = self.enterContext(azure_group.Group(self.storage, self.folder / "host", ask))
        self.configure({**self.azure.environment(), **self.storage.environment()},
                       {"lithops": {"backend": "azure_functions"}, "azure_functions": {"resource_group": "group", "region": "westeurope"},
                        "azure_storage": {"storage_account_name": self.storage.account, "storage_account_key": self.storage.key, "storage_bucket": "lithops-data"}})
        self.place = ["--endpoint-url", self.azure.endpoint]
        self.site = [*self.place, "--scm-url", self.azure.endpoint]

    def computed(self, name):
        finished = subprocess.run([sys.executable, "-c", NAMES, self.storage.account, name], capture_output=True, text=True,
                                  env=cli.environment(PYTHONPATH=self.folder_of_tools, HOME=str(self.folder / "home")))
        self.assertEqual(finished.returncode, 0, finished.stderr)
        return json.loads(finished.stdout.splitlines()[-1])

    def metadata(self):
        container = self.storage.service().get_container_client("lithops-data")
        return {one.name: json.loads(container.download_blob(one.name).readall()) for one in container.list_blobs()}

    def test_a_runtime_from_the_seeds_words_to_its_end(self):
        self.write("requirements.txt", "flask\nmatplotlib")
        built = self.asked("build", "-b", "azure_functions", "-f", "requirements.txt", "matplotlib-runtime", "--python", "3.13", "--lithops", lithops_lab.VERSION)
        self.assertLessEqual({"matplotlib", "azure-functions", "kubernetes", "lithops"}, {one["name"] for one in built["distributions"]})
        planned = self.asked("deploy", "matplotlib-runtime", *self.site, "--dry-run")
        self.assertEqual((self.azure.apps, planned["digest"]), ({}, built["sha256"]))
        live = self.asked("deploy", "-b", "azure_functions", "-s", "azure_storage", "matplotlib-runtime", *self.site)
        app, key, queue, host = self.computed("matplotlib-runtime")
        with self.subTest("names, settings and tags are Lithops' own"):
            self.assertEqual((live["worker"], live["key"]), (app, key))
            made = self.azure.apps[app]
            self.assertEqual(made["tags"], {"type": "lithops-runtime", "lithops_version": lithops_lab.VERSION, "runtime_name": "matplotlib-runtime"})
            self.assertEqual((self.azure.settings["LITHOPS_IN_QUEUE"], self.azure.settings["AzureFunctionsWebHost__hostid"]), (queue, host))
            self.assertEqual(made["properties"]["functionAppConfig"]["scaleAndConcurrency"]["instanceMemoryMB"], 2048)
        with self.subTest("Microsoft's worker has answered, and Lithops finds what it said"):
            (path, told), = self.metadata().items()
            self.assertEqual(path, f"lithops.runtimes/{key}.meta.json")
            self.assertEqual((told["lithops_version"], told["python_version"], told["runtime_timeout"]), (lithops_lab.VERSION, "3.13", 300))
            self.assertIn(["matplotlib", True], told["preinstalls"])
        with self.subTest("again, nothing is sent"):
            self.assertTrue(self.asked("deploy", "matplotlib-runtime", *self.site)["unchanged"])
            self.assertEqual(len(self.azure.deployments), 1)
        with self.subTest("listed and deleted by its very name"):
            self.assertEqual(self.asked("list", *self.place)["runtimes"],
                             [{"runtime": "matplotlib-runtime", "memory": 2048, "lithops_version": lithops_lab.VERSION, "worker": app}])
            self.runtime("delete", "matplotlib", *self.place, code=1)
            self.assertEqual(self.asked("delete", "matplotlib-runtime", *self.place)["deleted"], [app])
            self.assertEqual((self.azure.apps, self.metadata()), ({}, {}))

    def test_names_with_underscores_and_sizes_between(self):
        self.write("empty.txt", "")
        self.asked("build", "-f", "empty.txt", "my_runtime", "--python", "3.13", "--lithops", lithops_lab.VERSION)
        told = self.runtime("deploy", "my_runtime", *self.site, "--memory", "1024", "--json")
        live, (app, key, *_) = json.loads(told.out), self.computed("my_runtime")
        self.assertEqual((live["worker"], live["key"], live["memory"]), (app.replace("_", "-"), key, 2048))
        self.assertIn("instances have 512, 2048 or 4096 MB: they get 2048", told.err)


if __name__ == "__main__":
    cli.main()
