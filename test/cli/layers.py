#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Real packages split into a function and its layers: what lies where, what a change moves, and that it runs."""
import json
import os
import pathlib
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("counterparts", "support")]
import cli
import lambda_emulator
import unpacked

BUILD = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON]
APP = """
import sys

def handler(event, context):
    found = {}
    for name in event:
        module = __import__(name)
        found[name] = [module.__file__, module.__version__]
    import numpy, requests.api
    return {"modules": found, "sum": int(numpy.arange(10).sum()), "code": requests.api.get.__code__.co_filename, "own": __file__}
"""


def layers_of(answer):
    """The digest and the distributions of each layer, by its name."""
    return {layer["name"]: (layer["sha256"], [each["name"] for each in layer["distributions"]]) for layer in answer["layers"]}


def layer_with(answer, distribution):
    return [name for name, (_, names) in layers_of(answer).items() if distribution in names]


def changed(before, after):
    """The layers whose bytes differ, those that only one of them has too."""
    a, b = layers_of(before), layers_of(after)
    return sorted(name for name in a.keys() | b.keys() if a.get(name, [""])[0] != b.get(name, [""])[0])


class Runs(cli.CommandLineTest):
    def test_a_function_finds_its_layers_here(self):
        self.write("app.py", APP)
        packages = ["numpy==1.26.4", "requests==2.32.3", "PyYAML==6.0.2"]
        built = self.answer(*BUILD, *packages, "--add", "app.py", "--handler", "app.handler", "--split", "3", "--effort", "fast")
        self.assertEqual(cli.names_in(self.folder / "out.zip"), ["app.pyc"])
        distributions = {name: layer for layer, (_, names) in layers_of(built).items() for name in names}
        self.assertEqual(sorted(distributions), ["certifi", "charset-normalizer", "idna", "numpy", "pyyaml", "requests", "urllib3"])
        self.assertGreater(len(set(distributions.values())), 1, distributions)
        self.assertEqual(built["budget"]["unzipped"], built["unpacked"] + sum(layer["unpacked"] for layer in built["layers"]))
        for layer in built["layers"]:
            path = self.folder / layer["path"]
            self.assertEqual(cli.sha256(path), layer["sha256"])
            unpacked.check_with_other_tools(self, path)
            self.assertEqual([name for name in cli.names_in(path) if not name.startswith("python/")], [])
            manifest = json.loads(path.with_suffix(".daypack.json").read_text())
            self.assertEqual((manifest["archive"]["sha256"], manifest["target"]["backend"]), (layer["sha256"], "aws_layer"))
        self.deployed_function_answers()

    def deployed_function_answers(self):
        options = {"env": cli.environment(DAYPACK_DATA_DIR=cli.function_store(self.folder / "store"))}
        name = f"layers-{os.getpid()}"
        self.daypack("deploy", "out.zip", name, **options)
        answer = self.answer("invoke", name, "-d", '["numpy", "requests", "yaml"]', **options)["payload"]
        self.assertEqual(answer["sum"], 45)
        self.assertEqual(answer["code"], "/opt/python/requests/api.py")
        if lambda_emulator.permitted():  # without namespaces it runs where it was unpacked
            self.assertEqual(answer["own"], "/var/task/app.pyc")
            self.assertEqual(answer["modules"], {"numpy": ["/opt/python/numpy/__init__.pyc", "1.26.4"],
                                                 "requests": ["/opt/python/requests/__init__.pyc", "2.32.3"],
                                                 "yaml": ["/opt/python/yaml/__init__.pyc", "6.0.2"]})
        # Another layer under the same name is not the one that the package was built with.
        layer = next(self.folder.glob("out-layer-*.zip"))
        layer.with_suffix(".daypack.json").unlink()
        with cli.zipfile.ZipFile(layer, "w") as archive:
            archive.writestr("python/other.py", "")
        self.refused(1, "a layer is not the one that the package was built with: ", "deploy", "out.zip", name, **options)
        layer.unlink()
        self.refused(1, layer.name, "deploy", "out.zip", name, **options)


