# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What a finished package holds: whether other tools accept the zip, which modules it has, and whether they import."""
import json
import pathlib
import shutil
import subprocess
import sys
import zipfile

SUFFIXES = (".py", ".pyc", ".so")

# Imports each module in the way of a function: nothing of this Python's own site-packages, no .pth files, and a folder
# that is written to by nobody. Each in a process of its own, forked from one, so that none profits from another.
IMPORT = r"""
import importlib, json, os, sys, traceback
sys.path.insert(0, sys.argv[1])
failures = {}
for module in json.loads(sys.argv[2]):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        words = ""
        try:
            os.dup2(os.open(os.devnull, os.O_RDWR), 1)
            importlib.import_module(module)
        except BaseException as error:
            words = "%s: %s" % (type(error).__name__, error)
        os.write(writing, words.encode()[:60000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as words:
        text = words.read()
    status = os.waitpid(child, 0)[1]
    if text or status:
        failures[module] = text or "ended with status %d" % status
print(json.dumps(failures))
"""


def check_with_other_tools(test, path):
    """`unzip -t`, `7z t` and Python's zipfile read every byte and find nothing to complain about."""
    for command in ["unzip", "-tq"], ["7z", "t"]:
        if not shutil.which(command[0]):
            raise AssertionError(f"{command[0]} is not installed (Debian: unzip, p7zip-full)")
        finished = subprocess.run([*command, str(path)], capture_output=True, text=True)
        test.assertEqual(finished.returncode, 0, finished.stdout + finished.stderr)
        test.assertNotIn("warning", (finished.stdout + finished.stderr).lower())
    with zipfile.ZipFile(path) as archive:
        test.assertIsNone(archive.testzip())
        names = archive.namelist()
    test.assertEqual(len(names), len(set(names)), "a name stands twice")
    test.assertEqual(names, sorted(names, key=lambda name: name.encode()), "the entries are sorted by bytes")


def top_level_modules(path, below=""):
    """The modules at the root of the zip, or below a folder: files, and folders that hold modules somewhere."""
    with zipfile.ZipFile(path) as archive:
        names = [name[len(below):] for name in archive.namelist() if name.startswith(below)]
    modules = set()
    for name in names:
        first, _, rest = name.partition("/")
        if not name.endswith(SUFFIXES):
            continue
        module = first if rest else first.split(".")[0]
        if module.isidentifier() and not first.endswith((".libs", ".dist-info")):
            modules.add(module)
    return modules


def extension_modules(path):
    """The dotted names of the modules that are shared objects; not those below a folder that is no package's name."""
    with zipfile.ZipFile(path) as archive:
        names = [name.split("/") for name in archive.namelist() if name.endswith(".so")]
    dotted = {".".join([*folders, name.split(".")[0]]) for *folders, name in names}
    return {module for module in dotted if all(part.isidentifier() for part in module.split("."))}


def import_failures(path, modules, folder, python=sys.executable, below="", timeout=300):
    """Unpacks the zip and imports each of these modules; what failed, with the words of the error. `below` is the folder
    in it that sys.path has."""
    folder = pathlib.Path(folder)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    finished = subprocess.run([python, "-I", "-S", "-B", "-c", IMPORT, str(folder / below), json.dumps(sorted(modules))],
                              capture_output=True, text=True, timeout=timeout, cwd=folder.parent,
                              env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder.parent)})
    if finished.returncode:
        raise AssertionError(finished.stdout + finished.stderr)
    return json.loads(finished.stdout)
