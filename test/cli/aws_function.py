#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Functions deployed to AWS Lambda: moto checks signatures and permissions, boto3 reads back what is there."""
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import aws
import cli
import lambda_emulator
from lambda_states import Fault


class Functions(aws.AwsTest):
    def test_a_new_function_has_the_code_and_what_is_usual(self):
        content = self.build()
        live = self.create("--env", "COLOUR=red", "--tag", "team=maps", "--memory", "512")
        self.assertEqual(live["digest"], cli.sha256(self.folder / "out.zip"))
        self.assertFalse(live["unchanged"])
        self.assert_code(content)
        made = self.configuration()
        self.assertEqual(live["id"], made["FunctionArn"])
        self.assertEqual((made["Runtime"], made["Handler"], made["MemorySize"], made["Timeout"]), ("python3.12", "app.handler", 512, 30))
        self.assertEqual((made["Architectures"], made["Role"]), (["x86_64"], self.moto.role))
        self.assertEqual(made["Environment"]["Variables"], {"COLOUR": "red"})
        self.assertEqual(self.lambdas.list_tags(Resource=made["FunctionArn"])["Tags"], {"team": "maps"})

    def test_memory_is_256_unless_somebody_says(self):
        self.build()
        self.create()
        self.assertEqual(self.configuration()["MemorySize"], 256)

    def test_an_unchanged_function_costs_one_request(self):
        self.build()
        self.create("--env", "A=1")
        self.front.seen.clear()
        began = time.monotonic()
        self.assertTrue(self.deploy("--env", "A=1")["unchanged"])
        print(f"an unchanged deployment takes {time.monotonic() - began:.3f} s", file=sys.stderr)
        self.assertEqual(self.front.seen, [("GET", f"/2015-03-31/functions/{self.name}")])

    def test_one_changed_line_updates_the_code_alone(self):
        self.build()
        self.create("--memory", "512")
        content = self.build(2)
        self.front.seen.clear()
        self.assertFalse(self.deploy()["unchanged"])
        self.assertEqual(self.front.changes(), [("PUT", f"/2015-03-31/functions/{self.name}/code")])
        self.assert_code(content)
        self.assertEqual(self.configuration()["MemorySize"], 512)

    def test_variables_are_added_or_replaced(self):
        self.build()
        self.create("--env", "A=1", "--env", "B=2")
        self.front.seen.clear()
        self.deploy("--env", "B=3", "--timeout", "60")
        self.assertEqual([path.rsplit("/")[-1] for _, path in self.front.changes()], ["configuration"])
        self.assertEqual(self.configuration()["Environment"]["Variables"], {"A": "1", "B": "3"})
        self.assertEqual(self.configuration()["Timeout"], 60)
        self.deploy("--env", "C=4", "--env-exact")
        self.assertEqual(self.configuration()["Environment"]["Variables"], {"C": "4"})

    def test_code_and_settings_are_separate_steps_each_awaited(self):
        self.build()
        self.front.pending = 0.4
        self.create()
        content = self.build(2)
        self.front.seen.clear()
        self.deploy("--memory", "1024", "--description", "thumbs")
        changes = [path.rsplit("/")[-1] for _, path in self.front.changes()]
        self.assertEqual(changes, ["code", "configuration"])
        at = [i for i, (method, _) in enumerate(self.front.seen) if method == "PUT"]
        self.assertGreaterEqual(at[1] - at[0], 2, "it has looked between the two")
        self.assert_code(content)
        self.assertEqual((self.configuration()["MemorySize"], self.configuration()["Description"]), (1024, "thumbs"))

    def test_another_update_that_runs_is_waited_for(self):
        self.build()
        self.create()
        content = self.build(2)
        self.front.busy[self.name] = time.monotonic() + 1
        self.deploy()
        self.assert_code(content)

    def test_an_update_that_fails_says_why(self):
        self.build()
        self.create()
        self.build(2)
        self.front.failing = "The role has no permission to pull"
        err = self.refused()
        self.assertIn("the function could not be updated: " + self.name, err)
        self.assertIn("InvalidZipFileException: The role has no permission to pull", err)

    def test_it_gives_up_after_its_patience(self):
        self.build()
        self.create()
        self.build(2)
        self.front.pending = 30
        self.assertIn("it takes too long until Lambda has finished with it", self.refused("--patience", "1"))

    def test_a_dry_run_tells_the_calls_and_changes_nothing(self):
        self.build()
        finished = self.daypack("deploy", "out.zip", self.name, "--to", "function", "--role", self.moto.role, "--dry-run", **self.options)
        self.assertIn("would create the function", finished.err)
        self.create()
        self.build(2)
        self.front.seen.clear()
        finished = self.daypack("deploy", "out.zip", self.name, "--to", "function", "--memory", "512", "--alias", "live", "--dry-run", **self.options)
        for words in "would update the code", "would set MemorySize", "would publish a version", "would point the alias live":
            self.assertIn(words, finished.err)
        self.assertEqual(self.front.changes(), [])

    def test_it_is_refused_when_the_revision_has_moved(self):
        self.build()
        self.create()
        self.build(2)
        err = self.refused("--revision", "00000000-0000")
        self.assertIn("the function has changed since you looked", err)
        self.assertEqual(len(self.front.changes()), 1)

    def test_somebody_elses_update_between_look_and_change_is_noticed(self):
        self.build()
        self.create()
        content = self.build(2)
        self.front.faults.append(Fault("PUT", "/code$", (412, "PreconditionFailedException", "The Revision Id provided does not match")))
        self.deploy()
        self.assert_code(content)

    def test_many_functions_at_once(self):
        self.build()
        throttle = (429, "TooManyRequestsException", "Rate exceeded", {"Retry-After": "1"})
        self.front.faults.append(Fault("POST", "/functions$", throttle, 3))
        running = [self.start("deploy", "out.zip", f"{self.name}-{i}", "--to", "function", "--role", self.moto.role, **self.options) for i in range(20)]
        for process in running:
            _, err = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, err)
        names = {item["FunctionName"] for page in self.lambdas.get_paginator("list_functions").paginate() for item in page["Functions"]}
        self.assertLessEqual({f"{self.name}-{i}" for i in range(20)}, names)


