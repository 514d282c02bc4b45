#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Where `daypack runtime` finds Lithops' configuration, and what it takes of it. Clouds are asked in test/interop."""
import json
import pathlib
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("counterparts", "support")]
import cli
import lithops_lab

WORDS = ["build", "x", "--lithops", lithops_lab.VERSION]


class Configuration(lithops_lab.LithopsTest):
    def setUp(self):
        super().setUp()
        self.configure({}, {})
        (self.folder / ".lithops_config").unlink()

    def found(self, *words):
        """The place whose configuration counted, told because a backend stands in it that takes no packages."""
        told = self.runtime(*WORDS, *words, code=2).err
        return told.partition("name one with -b: ")[2].partition(" says ")[0]

    def test_the_places_in_their_order(self):
        other = "lithops: {backend: code_engine}\n"
        self.write("home/.lithops/config", other)
        self.assertEqual(self.found(), str(self.folder / "home/.lithops/config"))
        self.write(".lithops_config", other)
        self.assertEqual(self.found(), ".lithops_config")
        self.variables["LITHOPS_CONFIG_FILE"] = str(self.write("named", other))
        self.assertEqual(self.found(), str(self.folder / "named"))
        self.variables["LITHOPS_CONFIG"] = json.dumps({"lithops": {"backend": "code_engine"}})
        self.assertEqual(self.found(), "$LITHOPS_CONFIG")
        self.write("given", other)
        self.assertEqual(self.found("-c", "given"), "given")

    def test_modes_and_backends_as_lithops_settles_them(self):
        for text, says in (("lithops: {mode: localhost}", "localhost"), ("lithops: {mode: standalone}", "standalone"),
                           ("lithops: {mode: serverless}\nserverless: {backend: gcp_functions}", "gcp_functions"), ("lithops: {backend: k8s, mode: serverless}", "k8s")):
            self.write(".lithops_config", text + "\n")
            self.assertIn(f".lithops_config says {says}\n", self.runtime(*WORDS, code=2).err)
        for text in ("", "lithops:\n", "lithops: {mode: serverless}\n", "lithops: {backend: azure_functions}\n"):
            self.write(".lithops_config", text)
            self.assertIn("does not offer this Python: 2.7", self.runtime(*WORDS, "--python", "2.7", code=2).err)

    def test_what_is_no_configuration(self):
        for text, says in (("- a\n", "has no sections: .lithops_config"), ("a: [b\n", "is no YAML: .lithops_config (line ")):
            self.write(".lithops_config", text)
            self.assertIn(says, self.runtime(*WORDS, code=1).err)
        self.write(".lithops_config", "lithops: {backend: [aws_lambda]}\n")
        self.assertIn("another kind: backend in .lithops_config (expected a text)", self.runtime(*WORDS, code=2).err)
        self.assertIn("File does not exist: nowhere", self.runtime(*WORDS, "-c", "nowhere", code=2).err)


if __name__ == "__main__":
    cli.main()
