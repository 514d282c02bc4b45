#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Under which licences a package is, which texts it has, and what is said when a rule removes one."""
import importlib.metadata
import json
import pathlib
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

BUILD = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--bytecode", "none", "--check", "none"]


class Licences(cli.CommandLineTest):
    def overview(self, *options):
        finished = self.daypack(*BUILD, *options)
        return {one["name"]: one for one in self.answer("licences", "out.zip")["distributions"]}, finished.err

    def test_real_packages(self):
        found, err = self.overview("requests==2.32.3", "idna==3.10", "certifi==2024.8.30", "packaging==25.0")
        self.assertNotIn("licences have to go along", err)
        self.assertEqual(found["packaging"]["declared"] + [found["packaging"]["expression"]],
                         ["Apache Software License", "BSD License", ""])
        self.assertEqual(found["packaging"]["files"],
                         [f"packaging-25.0.dist-info/licenses/LICENSE{end}" for end in ("", ".APACHE", ".BSD")])
        for one in found.values():
            self.assertTrue(one["files"], one)
            self.assertEqual(one["missing"], [])
            with zipfile.ZipFile(self.folder / "out.zip") as archive:
                info = next(name for name in archive.namelist() if name.endswith("METADATA") and name.startswith(one["name"].replace("-", "_") + "-"))
                named = importlib.metadata.PathDistribution(zipfile.Path(archive, info.partition("/")[0] + "/")).metadata.get_all("License-File") or []
            for name in named:
                self.assertTrue(any(path.endswith("/" + name) for path in one["files"]), (name, one))
        words = self.daypack("licences", "out.zip").out
        self.assertIn("Apache Software License\n  requests 2.32.3\n", words)
        self.assertIn("distributions, 0 without a licence file\n", words)

    def test_a_removed_licence_is_warned_of_once(self):
        found, err = self.overview("packaging==25.0", "-x", "LICENSE*")
        self.assertEqual(err.count("licences have to go along"), 1, err)
        self.assertIn("packaging 25.0: the rule globs removes packaging-25.0.dist-info/licenses/LICENSE, ", err)
        self.assertEqual([line["rule"] for line in found["packaging"]["removed"]], ["globs"] * 3)
        self.assertEqual(found["packaging"]["files"], [])
        self.assertIn("packaging 25.0: no licence file, 3 removed by globs\n", self.daypack("licences", "out.zip").out)


if __name__ == "__main__":
    cli.main()