class Versions(aws.AwsTest):
    def alias(self):
        return self.lambdas.get_alias(FunctionName=self.name, Name="live")

    def test_an_alias_moves_and_goes_back(self):
        one = self.build()
        live = self.create("--alias", "live")
        self.assertEqual(live["version"], "1")
        self.assert_code(one, "live")
        self.front.seen.clear()
        self.assertTrue(self.deploy("--alias", "live")["unchanged"])
        self.assertEqual(self.front.changes(), [])
        two = self.build(2)
        self.assertEqual(self.deploy("--alias", "live")["version"], "2")
        self.assert_code(two, "live")
        back = self.answer("rollback", self.name, "--alias", "live", **self.options)
        self.assertEqual(back["version"], "1")
        self.assert_code(one, "live")
        err = self.daypack("rollback", self.name, "--alias", "live", code=1, **self.options).err
        self.assertIn("there is no earlier version", err)
        self.assertEqual(self.answer("rollback", self.name, "--alias", "live", "--version", "2", **self.options)["version"], "2")
        err = self.daypack("rollback", self.name, "--alias", "live", "--version", "9", code=1, **self.options).err
        self.assertIn("there is no such version", err)
        self.assertIn("there are 1, 2", err)

    def test_a_new_version_gets_a_part_of_the_calls(self):
        self.build()
        self.create("--alias", "live")
        self.build(2)
        self.deploy("--alias", "live", "--weight", "0.25")
        self.assertEqual(self.alias()["FunctionVersion"], "1")
        self.assertEqual(self.alias()["RoutingConfig"]["AdditionalVersionWeights"], {"2": 0.25})
        self.answer("rollback", self.name, "--alias", "live", **self.options)
        self.assertEqual(self.alias()["FunctionVersion"], "1")
        self.assertFalse(self.alias().get("RoutingConfig", {}).get("AdditionalVersionWeights"))

    def test_latest_goes_back_to_a_published_version(self):
        one = self.build()
        self.create("--publish", "--env", "A=1")
        two = self.build(2)
        self.deploy("--env", "A=2", "--memory", "1024")
        self.assert_code(two)
        self.answer("rollback", self.name, **self.options)
        self.assert_code(one)
        self.assertEqual((self.configuration()["MemorySize"], self.configuration()["Environment"]["Variables"]), (256, {"A": "1"}))

    def test_old_versions_are_deleted_but_for_those_of_aliases(self):
        for version in range(1, 5):
            self.build(version)
            self.create("--publish")
            if version == 1:
                self.lambdas.create_alias(FunctionName=self.name, Name="old", FunctionVersion="1")
        self.deploy("--publish", "--keep-versions", "2")
        versions = [item["Version"] for item in self.lambdas.list_versions_by_function(FunctionName=self.name)["Versions"]]
        self.assertEqual(sorted(versions), ["$LATEST", "1", "3", "4"])

    def test_a_failing_smoke_call_leaves_the_alias(self):
        self.build()
        self.create("--alias", "live")
        self.build(2)
        err = self.refused("--alias", "live", "--smoke", '{"a": 1}', "--expect", '{"b": 2}', code=4)
        self.assertIn("the function answers something else", err)
        self.assertIn("the alias live still points to what it pointed to before", err)
        self.assertEqual(self.alias()["FunctionVersion"], "1")
        self.front.faults.append(Fault("POST", "/invocations", (200, "x", "boom", {"X-Amz-Function-Error": "Unhandled"})))
        self.assertIn("the function fails", self.refused("--alias", "live", "--smoke", "{}", code=4))


