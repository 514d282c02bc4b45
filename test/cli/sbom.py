#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The bill of materials of a package is what the official schema of CycloneDX 1.6 asks for, and tells the truth."""
import importlib.metadata
import json
import pathlib
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import pypa_packaging

pypa_packaging.put_on_path("fastjsonschema", "2.21.2")
pypa_packaging.put_on_path("cyclonedx-python-lib", "11.12.0")  # brings the schemas
import fastjsonschema


def schema(name):
    folder = pathlib.Path(next(path for path in importlib.metadata.files("cyclonedx-python-lib") if path.name == f"{name}.SNAPSHOT.schema.json").locate())
    return json.loads(folder.read_text())


def validator():
    # One schema refers to the others by their names.
    return fastjsonschema.compile(schema("bom-1.6"), handlers={"http": lambda uri: schema(uri.rpartition("/")[2].split(".SNAPSHOT")[0].removesuffix(".schema.json"))},
                                  use_formats=False)


class Sbom(cli.CommandLineTest):
    def bom(self, *packages):
        self.daypack("build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--bytecode", "none", *packages)
        return json.loads(self.daypack("sbom", "out.zip").out)

    def test_the_official_schema(self):
        document = self.bom(*cli.PACKAGES)
        valid = validator()
        valid(document)
        document["components"][0]["type"] = "wheel"
        with self.assertRaises(fastjsonschema.JsonSchemaException):
            valid(document)

    def test_components(self):
        document = self.bom("requests==2.32.3", "idna==3.10")
        components = {one["name"]: one for one in document["components"]}
        self.assertEqual(set(components), {"requests", "idna", "urllib3", "certifi", "charset-normalizer"})
        self.assertEqual(components["requests"]["purl"], "pkg:pypi/requests@2.32.3")
        self.assertEqual(components["requests"]["licenses"], [{"license": {"name": "Apache Software License"}}])
        edges = {one["ref"]: one["dependsOn"] for one in document["dependencies"]}
        self.assertEqual(edges["package"], ["pkg:pypi/requests@2.32.3"])
        self.assertEqual({url.partition("@")[0] for url in edges["pkg:pypi/requests@2.32.3"]},
                         {f"pkg:pypi/{name}" for name in components if name != "requests"})
        self.assertEqual(document["metadata"]["component"]["hashes"][0]["content"], cli.sha256(self.folder / "out.zip"))

    def test_a_file_and_again(self):
        first = self.bom("six==1.17.0")
        self.assertEqual(self.daypack("sbom", "out.zip", "-o", "out.cdx.json").out, "out.cdx.json\n")
        self.assertEqual(json.loads((self.folder / "out.cdx.json").read_text()), first)

    def test_a_zip_that_was_changed(self):
        self.bom("six==1.17.0")
        with zipfile.ZipFile(self.folder / "out.zip", "a") as archive:
            archive.writestr("more.txt", "more")
        self.assertIn("the manifest belongs to another zip", self.daypack("sbom", "out.zip", "-o", "out.cdx.json", code=1).err)
        self.assertFalse((self.folder / "out.cdx.json").exists())


if __name__ == "__main__":
    cli.main()
