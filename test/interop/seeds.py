#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The lists of requirements that Lithops' READMEs name, built for the runtimes that they name; the layout of each is
checked, and what is named imports where this machine has the Python.

usage: seeds.py [--all | CELL ...] [--bytecode]
                   one small list for one runtime; by the option all of them (some 40 builds, a quarter of an hour when
                   nothing is cached), or those that are named: azure_functions/3.9, or azure_functions/3.9+matplotlib;
                   --bytecode: as bytecode alone, which is what `daypack build` does when nobody asks for sources
"""
import io
import json
import pathlib
import struct
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import unpacked

# Backend, base list, Pythons that its README names, and those for which it is built with matplotlib too, as the READMEs
# tell users to extend it; the layers go with their functions.
CELLS = [("aws_lambda", "lithops-2.2.4", ["3.6", "3.7", "3.8"], ["3.6", "3.8"]),
         ("aws_layer", "lithops-2.2.4", ["3.6", "3.7", "3.8"], []),
         ("aws_layer_versioned", "lithops-2.2.4", ["3.6", "3.7", "3.8"], ["3.8"]),
         ("aws_lambda", "lithops-3.8.0", ["3.10", "3.12", "3.13"], ["3.12"]),
         ("aliyun_fc", "lithops-3.1.3", ["3.6", "3.9", "3.10"], ["3.6", "3.9", "3.10"]),
         ("aliyun_layer", "lithops-3.1.3", ["3.6", "3.9", "3.10"], []),
         ("aliyun_fc", "lithops-3.8.0", ["3.9", "3.10", "3.12"], []),
         ("azure_functions", "lithops-2.6.1", ["3.6", "3.7", "3.8", "3.9"], ["3.6", "3.9"]),
         ("azure_functions", "lithops-3.8.0", ["3.10", "3.12", "3.13"], [])]
QUICK = ["aliyun_fc/3.10 lithops-3.8.0"]
HANDLER = "def main(request, context=None):\n    return 'ok'\n"
X86_64 = 62  # e_machine of ELF
# Modules that are not called as their distribution.
MODULES = {"aliyun-fc2": "fc2", "azure-functions": "azure.functions", "azure-storage-blob": "azure.storage.blob",
           "azure-storage-queue": "azure.storage.queue", "beautifulsoup4": "bs4", "kafka-python": "kafka", "pillow": "PIL",
           "pyjwt": "jwt", "python-dateutil": "dateutil", "pyyaml": "yaml"}


def machine_of(data):
    return struct.unpack_from("<H", data, 18)[0] if data[:4] == b"\x7fELF" else None


def cells():
    """(cell, backend, base list, Python, more requirements) of what was asked for."""
    asked = [word for word in ARGUMENTS if not word.startswith("--")]
    for backend, base, pythons, extended in CELLS:
        for python, more in [(python, "") for python in pythons] + [(python, "+matplotlib") for python in extended]:
            cell = f"{backend}/{python}{more}"
            if "--all" in ARGUMENTS or cell in asked or (not asked and f"{cell} {base}" in QUICK):
                yield f"{cell} {base}", backend, base, python, [more[1:]] if more else []


class Seeds(cli.CommandLineTest):
    def check_layout(self, backend, runtime, path):
        folder = runtime["packages_folder"] + "/" if runtime["packages_folder"] else ""
        with zipfile.ZipFile(path) as archive:
            self.assertIsNone(archive.testzip())
            names = set(archive.namelist())
            libraries = [name for name in names if name.endswith(".so") or ".so." in name.rpartition("/")[2]]
            self.assertEqual({name for name in libraries if machine_of(archive.read(name)) not in (X86_64, None)}, set())
            app = f"{backend['code_folder']}/app.py".lstrip("/")
            own = {app, app + "c", "host.json", "main/function.json"}
            self.assertEqual({name for name in names if not name.startswith(folder)} - own, set())
            if backend["name"].startswith("azure"):
                json.load(io.TextIOWrapper(archive.open("host.json")))
                json.load(io.TextIOWrapper(archive.open("main/function.json")))
                self.assertIn("app.py", names, "the host imports source")
        tag = "cpython-" + runtime["python"].replace(".", "")
        foreign = {name for name in libraries if ".cpython-" in name and tag not in name}
        self.assertEqual(foreign, set(), "extension modules of another Python")
        return names, folder

    def check_imports(self, python, folder, wanted):
        here = [path for path, version in cli.pythons() if version == python]
        if here:
            modules = [MODULES.get(name, name.replace("-", "_")) for name in wanted]
            with tempfile.TemporaryDirectory(dir=self.folder) as root:
                self.assertEqual(unpacked.import_failures(self.folder / "out.zip", modules, root, here[0], folder), {})
        return "" if here else ", no such Python here to import it with"

    def build(self, cell, backend, base, python, more):
        requirements = [one["requirements"] for one in backend["base_lists"] if one["name"] == base][0] + more
        runtime = [one for one in backend["runtimes"] if one["python"] == python][0]
        self.write("requirements.txt", "\n".join(requirements) + "\n")
        self.write("app.py", HANDLER)
        handler = [] if backend["kind"] == "layer" else ["--handler", "app.main"]
        bytecode = [] if "--bytecode" in ARGUMENTS else ["--bytecode", "none"]
        built = self.answer("build", "-b", backend["name"], "--python", python, "-r", "requirements.txt", "--add", "app.py", *handler,
                            *bytecode, timeout=1800)
        names, folder = self.check_layout(backend, runtime, self.folder / "out.zip")
        wanted = {one.partition("==")[0].partition("<")[0].lower().replace("_", "-") for one in requirements}
        self.assertLessEqual(wanted, {one["name"] for one in built["distributions"]})
        supports = [one["message"] for one in built["findings"] if one["check"] == "Target"]
        self.assertEqual(bool(supports), runtime["support"] != "current", supports)
        if bytecode == []:
            self.assertTrue([name for name in names if name.startswith(folder) and name.endswith(".pyc")])
        imported = self.check_imports(python, folder, wanted)
        print(f"{cell}: {len(names)} entries, {built['size']} bytes, {built['unpacked']} unpacked{imported}", file=sys.stderr, flush=True)

    def test_lists(self):
        backends = {one["name"]: one for one in self.answer("backends")["backends"]}
        asked = list(cells())
        self.assertTrue(asked, "no such cell")
        for cell, backend, *rest in asked:
            with self.subTest(cell):
                self.build(cell, backends[backend], *rest)


if __name__ == "__main__":
    ARGUMENTS = sys.argv[1:]
    sys.argv = sys.argv[:1]
    cli.main()