class Faults(aws.AwsTest):
    """Whatever is lost on the way: what is there in the end is what one deployment would have made."""

    def test_lost_answers(self):
        steps = [("POST", "/functions$"), ("PUT", "/code$"), ("PUT", "/configuration$"), ("POST", "/versions$"), ("POST", "/aliases$"), ("PUT", "/aliases/live$"),
                 ("GET", "/functions/[^/]+$")]
        for method, pattern in steps:
            for kind in "lost", "gone", (500, "ServiceException", "An error occurred"), (429, "TooManyRequestsException", "Rate exceeded"):
                with self.subTest(step=pattern, kind=kind):
                    self.name = f"lost-{os.getpid()}-{len(self.front.seen)}"
                    self.build()
                    if pattern != "/functions$":
                        self.create(*([] if pattern == "/aliases$" else ["--alias", "live"]))
                    content = self.build(2)
                    self.front.faults = [Fault(method, pattern, kind)]
                    self.create("--alias", "live", "--memory", "512")
                    self.assertEqual(self.front.faults[0].times, 0, "the fault has happened")
                    self.assert_code(content, "live")
                    self.assertEqual(self.configuration("live")["MemorySize"], 512)
                    versions = self.lambdas.list_versions_by_function(FunctionName=self.name)["Versions"]
                    self.assertLessEqual(len(versions), 3)

    def test_what_was_killed_goes_on(self):
        self.build()
        self.create("--alias", "live")
        content = self.build(2)
        self.front.pending = 0.2
        for wait in 0.02, 0.1, 0.25, 0.4, 0.6, 0.9:
            process = self.start("deploy", "out.zip", self.name, "--to", "function", "--alias", "live", "--memory", "512", **self.options)
            time.sleep(wait)
            process.kill()
            process.communicate()
        self.deploy("--alias", "live", "--memory", "512")
        self.assert_code(content, "live")
        self.assertEqual(self.configuration("live")["MemorySize"], 512)
        self.assertTrue(self.deploy("--alias", "live", "--memory", "512")["unchanged"])

    def test_network_that_is_gone_is_said(self):
        self.build()
        err = self.refused("--role", self.moto.role, env=self.environment(AWS_ENDPOINT_URL="http://127.0.0.1:9"))
        self.assertIn("cannot connect to a server: 127.0.0.1:9", err)


