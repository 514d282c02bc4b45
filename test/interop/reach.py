#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What a handler imports when it runs stays in the package, and what nothing imports goes: a real Python is the judge.

By default a few packages. By hand: reach.py --all [--modules] [BATCH ...], for each name of test/data/popular.in a handler that
imports and uses it, in the batches of prune_imports.py. Whatever file it opens of a package with everything must be in the
package that keeps what is reached; so must be what it imports through other ways than a statement. That takes hours and some
gigabytes, and needs CPython 3.12.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
from package_uses import USES

PROBE = cli.ROOT / "test/support/opened_probe.py"
FEW = ["numpy==2.2.6", "SQLAlchemy==2.0.44", "PyYAML==6.0.3", "requests==2.32.5"]
AT_ONCE = 24  # names of popular.in in one package
# A handler each, what it must give, and distributions that must be gone.
HANDLERS = [
    ("unreachable", ["import requests, yaml", "def handler(event, context):",
                     "    return yaml.safe_load('1') + len(requests.Request('GET', 'http://a/').prepare().url)"],
     10, {"numpy", "sqlalchemy", "greenlet"}),
    ("unreachable", ["def handler(event, context):", "    import numpy, numpy.testing", "    return int(numpy.arange(5).sum())"],
     10, {"requests", "sqlalchemy", "urllib3"}),
    # It reads entry points of groups that it is given, and numpy has some.
    ("unreachable", ["import sqlalchemy", "def handler(event, context):",
                     "    return sqlalchemy.create_engine('sqlite://').connect().execute(sqlalchemy.text('select 10')).scalar()"],
     10, {"requests", "urllib3", "certifi"}),
    ("unreachable-modules", ["def handler(event, context):", "    import requests", "    return len(requests.Request('GET', 'http://abc/').prepare().url) - 1"],
     10, {"numpy", "sqlalchemy", "greenlet", "pyyaml"}),
]


def normalised(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def distributions_in(folder):
    return {normalised(path.name.split("-")[0]) for path in folder.glob("*.dist-info")}


def modules_of(folder, paths):
    """The top-level packages and modules of a distribution with these files; of a namespace the packages below it."""
    for path in map(pathlib.PurePosixPath, paths):
        if len(path.parts) == 1 and path.suffix in (".py", ".so"):
            yield path.name.partition(".")[0]
        elif path.suffix == ".py" and all(part.isidentifier() for part in path.parts[:-1]):
            above = [path.parts[:end] for end in range(1, len(path.parts)) if (folder.joinpath(*path.parts[:end]) / "__init__.py").is_file()]
            yield ".".join(above[0]) if above else ".".join(path.with_suffix("").parts)


class Reach(cli.CommandLineTest):
    def python(self, *wanted):
        for found in cli.pythons():
            if found[1] in wanted:
                return found
        self.skipTest("no Python of " + ", ".join(wanted))

    def unpacked(self, requirements, prune, python):
        """The package of app.py and its requirements, built by the local backend as sources, and unpacked."""
        self.daypack("build", "-b", "local", "--python", python[1], "-r", requirements, "--prune", prune, "--bytecode", "none", "--add",
                     "app.py=app.py", "--effort", "fast", "--check", "none", "-o", "out.zip", timeout=3600)
        folder = self.folder / ("with-" + prune.partition("=")[0])
        shutil.rmtree(folder, ignore_errors=True)
        with zipfile.ZipFile(self.folder / "out.zip") as package:
            package.extractall(folder)
        return folder

    def probe(self, folder, statements, python):
        finished = subprocess.run([python[0], "-I", "-S", "-B", PROBE, folder], input="\n".join(statements).encode(), capture_output=True,
                                  check=True, cwd=self.folder)
        return json.loads(finished.stdout)

    def check(self, whole, pruned, statements, python):
        """What was opened of the whole package is in the pruned one, and what worked there works here."""
        before, after = self.probe(whole, statements, python), self.probe(pruned, statements, python)
        # Who lists distributions opens the entry points of all.
        missing = [name for name in before["opened"] if not (pruned / name).is_file() and not name.endswith(".dist-info/entry_points.txt")]
        self.assertEqual(missing, [], "opened, and not kept")
        self.assertEqual({line: error for line, error in after["failed"].items() if line not in before["failed"]}, {}, "works with everything")
        return before

    def test_a_few(self):
        if ALL:
            self.skipTest("all packages are asked for")
        python = self.python("3.12", "3.11")
        requirements = self.write("requirements.txt", "\n".join(FEW))
        self.write("app.py", "def handler(event, context): pass\n")
        whole = self.unpacked(requirements, "none", python)
        everything = distributions_in(whole)
        for rule, lines, result, gone in HANDLERS:
            with self.subTest(rule=rule, handler=lines):
                self.write("app.py", "\n".join(lines) + "\n")
                shutil.copy(self.folder / "app.py", whole)
                pruned = self.unpacked(requirements, f"{rule}=app.handler", python)
                call = [f"import app; assert app.handler({{}}, None) == {result}"]
                told = self.check(whole, pruned, call, python)
                self.assertEqual(told["failed"], {})
                self.assertGreater(len(told["opened"]), 20)
                self.assertGreaterEqual(len(gone & everything), 3)
                self.assertEqual(distributions_in(pruned) & gone, set())

    def test_all_in_batches(self):
        if not ALL:
            self.skipTest("asked for by --all")
        names = (cli.ROOT / "test/data/popular.in").read_text().split()
        pins = cli.ROOT / "test/data/popular.txt"
        python = self.python("3.12")
        for number, batch in enumerate(names[at : at + AT_ONCE] for at in range(0, len(names), AT_ONCE)):
            if ALL["batches"] and str(number) not in ALL["batches"]:
                continue
            requirements = self.write("requirements.txt", "\n".join([f"-c {pins}", "--only-binary :all:", *batch]))
            self.write("app.py", "def handler(event, context): pass\n")
            whole = self.unpacked(requirements, "none", python)
            everything = distributions_in(whole)
            entries = json.loads((self.folder / "out.daypack.json").read_bytes())["entries"]
            for name in batch:
                with self.subTest(batch=number, name=name):
                    paths = [entry["path"] for entry in entries if entry["distribution"] == normalised(name)]
                    modules = sorted({one for one in modules_of(whole, paths) if not one.startswith("_")})
                    statements = [f"import {one}" for one in modules[:12]] + USES.get(name, [])
                    self.write("app.py", "\n".join([*statements, "def handler(event, context): pass\n"]))
                    pruned = self.unpacked(requirements, ALL["rule"] + "=app.handler", python)
                    print(f"batch {number}: {name} keeps {len(distributions_in(pruned))} of {len(everything)} distributions", flush=True)
                    self.check(whole, pruned, statements, python)


ALL = None
if "--all" in sys.argv:
    at = sys.argv.index("--all")
    chosen = sys.argv[at + 1 :]
    ALL = {"rule": "unreachable"}
    if chosen[:1] == ["--modules"]:
        ALL["rule"], chosen = "unreachable-modules", chosen[1:]
    ALL["batches"] = chosen
    del sys.argv[at:]

if __name__ == "__main__":
    cli.main()