class Stable(cli.CommandLineTest):
    def build(self, *packages, name="out", split="auto", more=()):
        return self.answer(*BUILD, *packages, "--bytecode", "none", "--split", split, *more, "-o", f"{name}.zip")

    def test_a_changed_package_moves_only_its_own_layer(self):
        before = self.build(*cli.PACKAGES)
        self.assertGreater(len(before["layers"]), 2)
        self.assertEqual(changed(before, self.build(*cli.PACKAGES, name="again", more=["--jobs", "7"])), [])
        older = self.build("requests==2.31.0", *cli.PACKAGES[1:])
        self.assertEqual(changed(before, older), layer_with(before, "requests"))
        self.assertEqual(older["sha256"], before["sha256"], "the function itself")
        more = self.build(*cli.PACKAGES, "simplejson==3.19.3")
        self.assertEqual(changed(before, more), layer_with(more, "simplejson"))
        fewer = self.build(*cli.PACKAGES[:2])
        self.assertEqual(changed(before, fewer), layer_with(before, "markupsafe"))

    def test_placement_of_an_earlier_build_is_kept(self):
        before = self.build(*cli.PACKAGES, split="2")
        apart = self.build(*cli.PACKAGES, name="other")
        self.assertNotEqual(changed(before, apart), [])
        self.assertEqual(changed(before, self.build(*cli.PACKAGES, name="like", more=["--split-like", "out.zip"])), [])

    def test_groups_and_what_is_kept(self):
        built = self.build(*cli.PACKAGES, more=["--split-group", "web=requests,urllib3", "--split-keep", "PyYAML"])
        self.assertEqual(layers_of(built)["web"][1], ["requests", "urllib3"])
        self.assertEqual([each["name"] for each in built["distributions"]], ["pyyaml"])
        self.assertIn("yaml/__init__.py", cli.names_in(self.folder / "out.zip"))
        self.assertTrue((self.folder / "out-layer-web.daypack.json").is_file())

    def test_plan_tells_the_same_and_writes_nothing(self):
        built = self.build(*cli.PACKAGES)
        before = cli.files_below(self.folder)
        arguments = ["plan", *BUILD[1:], *cli.PACKAGES, "--bytecode", "none", "--split", "auto"]
        self.assertEqual(changed(built, self.answer(*arguments)), [])
        said = self.daypack(*arguments).out
        for name, (digest, names) in layers_of(built).items():
            self.assertRegex(said, f"(?m)^layer {name} +.* sha256 {digest}: {', '.join(names)}$")
        self.assertEqual(cli.files_below(self.folder), before)

    def test_paths_of_all_are_printed(self):
        self.write("app.py", "x = 1\n")
        finished = self.daypack(*BUILD, "PyYAML==6.0.2", "--add", "app.py", "--bytecode", "none", "--split", "1", "-o", "deep/fn.zip")
        self.assertEqual(finished.out, "deep/fn.zip\ndeep/fn-layer-1.zip\n")
        self.assertEqual(cli.files_below(self.folder / "deep"),
                         ["fn-layer-1.daypack.json", "fn-layer-1.zip", "fn.daypack.json", "fn.zip"])


class Refused(cli.CommandLineTest):
    def test_what_cannot_be_split(self):
        split = ["PyYAML==6.0.2", "--bytecode", "none", "--split"]
        self.refused(2, "6 layers (expected 1 to 5", *BUILD, *split, "6")
        self.refused(2, "no such number of layers: many (expected auto, or a number from 1)", *BUILD, *split, "many")
        self.refused(2, "are written as NAME=GLOB,...: web", *BUILD, *split, "2", "--split-group", "web")
        self.refused(2, ["a package of this backend is not split into layers: gcp_functions", "leave --split out"],
                     "build", "-b", "gcp_functions", "--python", "3.12", *split, "2")
        self.refused(2, "split the package of the function: -b aws_lambda", "build", "-b", "aws_layer", "--python", "3.12", *split, "2")
        self.refused(2, "--split", *BUILD, "PyYAML==6.0.2", "--split-keep", "six")
        self.refused(1, "nowhere.daypack.json", *BUILD, *split, "2", "--split-like", "nowhere.zip")

    def test_function_and_layers_together_are_held_to_the_limit(self):
        for name in "daypack_one", "daypack_two":
            cli.write_wheel(self.folder / "wheels", name, more=[(f"{name}/data.bin", bytes(140_000_000))])
        finished = self.refused(3, "the package is 17.9 MB over the limit of AWS Lambda; largest distributions: daypack-", *BUILD,
                                "--find-links", "wheels", "--bytecode", "none", "--split", "2", "daypack-one", "daypack-two")
        self.assertIn("daypack-two 140.0 MB", finished.err)

    def test_nothing_is_half_written(self):
        self.write("out-layer-1.zip/in the way", "")
        self.refused(1, "out-layer-1.zip", *BUILD, "PyYAML==6.0.2", "--bytecode", "none", "--split", "1")


if __name__ == "__main__":
    cli.main()
