#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The lists of requirements that Lithops' READMEs name, built for the runtimes that they name; the layout of each is
checked.

usage: seeds.py [--all [BACKEND/PYTHON ...]]     one small list for one runtime; by the option all of them (long: some 30
                                                 builds), or those that are named, e.g. azure_functions/3.9
"""
import io
import json
import pathlib
import struct
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

ALL = "--all" in sys.argv
CHOSEN = sys.argv[2:] if ALL else []
# Backend, base list, Pythons that its README names; the layers go with their functions.
CELLS = [("aws_lambda", "lithops-2.2.4", ["3.6", "3.7", "3.8"]), ("aws_layer", "lithops-2.2.4", ["3.6", "3.7", "3.8"]),
         ("aws_layer_versioned", "lithops-2.2.4", ["3.6", "3.7", "3.8"]), ("aws_lambda", "lithops-3.8.0", ["3.10", "3.12", "3.13"]),
         ("aliyun_fc", "lithops-3.1.3", ["3.6", "3.9", "3.10"]), ("aliyun_layer", "lithops-3.1.3", ["3.6", "3.9", "3.10"]),
         ("aliyun_fc", "lithops-3.8.0", ["3.9", "3.10", "3.12"]),
         ("azure_functions", "lithops-2.6.1", ["3.6", "3.7", "3.8", "3.9"]), ("azure_functions", "lithops-3.8.0", ["3.10", "3.12", "3.13"])]
QUICK = [("aliyun_fc", "lithops-3.8.0", ["3.10"])]
HANDLER = "def main(request, context=None):\n    return 'ok'\n"
X86_64 = 62  # e_machine of ELF


def machine_of(data):
    return struct.unpack_from("<H", data, 18)[0] if data[:4] == b"\x7fELF" else None


class Seeds(cli.CommandLineTest):
    def check_layout(self, backend, runtime, path):
        folder = runtime["packages_folder"] + "/" if runtime["packages_folder"] else ""
        with zipfile.ZipFile(path) as archive:
            self.assertIsNone(archive.testzip())
            names = set(archive.namelist())
            libraries = [name for name in names if name.endswith(".so") or ".so." in name.rpartition("/")[2]]
            self.assertEqual({name for name in libraries if machine_of(archive.read(name)) not in (X86_64, None)}, set())
            own = {"app.py", "host.json", "main/function.json"} | {f"{backend['code_folder']}/app.py".lstrip("/")}
            self.assertEqual({name for name in names if not name.startswith(folder)} - own, set())
            if backend["name"].startswith("azure"):
                json.load(io.TextIOWrapper(archive.open("host.json")))
                json.load(io.TextIOWrapper(archive.open("main/function.json")))
        tag = "cpython-" + runtime["python"].replace(".", "")
        foreign = {name for name in libraries if ".cpython-" in name and tag not in name}
        self.assertEqual(foreign, set(), "extension modules of another Python")
        return names, folder

    def build(self, backend, base, python, more=()):
        requirements = [one["requirements"] for one in backend["base_lists"] if one["name"] == base][0] + list(more)
        runtime = [one for one in backend["runtimes"] if one["python"] == python][0]
        self.write("requirements.txt", "\n".join(requirements) + "\n")
        self.write("app.py", HANDLER)
        handler = [] if backend["kind"] == "layer" else ["--handler", "app.main"]
        built = self.answer("build", "-b", backend["name"], "--python", python, "-r", "requirements.txt", "--add", "app.py", *handler,
                            "--bytecode", "none", timeout=1800)
        names, folder = self.check_layout(backend, runtime, self.folder / "out.zip")
        wanted = {one.partition("==")[0].partition("<")[0].lower().replace("_", "-") for one in requirements}
        self.assertLessEqual(wanted, {one["name"] for one in built["distributions"]})
        supports = [one["message"] for one in built["findings"] if one["check"] == "Target"]
        self.assertEqual(bool(supports), runtime["support"] != "current", supports)
        print(f"{backend['name']} {python} {base}{''.join(' + ' + one for one in more)}: {len(names)} entries, {built['size']} bytes, "
              f"{built['unpacked']} unpacked", file=sys.stderr, flush=True)

    def test_lists(self):
        backends = {one["name"]: one for one in self.answer("backends")["backends"]}
        for name, base, pythons in CELLS if ALL else QUICK:
            for python in [one for one in pythons if not CHOSEN or f"{name}/{one}" in CHOSEN]:
                with self.subTest(f"{name} {python} {base}"):
                    self.build(backends[name], base, python)

    def test_lists_that_users_extend(self):
        backends = {one["name"]: one for one in self.answer("backends")["backends"]}
        for name, base, python in [("aws_lambda", "lithops-2.2.4", "3.8"), ("aliyun_fc", "lithops-3.1.3", "3.9"),
                                   ("azure_functions", "lithops-2.6.1", "3.9")] if ALL and not CHOSEN else []:
            with self.subTest(f"{name} {python} {base} + matplotlib"):
                self.build(backends[name], base, python, ["matplotlib"])


if __name__ == "__main__":
    sys.argv = sys.argv[:1]
    cli.main()
