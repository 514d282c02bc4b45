#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What prune rules remove, no import misses: packages are built with and without the rules, and every top-level module and
what importlib.metadata tells is the same in both.

By default a few packages. By hand: prune_imports.py --all [--prune RULES] [BATCH ...], the pins of test/data/popular.txt
in batches of the names of popular.in, and the releases of numpy; it takes an hour and some gigabytes, and needs CPython
3.12. What fails without the rules too (a library of the system that is not there, an option that was not installed) is
printed and not counted.
"""
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
FEW = ["numpy==2.2.6", "lazy-loader==0.5", "SQLAlchemy==2.0.44", "PyYAML==6.0.3", "requests==2.32.5"]
NUMPY = ["1.26.4", "2.0.2", "2.2.6", "2.4.0"]
AT_ONCE = 24  # names of popular.in in one package


def modules_in(folder):
    """The names that an import statement may begin with."""
    for path in sorted(folder.iterdir()):
        name = path.name.partition(".")[0]
        is_module = path.suffix in (".py", ".so") or (path.is_dir() and "." not in path.name and any(path.rglob("*.py")))
        if is_module and name.isidentifier():
            yield name


class PruneImports(cli.CommandLineTest):
    def unpacked(self, requirements, prune, python):
        """Built by the local backend as sources, and unpacked; the bytes of the contents."""
        self.daypack("build", "-b", "local", "--python", python[1], "-r", requirements, "--prune", prune, "--bytecode", "none",
                     "--effort", "fast", "--check", "none", "-o", "out.zip", "--prefer", "numpy", timeout=3600)
        folder = self.folder / ("with-" + prune)
        shutil.rmtree(folder, ignore_errors=True)
        with zipfile.ZipFile(self.folder / "out.zip") as package:
            package.extractall(folder)
            size = sum(info.file_size for info in package.infolist())
        (self.folder / "out.zip").unlink()
        return folder, size

    def probe(self, folder, statements, python):
        command = [python[0], "-B", PROBE, folder]
        finished = subprocess.run(command, input="\n".join(statements).encode(), capture_output=True, check=True)
        return json.loads(finished.stdout)

    def check(self, requirements, python, prune):
        """Gives how many modules and distributions there were, what fails without the rules too, and both sizes."""
        whole, size = self.unpacked(requirements, "none", python)
        pruned, less = self.unpacked(requirements, prune, python)
        self.assertLess(less, size)
        distributions = self.probe(whole, [], python)["distributions"]
        normalised = {name.lower().replace("_", "-") for name in distributions}
        statements = [f"import {name}" for name in modules_in(whole)]
        statements += [line for name, lines in USES.items() if name in normalised for line in lines]
        told = self.probe(pruned, statements, python)
        before = self.probe(whole, told["failed"], python)["failed"]
        broken = {line: error for line, error in told["failed"].items() if line not in before}
        shutil.rmtree(whole)
        shutil.rmtree(pruned)
        self.assertEqual(broken, {}, f"works without --prune {prune}")
        self.assertEqual(told["distributions"], distributions, "what importlib.metadata tells")
        return len(statements), len(distributions), before, size, less

    def python(self, *wanted):
        for found in cli.pythons():
            if found[1] in wanted:
                return found
        self.skipTest("no Python of " + ", ".join(wanted))

    def test_a_few(self):
        if ALL:
            self.skipTest("all packages are asked for")
        requirements = self.write("requirements.txt", "\n".join(FEW))
        statements, distributions, failed, _, _ = self.check(requirements, self.python("3.12", "3.11"), "safe")
        self.assertEqual(failed, {})
        self.assertGreater(statements, 10)
        self.assertGreater(distributions, 6)

    def test_every_numpy(self):
        if not ALL:
            self.skipTest("asked for by --all")
        for release in NUMPY:
            with self.subTest(numpy=release):
                requirements = self.write("requirements.txt", f"numpy=={release}")
                self.assertEqual(self.check(requirements, self.python("3.12"), ALL["prune"])[2], {})

    def test_all_in_batches(self):
        if not ALL:
            self.skipTest("asked for by --all")
        names = (cli.ROOT / "test/data/popular.in").read_text().split()
        pins = cli.ROOT / "test/data/popular.txt"
        batches = [names[at : at + AT_ONCE] for at in range(0, len(names), AT_ONCE)]
        for number, batch in enumerate(batches):
            if ALL["batches"] and str(number) not in ALL["batches"]:
                continue
            with self.subTest(batch=number):
                requirements = self.write("requirements.txt", "\n".join([f"-c {pins}", "--only-binary :all:", *batch]))
                statements, distributions, failed, size, less = self.check(requirements, self.python("3.12"), ALL["prune"])
                print(f"batch {number}: {statements} statements, {distributions} distributions, {size / 1e6:.1f} -> {less / 1e6:.1f} MB", flush=True)
                for line, error in failed.items():
                    print(f"  fails without rules too: {line}: {error.splitlines()[-1][:150]}", flush=True)


ALL = None
if "--all" in sys.argv:
    at = sys.argv.index("--all")
    chosen = sys.argv[at + 1 :]
    ALL = {"prune": "safe"}
    if chosen[:1] == ["--prune"]:
        ALL["prune"], chosen = chosen[1], chosen[2:]
    ALL["batches"] = chosen
    del sys.argv[at:]

if __name__ == "__main__":
    cli.main()
