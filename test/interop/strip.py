#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Packages with and without --strip: every extension module imports, or fails, with the same words; readelf sees the same.

By default numpy for the local Python. By hand: strip.py --all, or --all CORPUS..., the corpora of test/data and "patched"
(packages whose libraries patchelf has changed), for the Pythons 3.11 and 3.12 of this machine, as a table of bytes; the
system's strip is tried on the same libraries, and what it breaks is told.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import unpacked

CORPORA = {**{name: ["-r", cli.ROOT / f"test/data/{name}.in"] for name in ("lithops-aws", "lithops-azure", "mapbox", "data-science")},
           "patched": ["numba", "scipy", "pyarrow", "rasterio"]}
PYTHONS = ["3.11", "3.12"]
SOLVE = "import numpy; print(numpy.linalg.solve([[3.0, 1.0], [1.0, 2.0]], [9.0, 8.0]).round(9).tolist())"


def is_elf(archive, name):
    with archive.open(name) as file:
        return file.read(4) == b"\x7fELF"


def sections(path):
    text = subprocess.run(["readelf", "--section-headers", "--wide", path], capture_output=True, text=True, check=True).stdout
    return {words[0] for words in (line.partition("]")[2].split() for line in text.splitlines() if "[" in line) if words}


def dynamic(path):
    """What the loader goes by, as readelf prints it: it finds all of this by the program headers."""
    finished = subprocess.run(["readelf", "--use-dynamic", "--dynamic", "--dyn-syms", "--histogram", "--wide", path],
                              capture_output=True, text=True, check=True)
    return [line for line in finished.stdout.splitlines() if " at offset " not in line]


def refused(path):
    """Whether the loader does not take the file for a library; what it needs besides may be missing."""
    finished = subprocess.run([sys.executable, "-c", "import ctypes, sys; ctypes.CDLL(sys.argv[1])", path], capture_output=True, text=True)
    return "ELF load command" in finished.stderr or "invalid ELF" in finished.stderr


class Strip(cli.CommandLineTest):
    def build(self, name, strip, python, packages):
        options = ["-b", "local", "--python", python, "--prune", "none", "--bytecode", "none", "--no-check", "budget,imports"]
        answer = self.answer("build", *options, "--strip", strip, "--lock", "pylock.toml", *packages, "-o", f"{name}.zip")
        manifest = json.loads((self.folder / f"{name}.daypack.json").read_bytes())
        return answer, [line for line in manifest["ledger"] if line["rule"] == "strip"]

    def changed_libraries(self, ledger):
        """Pairs of files: a library as it was, and stripped."""
        with zipfile.ZipFile(self.folder / "plain.zip") as plain, zipfile.ZipFile(self.folder / "unneeded.zip") as stripped:
            for line in ledger:
                if line["change"] == "rewritten":
                    self.assertTrue(is_elf(plain, line["path"]), line)
                    before, after = self.write("before.so", plain.read(line["path"])), self.write("after.so", stripped.read(line["path"]))
                    self.assertEqual((before.stat().st_size, after.stat().st_size), (line["bytes"], line["bytes_after"]), line)
                    yield line["path"], before, after

    def check_libraries(self, ledger):
        """Paths of the libraries that differ, or still have what was to go."""
        wrong = []
        for path, before, after in self.changed_libraries(ledger):
            if dynamic(before) != dynamic(after) or {".symtab", ".debug_info"} & sections(after):
                wrong.append(path)
        return wrong

    def same_imports(self, python, program):
        modules = unpacked.extension_modules(self.folder / "plain.zip")
        failures = {}
        for name in "plain", "unneeded":
            folder = self.folder / "unpacked"
            words = unpacked.import_failures(self.folder / f"{name}.zip", modules, folder, program, timeout=3600)
            failures[name] = {module: text.replace(name, "") for module, text in words.items()}
            shutil.rmtree(folder)
        self.assertEqual(failures["plain"], failures["unneeded"])
        return len(modules), len(failures["plain"])

    def test_numpy(self):
        if ALL:
            self.skipTest("all corpora are asked for")
        packages = ["numpy==2.2.6"] if sys.version_info >= (3, 10) else ["numpy<2"]
        plain, nothing = self.build("plain", "none", cli.LOCAL_PYTHON, packages)
        unneeded, ledger = self.build("unneeded", "unneeded", cli.LOCAL_PYTHON, packages)
        self.assertEqual(nothing, [])
        self.assertLess(unneeded["unpacked"], plain["unpacked"])
        self.assertLess(unneeded["size"], plain["size"])
        self.assertEqual(plain["unpacked"] - unneeded["unpacked"], sum(line["bytes"] - line["bytes_after"] for line in ledger))
        self.assertIn("strip", {found["subject"] for found in unneeded["findings"]})
        self.assertEqual(self.check_libraries(ledger), [])
        broken = self.broken_by_the_system([line for line in ledger if line["path"].startswith("numpy.libs/libscipy_openblas")])
        if "2.40" in subprocess.run(["strip", "--version"], capture_output=True, text=True).stdout and "numpy==2.2.6" in packages:
            self.assertEqual(len(broken), 1, "patchelf has changed it, and GNU strip 2.40 is known to break it")
        modules, failures = self.same_imports(cli.LOCAL_PYTHON, sys.executable)
        self.assertGreater(modules - failures, 10)
        with zipfile.ZipFile(self.folder / "unneeded.zip") as archive:
            archive.extractall(self.folder / "run")
        solved = subprocess.run([sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, sys.argv[1]); {SOLVE}", self.folder / "run"],
                                capture_output=True, text=True)
        self.assertEqual(solved.stdout, "[2.0, 3.0]\n", solved.stderr)
        again, _ = self.build("again", "unneeded", cli.LOCAL_PYTHON, packages)
        self.assertEqual(again["sha256"], unneeded["sha256"], "what the cache gives is what was computed")

    def broken_by_the_system(self, ledger):
        """Libraries that the loader refuses after the system's strip; it takes them as they were, and as ours left them."""
        broken = []
        for path, before, ours in self.changed_libraries(ledger):
            systems = self.folder / "system.so"
            subprocess.run(["strip", "--strip-unneeded", "-o", systems, before], capture_output=True, check=True)
            if refused(systems):
                self.assertFalse(refused(before) or refused(ours), path)
                broken.append(path)
        return broken

    def test_all(self):
        if not ALL:
            self.skipTest("asked for by --all")
        programs = {version: path for path, version in cli.pythons()}
        for corpus in ALL:
            for python in PYTHONS:
                with self.subTest(f"{corpus} {python}"):
                    (self.folder / "pylock.toml").unlink(missing_ok=True)
                    plain, _ = self.build("plain", "none", python, CORPORA[corpus])
                    stripped, ledger = self.build("unneeded", "unneeded", python, CORPORA[corpus])
                    kept = [f"{line['path']}: {line['note']}" for line in ledger if line["change"] == "kept"]
                    smaller = sum(line["change"] == "rewritten" for line in ledger)
                    print(f"\n{corpus} {python}: unpacked {plain['unpacked']:,} -> {stripped['unpacked']:,}, zip {plain['size']:,} -> "
                          f"{stripped['size']:,}; {smaller} libraries smaller, {len(kept)} kept", *kept, sep="\n  ", flush=True)
                    print("  the system's strip breaks:", self.broken_by_the_system(ledger), flush=True)
                    self.assertEqual(self.check_libraries(ledger), [])
                    print("  %d modules, %d do not import in either package" % self.same_imports(python, programs[python]), flush=True)


ALL = cli.asked_for(CORPORA)

if __name__ == "__main__":
    cli.main()
