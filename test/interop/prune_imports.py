#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What prune rules remove, nothing misses: packages are built with and without the rules, and every top-level module imports,
every entry point loads, and importlib.metadata tells the same in both.

By default a few packages. By hand: prune_imports.py --all [--prune RULES ...] [--strip WHAT] [BATCH ...], the pins of test/data/popular.txt
in batches of the names of popular.in, those of the corpora, and the releases of numpy, by safe and by lean; it takes an
hour and some gigabytes, and needs CPython 3.11 and 3.12. What fails without the rules too (a library of the system that
is not there, an option that was not installed) is printed and not counted.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
from package_uses import USES

PROBE = cli.ROOT / "test/support/import_probe.py"
FEW = ["numpy==2.2.6", "lazy-loader==0.5", "SQLAlchemy==2.0.44", "jsonschema==4.26.0", "requests==2.32.5"]
CORPORA = ["mapbox", "lithops-aws", "lithops-azure", "data-science"]  # test/data/NAME.txt: Python 3.11, x86_64, manylinux2014
# What `--prune mapbox`, the recipe that people copy, breaks of these: what asks for metadata, and what needs a module among tests.
BROKEN_BY_THE_RECIPE = ["import importlib.metadata as m; m.EntryPoint('jsonschema', 'jsonschema.cli:main', 'console_scripts').load()",
                        "from numpy import *", "import numpy.testing; numpy.testing.assert_allclose(1, 1)"]
NUMPY = ["1.26.4", "2.0.2", "2.2.6", "2.4.0"]
AT_ONCE = 24  # names of popular.in in one package


def modules_in(folder):
    """The names that an import statement may begin with."""
    for path in sorted(folder.iterdir()):
        name = path.name.partition(".")[0]
        is_module = path.suffix in (".py", ".so") or (path.is_dir() and "." not in path.name and any(path.rglob("*.py")))
        if is_module and name.isidentifier():
            yield name


def loads_of(distributions):
    """Statements that load each entry point, as those who look for plugins do; once where several name one object."""
    points = {value: (group, name) for told in distributions.values() for group, name, value in told["entry_points"]}
    return [f"import importlib.metadata as m; m.EntryPoint({name!r}, {value!r}, {group!r}).load()" for value, (group, name) in sorted(points.items())]


