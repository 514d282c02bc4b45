#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""daypack explain tells where a path of a package comes from; the manifest that it reads is what its schema says."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import pypa_packaging

pypa_packaging.put_on_path("fastjsonschema", "2.21.2")
import fastjsonschema

SCHEMA = json.loads((pathlib.Path(__file__).resolve().parents[2] / "docs/reference/manifest.schema.json").read_text())
BUILD = ["--python", cli.LOCAL_PYTHON, "simplejson==3.19.3", "--add", "app.py"]


def undescribed(document, schema, where=""):
    """Keys of a document for which the schema has no words."""
    schema = {**SCHEMA["definitions"].get(schema.get("$ref", "").rpartition("/")[2], {}), **schema}
    if isinstance(document, list):
        return {key for item in document for key in undescribed(item, schema["items"], where + "[]")}
    if not isinstance(document, dict):
        return set()
    known = schema.get("properties", {})
    return {where + "." + key for key in document.keys() - known.keys()} | {
        key for name in document.keys() & known.keys() for key in undescribed(document[name], known[name], where + "." + name)}


class Explain(cli.CommandLineTest):
    def build(self, backend="aws_lambda"):
        self.write("app.py", "def handler(event, context): return event\n")
        self.daypack("build", "-b", backend, *BUILD)

    def explained(self, path):
        return self.answer("explain", "out.zip", path)

    def test_every_kind_of_path(self):
        self.build()
        removed = self.explained("simplejson/tests")
        self.assertEqual(removed["entries"], [])
        self.assertEqual({(line["change"], line["rule"]) for line in removed["history"]}, {("removed", "tests")})
        self.assertGreater(len(removed["history"]), 10)
        source = self.explained("simplejson/decoder.py")
        self.assertEqual([one["path"] for one in source["entries"]], ["simplejson/decoder.pyc"])
        self.assertEqual([(line["change"], line["bytes_after"]) for line in source["history"]],
                         [("rewritten", source["entries"][0]["size"])])
        self.assertEqual(source["distributions"][0]["version"], "3.19.3")
        self.assertEqual(self.explained("app.py")["distributions"], [])
        everything = self.explained("SimpleJSON")
        self.assertGreater(len(everything["entries"]), 5)
        self.assertTrue(any(line["rule"] == "install: installer" for line in everything["history"]))

    def test_words(self):
        self.build()
        shown = self.daypack("explain", "out.zip", "simplejson/tests/").out
        self.assertRegex(shown, r"^simplejson/tests\nfrom simplejson 3\.19\.3 \(simplejson-3\.19\.3-.*\.whl\)\nnot in the package\n"
                                r"removed by tests: \d\d files, [\d,]+ bytes\n$")
        self.assertIn("from your own files\nin the package: 1 entry, ", self.daypack("explain", "out.zip", "app.pyc").out)

    def test_a_prefix_of_the_backend_is_told(self):
        self.build("azure_functions")
        folder = ".python_packages/lib/site-packages"
        words = self.daypack("explain", "out.zip", "simplejson/tests", code=1).err
        self.assertIn(f"did you mean {folder}/simplejson/tests?", words)
        # What the installation left out is found below the same folder.
        rules = {line["rule"] for line in self.explained(f"{folder}/simplejson-3.19.3.dist-info")["history"]}
        self.assertLessEqual({"install: installer", "dist-info"}, rules)

    def test_a_zip_without_a_manifest(self):
        self.write("any.zip", "")
        self.assertIn("any.daypack.json", self.daypack("explain", "any.zip", "a", code=1).err)

    def test_manifests_are_what_the_schema_says(self):
        valid = fastjsonschema.compile(SCHEMA)
        self.build()
        self.daypack("build", "-b", "aws_lambda", *BUILD, "six==1.17.0", "--split", "1", "-o", "split.zip")
        for path in self.folder.glob("*.daypack.json"):
            document = json.loads(path.read_text())
            valid(document)
            self.assertEqual(undescribed(document, SCHEMA), set())
            self.assertEqual("layers" in document, path.name == "split.daypack.json")
        for key in SCHEMA["required"]:
            with self.assertRaises(fastjsonschema.JsonSchemaException, msg=key):
                valid({name: value for name, value in document.items() if name != key})


if __name__ == "__main__":
    cli.main()
