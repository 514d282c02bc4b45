#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Layers published to AWS Lambda, attached to functions; packages that were split into a function and layers."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import aws
from lambda_states import Fault


class Layers(aws.AwsTest):
    def versions(self):
        return [item["Version"] for item in self.lambdas.list_layer_versions(LayerName=self.name)["LayerVersions"]]

    def publish(self, *options, **more):
        return self.deploy(*options, to="layer", archive="layer.zip", **more)

    def build_layer(self, version=1):
        return self.build(version, "layer.zip", backend="aws_layer")

    def test_a_version_is_made_of_new_content_alone(self):
        content = self.build_layer()
        live = self.publish("--description", "all of it", "--licence", "MIT")
        self.assertFalse(live["unchanged"])
        made = self.lambdas.get_layer_version(LayerName=self.name, VersionNumber=1)
        self.assertEqual(made["LayerVersionArn"], live["id"])
        self.assertEqual(made["Content"]["CodeSha256"], aws.code_sha256(content))
        self.assertEqual((made["CompatibleRuntimes"], made["CompatibleArchitectures"]), (["python3.12"], ["x86_64"]))
        self.assertEqual((made["Description"], made["LicenseInfo"]), ("all of it", "MIT"))
        self.front.seen.clear()
        again = self.publish()
        self.assertEqual((again["id"], again["unchanged"]), (live["id"], True))
        self.assertEqual(self.front.changes(), [])
        self.build_layer(2)
        self.assertEqual(self.publish()["version"], "2")
        self.build_layer(1)
        self.assertEqual(self.publish()["version"], "1", "an older version has this content")
        self.assertEqual(sorted(self.versions()), [1, 2])

    def test_a_lost_answer_makes_no_second_version(self):
        self.build_layer()
        for kind in "lost", "gone", (500, "ServiceException", "An error occurred"), (429, "TooManyRequestsException", "Rate exceeded"):
            with self.subTest(kind=kind):
                self.name = f"lost-{os.getpid()}-{len(self.front.seen)}"
                self.front.faults = [Fault("POST", "/versions$", kind)]
                self.assertEqual(self.publish()["version"], "1")
                self.assertEqual(self.front.faults[0].times, 0)
                self.assertEqual(self.versions(), [1])

    def test_functions_get_it_in_the_place_of_its_earlier_version(self):
        layer = self.name
        self.build_layer()
        first = self.publish()["id"]
        self.name += "-f"
        self.build()
        self.create("--layer", first)
        function, self.name = self.name, layer
        self.build_layer(2)
        second = self.publish("--attach", function)["id"]
        self.name = function
        self.assertEqual([item["Arn"] for item in self.configuration()["Layers"]], [second])
        self.name = layer
        self.assertTrue(self.publish("--attach", function)["unchanged"])

    def test_old_versions_are_deleted(self):
        for version in range(1, 5):
            self.build_layer(version)
            self.publish("--keep-versions", "2")
        self.assertEqual(sorted(self.versions()), [3, 4])

    def test_a_dry_run_changes_nothing(self):
        self.build_layer()
        finished = self.daypack("deploy", "layer.zip", self.name, "--to", "layer", "--dry-run", **self.options)
        self.assertIn("would publish a version of the layer", finished.err)
        self.assertEqual(self.front.changes(), [])

    def test_what_is_no_layer(self):
        self.build()
        self.assertIn("a function is no layer", self.refused(to="layer", code=2))
        self.build_layer()
        self.assertIn("a layer cannot have this name", self.refused(to="layer", code=2, archive="layer.zip", name="a b"))

    def test_the_layers_of_a_package_that_was_split_are_attached(self):
        self.build(1, "out.zip", "--split", "1")
        self.create()
        layers = [item["Arn"] for item in self.configuration()["Layers"]]
        self.assertEqual(len(layers), 1)
        self.assertIn(f":layer:{self.name}-", layers[0])
        self.assertTrue(self.deploy()["unchanged"])


if __name__ == "__main__":
    aws.unittest.main()