class PruneImports(cli.CommandLineTest):
    def unpacked(self, requirements, prune, python):
        """Built by the local backend as sources, and unpacked; the bytes of the contents."""
        strip = ALL["strip"] if ALL and prune != "none" else "none"
        self.daypack("build", "-b", "local", "--python", python[1], "-r", requirements, "--prune", prune, "--strip", strip, "--bytecode", "none",
                     "--effort", "fast", "--check", "none", "-o", "out.zip", "--prefer", "numpy", timeout=3600)
        folder = self.folder / ("with-" + prune)
        shutil.rmtree(folder, ignore_errors=True)
        with zipfile.ZipFile(self.folder / "out.zip") as package:
            package.extractall(folder)
            size = sum(info.file_size for info in package.infolist())
        (self.folder / "out.zip").unlink()
        return folder, size

    def probe(self, folder, statements, python):
        command = [python[0], "-I", "-S", "-B", PROBE, folder]
        finished = subprocess.run(command, input="\n".join(statements).encode(), capture_output=True, check=True)
        return json.loads(finished.stdout)

    def without_rules(self, requirements, python):
        """The unpruned package: folder, bytes, what importlib.metadata tells, the statements to try."""
        folder, size = self.unpacked(requirements, "none", python)
        distributions = self.probe(folder, [], python)["distributions"]
        normalised = {name.lower().replace("_", "-") for name in distributions}
        statements = [f"import {name}" for name in modules_in(folder)] + loads_of(distributions)
        statements += [line for name, lines in USES.items() if name in normalised for line in lines]
        return folder, size, distributions, statements

    def compared(self, requirements, python, prune, whole):
        """What works without the rules alone, the names of distributions that importlib.metadata tells other things of,
        what fails without the rules too, and the bytes with them."""
        folder, size, distributions, statements = whole
        pruned, less = self.unpacked(requirements, prune, python)
        self.assertLess(less, size)
        told = self.probe(pruned, statements, python)
        before = self.probe(folder, list(told["failed"]), python)["failed"]
        shutil.rmtree(pruned)
        broken = {line: error for line, error in told["failed"].items() if line not in before}
        other = sorted(name for name, what in distributions.items() if told["distributions"].get(name) != what)
        return broken, other, before, less

    def check(self, title, requirements, python, rules):
        """Nothing that works without the rules fails with them. Gives what fails without them too."""
        whole = self.without_rules(requirements, python)
        folder, size, distributions, statements = whole
        before = {}
        for prune in rules:
            with self.subTest(title, prune=prune):
                broken, other, before, less = self.compared(requirements, python, prune, whole)
                print(f"\n{title} --prune {prune}: {len(statements)} statements, {len(distributions)} distributions, "
                      f"{size / 1e6:.1f} -> {less / 1e6:.1f} MB", flush=True)
                for heading, failed in ("fails without rules too", before), ("BROKEN", broken):
                    for line, error in failed.items():
                        print(f"  {heading}: {line}: {error.splitlines()[-1][:150]}", flush=True)
                self.assertEqual(broken, {}, "works without the rules")
                self.assertEqual(other, [], "importlib.metadata tells other things")
        shutil.rmtree(folder)
        return before

    def python(self, *wanted):
        for found in cli.pythons():
            if found[1] in wanted:
                return found
        self.skipTest("no Python of " + ", ".join(wanted))

    def test_a_few(self):
        if ALL:
            self.skipTest("all packages are asked for")
        requirements, python = self.write("requirements.txt", "\n".join(FEW)), self.python("3.12", "3.11")
        folder, size, distributions, statements = self.without_rules(requirements, python)
        self.assertLessEqual(set(BROKEN_BY_THE_RECIPE), set(statements))
        broken, other, before, _ = self.compared(requirements, python, "safe", (folder, size, distributions, statements))
        self.assertEqual((broken, other, before), ({}, [], {}))
        broken, other, _, _ = self.compared(requirements, python, "mapbox", (folder, size, distributions, BROKEN_BY_THE_RECIPE))
        self.assertEqual((set(broken), other), (set(BROKEN_BY_THE_RECIPE), sorted(distributions)))

    def test_every_numpy(self):
        if not ALL or ALL["batches"]:
            self.skipTest("asked for by --all")
        for release in NUMPY:
            requirements = self.write("requirements.txt", f"numpy=={release}")
            self.assertEqual(self.check(f"numpy {release}", requirements, self.python("3.12"), ALL["rules"]), {})

    def test_corpora(self):
        if not ALL or ALL["batches"]:
            self.skipTest("asked for by --all")
        for name in CORPORA:
            self.check(name, cli.ROOT / f"test/data/{name}.txt", self.python("3.11"), ALL["rules"])

    def test_popular_in_batches(self):
        if not ALL:
            self.skipTest("asked for by --all")
        names = (cli.ROOT / "test/data/popular.in").read_text().split()
        pins = cli.ROOT / "test/data/popular.txt"
        batches = [names[at : at + AT_ONCE] for at in range(0, len(names), AT_ONCE)]
        for number, batch in enumerate(batches):
            if not ALL["batches"] or str(number) in ALL["batches"]:
                requirements = self.write("requirements.txt", "\n".join([f"-c {pins}", "--only-binary :all:", *batch]))
                self.check(f"batch {number}", requirements, self.python("3.12"), ALL["rules"])


ALL = None
if "--all" in sys.argv:
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--prune", action="append", dest="rules")
    parser.add_argument("--strip", default="none")
    parser.add_argument("batches", nargs="*")
    ALL = vars(parser.parse_args())
    ALL["rules"] = ALL["rules"] or ["safe", "lean"]
    del sys.argv[1:]

if __name__ == "__main__":
    cli.main()
