#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The statement about a package is what in-toto's own library reads, and says of the zip what is true."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import pypa_packaging

pypa_packaging.put_on_path("protobuf", "7.36.2")
pypa_packaging.put_on_path("in-toto-attestation", "0.9.3")
from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement


class Statements(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.daypack("build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--bytecode", "none", "requests==2.32.3")

    def statement(self, *options):
        """As in-toto reads it: a field that it does not know, or of another type, is an error there."""
        text = self.daypack("statement", "out.zip", *options).out
        read = json_format.Parse(text, statement_pb2.Statement())
        Statement.copy_from_pb(read).validate()
        self.assertEqual([(one.name, dict(one.digest)) for one in read.subject],
                         [("out.zip", {"sha256": cli.sha256(self.folder / "out.zip")})])
        return read.predicate_type, json.loads(text)["predicate"]

    def test_provenance(self):
        kind, predicate = self.statement()
        self.assertEqual(kind, "https://slsa.dev/provenance/v1")
        read = json_format.ParseDict(predicate, provenance_pb2.Provenance())
        manifest = json.loads((self.folder / "out.daypack.json").read_text())
        wheels = {one["file"]: one["sha256"] for one in manifest["distributions"]}
        for one in read.build_definition.resolved_dependencies:
            ResourceDescriptor.copy_from_pb(one).validate()
        self.assertEqual({one.name: one.digest["sha256"] for one in read.build_definition.resolved_dependencies}, wheels)
        self.assertIn("pkg:pypi/requests@2.32.3", {one.uri for one in read.build_definition.resolved_dependencies})
        self.assertEqual(dict(read.build_definition.external_parameters),
                         {"backend": "aws_lambda", "python": cli.LOCAL_PYTHON, "architecture": "x86_64"})
        self.assertEqual(list(read.run_details.builder.version), ["daypack"])
        with self.assertRaises(json_format.ParseError):
            json_format.ParseDict({**predicate, "builder": "me"}, provenance_pb2.Provenance())

    def test_a_bill_of_materials(self):
        kind, predicate = self.statement("--predicate", "cyclonedx")
        self.assertEqual(kind, "https://cyclonedx.org/bom")
        self.assertEqual(predicate, json.loads(self.daypack("sbom", "out.zip").out))

    def test_a_file_a_builder_and_again(self):
        first = self.daypack("statement", "out.zip", "--builder", "https://ci.example.com/1").out
        self.assertEqual(json.loads(first)["predicate"]["runDetails"]["builder"]["id"], "https://ci.example.com/1")
        self.assertEqual(self.daypack("statement", "out.zip", "--builder", "https://ci.example.com/1", "-o", "a.json").out, "a.json\n")
        self.assertEqual((self.folder / "a.json").read_text(), first)
        self.refused(2, ["a builder is named by a URI", "hint: "], "statement", "out.zip", "--builder", "me")

    def test_without_its_manifest(self):
        (self.folder / "out.daypack.json").unlink()
        self.refused(1, ["there is no manifest beside the zip", "out.daypack.json"], "statement", "out.zip")


if __name__ == "__main__":
    cli.main()
