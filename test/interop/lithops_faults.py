#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What goes wrong with `lithops runtime` and is well here: a test for each, named after the fault."""
import base64
import json
import pathlib
import random
import shutil
import sys
import unittest
import zipfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("counterparts", "support")]
import cli
import lambda_emulator
import lithops_lab

PACK = ["--lithops", lithops_lab.VERSION, "--bytecode", "none"]
ALIYUN = [*PACK, "-b", "aliyun_fc", "--python", "3.10"]


@unittest.skipUnless(shutil.which(lambda_emulator.UV), "no uv")
class Packages(lithops_lab.LithopsTest):
    def setUp(self):
        super().setUp()
        self.configure({}, {})

    def build(self, *words, requirements="colorama\nrequests\n", name="mine"):
        self.write("requirements.txt", requirements)
        self.built = self.asked("build", *words, "-f", "requirements.txt", name)
        return {one["name"] for one in self.built["distributions"]}

    def names(self):
        with zipfile.ZipFile(self.built["path"]) as archive:
            return set(archive.namelist())

    def test_the_users_requirements_are_not_ignored_on_aliyun(self):
        self.assertIn("colorama", self.build(*ALIYUN))
        self.assertIn("colorama/__init__.py", self.names())

    def test_requirements_come_with_what_they_need(self):
        self.assertLessEqual({"requests", "urllib3", "idna", "certifi"}, self.build(*ALIYUN))

    def test_mandatory_packages_are_never_removed(self):
        self.write("requirements.txt", "colorama")
        told = self.runtime("build", *ALIYUN, "-f", "requirements.txt", "mine").err
        self.assertIn("added, since Lithops needs them: six, pika, tblib, cloudpickle, ps-mem, psutil", told)
        self.assertIn("cloudpickle", self.build(*ALIYUN, requirements="cloudpickle==3.1.1\n"))
        self.assertIn({"name": "cloudpickle", "version": "3.1.1"}, self.built["distributions"])

    def test_docker_is_not_demanded(self):
        tools = self.folder / "tools"
        tools.mkdir()
        for tool in ("python3", lambda_emulator.UV):
            (tools / pathlib.Path(tool).name).symlink_to(shutil.which(tool))
        self.variables["PATH"] = str(tools)
        self.build(*ALIYUN)
        with self.subTest("a Dockerfile is no list of requirements"):
            self.write("Dockerfile", "FROM python\n")
            self.assertIn("got a Dockerfile", self.runtime("build", *ALIYUN, "-f", "Dockerfile", "mine", code=2).err)

    def test_builds_do_not_delete_each_other(self):
        self.build(*ALIYUN, name="first")
        first = self.built
        self.build(*ALIYUN, name="second", requirements="colorama\n")
        self.build(*PACK, "-b", "azure_functions", "--python", "3.11", name="first", requirements="colorama\n")
        self.assertEqual(cli.sha256(first["path"]), first["sha256"])

    def test_the_last_requirement_needs_no_newline(self):
        self.assertLessEqual({"colorama", "lithops"}, self.build(*PACK, "-b", "azure_functions", "--python", "3.11", requirements="six\ncolorama"))
        self.assertIn(".python_packages/lib/site-packages/colorama/__init__.py", self.names())

    def test_the_layout_is_what_the_backend_calls(self):
        self.build(*PACK, "-b", "azure_functions", "--python", "3.11")
        self.assertLessEqual({"host.json", "lithops_handler/__init__.py", "lithops_handler/function.json",
                              ".python_packages/lib/site-packages/lithops/worker/handler.py"}, self.names())
        with zipfile.ZipFile(self.built["path"]) as archive:
            json.loads(archive.read("host.json"))  # Lithops' own has a comma too many
        self.build(*ALIYUN)
        self.assertLessEqual({"entry_point.py", "lithops/worker/handler.py"}, self.names())
        self.assertFalse([name for name in self.names() if "__pycache__" in name])

    def test_two_builds_are_the_same_bytes(self):
        self.build(*ALIYUN)
        first = self.built["sha256"]
        self.build(*ALIYUN, name="other", requirements="requests\ncolorama")
        self.assertEqual(self.built["sha256"], first)

    def test_markers_are_judged_by_the_targets_patch_version(self):
        runtimes = next(one["runtimes"] for one in self.answer("backends")["backends"] if one["name"] == "aws_lambda")
        patch = next(one["full_version"] for one in runtimes if one["python"] == "3.11")
        old = tuple(map(int, patch.split("."))) < (3, 11, 3)  # what redis 5.0.1 asks, whatever this machine's Python is
        self.assertEqual("async-timeout" in self.build(*PACK, "--python", "3.11", requirements="redis==5.0.1\n"), old)

    def test_the_architecture_is_not_ignored(self):
        self.write(".lithops_config", json.dumps({"aws_lambda": {"architecture": "arm64"}}))
        self.build(*PACK, "--python", "3.11", requirements="")
        self.assertEqual(self.built["target"]["arch"], "arm64")
        with zipfile.ZipFile(self.built["path"]) as archive:
            library = next(name for name in archive.namelist() if name.endswith(".so") and name.startswith("numpy/"))
            self.assertEqual(archive.read(library)[18:20], b"\xb7\x00", "EM_AARCH64")

    def test_no_empty_package_is_deployed(self):
        self.assertIn("the runtime was not built on this machine", self.runtime("deploy", "-b", "aliyun_fc", "nowhere", code=1).err)
        with zipfile.ZipFile(self.folder / "empty.zip", "w"):
            pass
        self.assertIn("built for another backend", self.runtime("deploy", "-b", "aliyun_fc", "--archive", "empty.zip", "x", code=2).err)
        self.write("app.py", "def handler(event, context): return 1\n")
        self.daypack("build", "-b", "aliyun_fc", "--python", "3.10", "--bytecode", "none", "--add", "app.py", "--handler", "app.handler")
        self.assertIn("Lithops is not in it", self.runtime("deploy", "-b", "aliyun_fc", "--archive", "out.zip", "x", code=2).err)

    def test_pythons_that_the_backend_lacks_are_told_before(self):
        self.assertIn("does not offer this Python: 3.11", self.runtime("build", "-b", "aliyun_fc", "--python", "3.11", *PACK, "x", code=2).err)

    def test_backends_and_names(self):
        for words, says in ((["-b", "nowhere"], "runtimes are packages of serverless backends: nowhere"), (["a b"], "Lithops takes no such name of a runtime: a b")):
            self.assertIn(says, self.runtime("build", *words, code=2).err)
        self.write(".lithops_config", "lithops:\n  mode: localhost\n")
        self.assertIn(".lithops_config says localhost", self.runtime("build", "x", code=2).err)
        self.write(".lithops_config", "aliyun_fc:\n  secret: [hush\n")
        broken = self.runtime("build", "-b", "aliyun_fc", "x", code=1).err
        self.assertIn(".lithops_config (line ", broken)
        self.assertNotIn("hush", broken)
        self.write(".lithops_config", "aliyun_fc:\n  deploy_mode: custom-container\n")
        self.assertIn("deploy_mode", self.runtime("build", "-b", "aliyun_fc", "x", code=2).err)