class Refusals(aws.AwsTest):
    def with_keys(self, key, secret, **more):
        return {"env": self.environment(AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret, **more)}

    def test_wrong_secret(self):
        self.build()
        err = self.refused("--role", self.moto.role, **self.with_keys(self.moto.key, "wrong"))
        self.assertIn("SignatureDoesNotMatch", err)
        self.assertIn("does not belong to its access key", err)

    def test_unknown_key(self):
        self.build()
        err = self.refused("--role", self.moto.role, **self.with_keys("AKIDNOBODY", "wrong"))
        self.assertIn("check the profile and the account", err)

    def test_no_credentials(self):
        self.build()
        err = self.refused("--role", self.moto.role, code=2, **self.with_keys("", ""))
        self.assertIn("credentials", err)

    def test_expired_token(self):
        self.build()
        expired = (403, "ExpiredTokenException", "The security token included in the request is expired")
        self.front.faults.append(Fault("GET", "/functions/", expired, 9))
        self.assertIn("log in again", self.refused("--role", self.moto.role))

    def test_each_permission_that_is_missing_is_named(self):
        self.build()
        self.create()
        self.build(2)
        actions, missing = [], ["GetFunction", "UpdateFunctionCode", "UpdateFunctionConfiguration", "ListVersionsByFunction", "PublishVersion"]
        for count, action in enumerate(missing):
            with self.subTest(action=action):
                keys = self.moto.user(f"{self.name}-{count}", *(actions or ["s3:ListAllMyBuckets"]))
                err = self.refused("--memory", "512", "--publish", **self.with_keys(*keys))
                self.assertIn(f"allow lambda:{action} to whom", err)
                actions.append(f"lambda:{action}")

    def test_no_role(self):
        self.build()
        self.assertIn("a new one needs a role", self.refused(code=2))
        self.assertIn("is no ARN", self.refused("--role", "runner", code=2))
        self.assertEqual(self.front.changes(), [])

    def test_no_such_role(self):
        self.build()
        self.assertIn("cannot create the function: " + self.name, self.refused("--role", self.moto.role + "x", "--patience", "2"))

    def test_a_role_that_is_new_is_waited_for(self):
        self.build()
        young = (400, "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda.")
        self.front.faults.append(Fault("POST", "/functions$", young, 2))
        self.create()

    def test_names_and_numbers(self):
        self.build()
        cases = [(["--memory", "100"], 2), (["--timeout", "901"], 2), (["--alias", "12"], 2), (["--env", "AWS_REGION=x"], 2),
                 (["--env", "A=" + "x" * 4096], 3), (["--layer", "arn:aws:lambda:us-east-1:1:layer:x"], 2), (["--weight", "0.5"], 2),
                 (["--smoke", "{"], 2), (["--attach", "f"], 2)]
        for options, code in cases:
            with self.subTest(options=options):
                self.refused("--role", self.moto.role, *options, code=code)
        self.refused("--role", self.moto.role, code=2, name="a/b")
        self.assertEqual(self.front.seen, [])

    def test_options_that_mean_nothing_there(self):
        self.build()
        for to, option in ("local", ["--alias", "live"]), ("local", ["--dry-run"]), ("layer", ["--env", "A=1"]), ("s3://bucket", ["--role", "x"]):
            with self.subTest(to=to, option=option):
                self.assertIn(f"this option means nothing there: {option[0]} with --to {to}", self.refused(*option, to=to, code=2))
        self.assertIn("there is no such place: lambda", self.refused(to="lambda", code=2))
        self.assertIn("the name is missing", self.daypack("deploy", "out.zip", "--to", "function", code=2, **self.options).err)

    def test_a_package_for_something_else(self):
        self.build(1, "layer.zip", backend="aws_layer")
        self.assertIn("a layer is no function", self.refused(archive="layer.zip", code=2))

    def test_request_ids_are_told(self):
        self.build()
        self.front.faults.append(Fault("GET", "/functions/", (400, "ValidationException", "no")))
        self.assertIn("request 11111111-2222", self.refused("--role", self.moto.role))


class Large(aws.AwsTest):
    def setUp(self):
        super().setUp()
        self.write("data/noise.bin", os.urandom(54_000_000))

    def test_a_large_package_goes_through_a_bucket(self):
        content = self.build(1, "out.zip", "--add", "data")
        err = self.refused("--role", self.moto.role, code=3)
        self.assertIn("name a bucket of the same region (--bucket)", err)
        bucket = f"code-{os.getpid()}"
        self.s3.create_bucket(Bucket=bucket)
        self.create("--bucket", bucket)
        self.assert_code(content)
        key = "daypack/" + cli.sha256(self.folder / "out.zip") + ".zip"
        self.assertEqual(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read(), content)

    def test_a_package_is_put_into_a_bucket(self):
        content = self.build(1, "out.zip", "--add", "data")
        bucket = f"packages-{os.getpid()}"
        self.s3.create_bucket(Bucket=bucket)
        command = ["deploy", "out.zip", "--to", f"s3://{bucket}/some/where"]
        key = "some/where/" + cli.sha256(self.folder / "out.zip") + ".zip"
        self.assertIn("would put the package there", self.daypack(*command, "--dry-run", **self.options).err)
        self.assertNotIn("Contents", self.s3.list_objects_v2(Bucket=bucket))
        live = self.answer(*command, **self.options)
        self.assertEqual((live["id"], live["unchanged"]), (f"s3://{bucket}/{key}", False))
        self.assertEqual(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read(), content)
        self.assertTrue(self.answer(*command, **self.options)["unchanged"])


@aws.unittest.skipUnless(lambda_emulator.permitted(), "no namespaces here")
class Running(aws.AwsTest):
    def test_what_was_deployed_runs(self):
        self.build(7)
        self.create("--env", "COLOUR=red")
        digest = cli.sha256(self.folder / "out.zip")
        self.write("deployed.zip", self.front.code[digest])
        self.daypack("unzip", "deployed.zip", "-d", "task")
        variables = self.configuration()["Environment"]["Variables"]
        with lambda_emulator.Emulator(self.folder / "task", self.configuration()["Handler"], environment=variables) as emulator:
            self.assertEqual(json.loads(emulator.invoke({"a": 1}))["colour"], "red")


if __name__ == "__main__":
    aws.unittest.main()
