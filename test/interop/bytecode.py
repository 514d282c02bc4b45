#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Each .pyc of a package beside what the interpreter itself writes for that path and those options.

By default three packages for the local Python. By hand: bytecode.py --all, or --all CORPUS..., the corpora of test/data for
every Python from 3.8 to 3.13 of this machine that has wheels for them.
"""
import json
import pathlib
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

CORPORA = ["mapbox", "lithops-aws", "lithops-azure", "data-science"]
# Compiles what stands in FOLDER (named without its "c") in one process, and writes it as PATHc.own; what py_compile
# writes, to the letter. Then says which files differ from those beside them, and whether they do so by marks of references
# and the order in constant sets alone.
OWN = r"""
import json, marshal, os, py_compile, sys, warnings
warnings.simplefilter("ignore")
folder, root, optimize, paths = sys.argv[1], sys.argv[2], int(sys.argv[3]), json.load(sys.stdin)
differ = {}

def described(constant):
    # Everything but what the source does not decide: references, interned strings, the order in a set.
    if type(constant) is frozenset:
        return sorted(map(repr, constant))
    if type(constant) is not type(described.__code__):
        return type(constant).__name__, repr(constant)
    fields = [name for name in dir(constant) if name.startswith("co_") and not callable(getattr(constant, name)) and name != "co_consts"]
    return [getattr(constant, name) for name in fields], [described(each) for each in constant.co_consts]

def plain(pyc):
    return described(marshal.loads(pyc[16:]))

for path in paths:
    source, packed = os.path.join(folder, "sources", path), os.path.join(folder, "packed", path + "c")
    py_compile.compile(source, cfile=source + "c.own", dfile=root + path, doraise=True, optimize=optimize,
                       invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    with open(source + "c.own", "rb") as own, open(packed, "rb") as ours:
        expected, got = own.read(), ours.read()
    if expected != got:
        differ[path] = expected[:16] == got[:16] and plain(expected) == plain(got)
print(json.dumps(differ))
"""


def minor_of(version):
    return int(version.partition(".")[2])


class Bytecode(cli.CommandLineTest):
    def own(self, python, paths, *options, optimize=0):
        command = [python, "-S", "-s", "-B", *options, "-c", OWN, self.folder, "/var/task/", str(optimize)]
        finished = subprocess.run(command, input=json.dumps(paths).encode(), capture_output=True, cwd="/",
                                  env={"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"})
        self.assertEqual(finished.returncode, 0, finished.stderr.decode()[-2000:])
        return json.loads(finished.stdout)

    def extracted(self, name, kind):
        with zipfile.ZipFile(self.folder / name) as archive:
            archive.extractall(self.folder / kind)
            return archive.namelist()

    def compare(self, python, version, *packages, optimize=0, debug_ranges=False):
        """How many files there are, and those that differ in a process of their own too."""
        build = ["build", "-b", "aws_lambda", "--python", version, "--prune", "none", "--check", "none", "--lock", "pylock.toml", *packages]
        self.daypack(*build, "--bytecode", "none", "-o", "sources.zip")
        self.daypack(*build, "--optimize", optimize, *["--debug-ranges"] * debug_ranges, "-o", "packed.zip")
        self.extracted("sources.zip", "sources")
        packed = self.extracted("packed.zip", "packed")
        paths = [name[:-1] for name in packed if name.endswith(".pyc") and "__pycache__" not in name]
        options = ["-X", "no_debug_ranges"] if not debug_ranges and minor_of(version) > 10 else []
        differ = self.own(python, paths, *options, optimize=optimize)
        alone = {}
        for path in differ:  # what the files before it have left behind in that process
            alone.update(self.own(python, [path], *options, optimize=optimize))
        self.assertTrue(all(alone.values()), alone)
        return len(paths), sorted(differ), sorted(alone)

    def test_small_packages(self):
        if ALL:
            self.skipTest("corpora are asked for")
        for optimize, debug_ranges in (0, False), (2, True):
            with self.subTest(optimize=optimize, debug_ranges=debug_ranges):
                count, _, alone = self.compare(sys.executable, cli.LOCAL_PYTHON, "attrs==25.4.0", "idna==3.10", "packaging==25.0",
                                               optimize=optimize, debug_ranges=debug_ranges)
                self.assertGreater(count, 40)
                self.assertLess(len(alone), count / 5, "only files where something but the source decides what is shared")

    def test_other_hosts(self):
        """Other folders, variables, numbers of workers and processes of another hash seed give one digest."""
        build = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--check", "none", "--lock", "pylock.toml", "attrs==25.4.0", "idna==3.10"]
        digests = set()
        for jobs, variables in (1, {}), (7, {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONOPTIMIZE": "2"}):
            answer = self.answer(*build, "--jobs", jobs, "--cache-dir", f"cache{jobs}", "-o", f"{jobs}.zip", env={**cli.environment(), **variables})
            digests.add(answer["sha256"])
        self.assertEqual(len(digests), 1)

    def test_all(self):
        if not ALL:
            self.skipTest("asked for by --all")
        for version, python in {version: python for python, version in cli.pythons()}.items():
            for corpus in ALL:
                if 7 < minor_of(version) < 14:
                    with self.subTest(f"{corpus} {version}"):
                        (self.folder / "pylock.toml").unlink(missing_ok=True)
                        count, differ, alone = self.compare(python, version, "-r", cli.ROOT / f"test/data/{corpus}.in")
                        print(f"\n{corpus} {version}: {count} files, {len(differ)} otherwise in one process for all, {len(alone)} in one "
                              f"for each, by marks and the order of sets alone: {' '.join(alone)}", flush=True)


ALL = cli.asked_for(CORPORA)

if __name__ == "__main__":
    cli.main()