@unittest.skipUnless(lithops_lab.PERMITTED, lithops_lab.REASON)
class Functions(lithops_lab.AwsLithopsTest):
    def build(self, name, *words):
        self.write("requirements.txt", "numpy\n")
        return self.asked("build", "-f", "requirements.txt", "--python", cli.LOCAL_PYTHON, *PACK, *words, name)

    def code_of(self, worker):
        return self.moto.client("lambda").get_function_configuration(FunctionName=worker)["CodeSha256"]

    def test_a_conflict_is_not_swallowed_and_an_update_changes_the_function(self):
        self.build("mine")
        live = self.asked("deploy", "mine")
        before = self.code_of(live["worker"])
        self.write("more.py", "x = 1\n")
        self.build("mine", "--add", "more.py")
        again = self.asked("deploy", "mine", "--timeout", "77")
        self.assertEqual(again["worker"], live["worker"])
        self.assertNotEqual(self.code_of(live["worker"]), before)
        self.assertEqual(self.moto.client("lambda").get_function_configuration(FunctionName=live["worker"])["Timeout"], 77)
        self.build("mine")
        self.asked("update", "mine")
        self.assertEqual(self.code_of(live["worker"]), before)

    def test_nothing_sleeps_where_nothing_is_awaited(self):
        self.build("mine")
        self.cloud.seen.clear()
        self.asked("deploy", "mine", "--memory", "512")
        polls = [path for method, path in self.cloud.seen if method == "GET" and "/functions/" in path]
        self.assertLessEqual(len(polls), 2, self.cloud.seen)

    def test_list_and_delete_mean_the_very_name(self):
        for name in {one["runtime"] for one in self.asked("list")["runtimes"]}:  # of other tests
            self.asked("delete", name)
        for name in ("mine", "mine2", "not-mine"):
            self.build(name)
            self.asked("deploy", name)
        self.assertEqual({one["runtime"] for one in self.asked("list", "mine")["runtimes"]}, {"mine"})
        self.runtime("delete", "min", code=1)
        self.asked("delete", "mine", "--dry-run")
        self.assertIn("mine", {one["runtime"] for one in self.asked("list")["runtimes"]})
        self.asked("delete", "mine")
        self.assertEqual({one["runtime"] for one in self.asked("list")["runtimes"]}, {"mine2", "not-mine"})

    def test_the_package_may_be_built_on_another_machine(self):
        built = self.build("mine", "-o", "elsewhere.zip")
        live = self.asked("deploy", "theirs", "--archive", "elsewhere.zip")
        self.assertEqual((live["runtime"], live["digest"]), ("theirs", built["sha256"]))

    def test_the_architecture_reaches_the_function(self):
        settings = json.loads((self.folder / ".lithops_config").read_text())
        settings["aws_lambda"]["architecture"] = "arm64"
        self.build("arm")
        self.write(".lithops_config", json.dumps(settings))
        self.assertIn("(got x86_64, expected arm64)", self.runtime("deploy", "arm", code=2).err)

    def test_a_large_package_goes_by_lithops_bucket_which_is_made(self):
        settings = json.loads((self.folder / ".lithops_config").read_text())
        self.write(".lithops_config", json.dumps({**settings, "aws_s3": {"storage_bucket": "not-there-yet"}}))
        self.write("model.bin", random.Random(1).randbytes(51_000_000))
        built = self.build("large", "--add", "model.bin")
        live = self.asked("deploy", "large")
        self.assertEqual(self.code_of(live["worker"]), base64.b64encode(bytes.fromhex(built["sha256"])).decode())
        self.asked("delete", "large")

    def test_a_storage_that_cannot_be_reached_is_told_before_anything_is_deployed(self):
        self.build("mine")
        self.cloud.seen.clear()
        self.assertIn("Lithops' storage cannot be reached: redis (expected aws_s3)", self.runtime("deploy", "-s", "redis", "mine", code=2).err)
        self.assertEqual(self.cloud.changes(), [])

    def test_keys_of_the_configuration_do_not_show(self):
        self.variables |= {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
        self.build("mine")
        told = self.runtime("deploy", "mine", "-vv")
        self.assertNotIn(self.moto.secret, told.err + told.out)


if __name__ == "__main__":
    cli.main()
