# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What the tests of the command line share: a folder of its own for each test, the program, and what it left.

$DAYPACK names the program. Everything else of the environment is the caller's, but for DAYPACK_* settings.
"""
import base64
import contextlib
import ctypes
import glob
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ.get("DAYPACK", "daypack")
LOCAL_PYTHON = "%d.%d" % sys.version_info[:2]
# A few real packages: pure ones, and ones with extension modules.
PACKAGES = ["requests==2.32.3", "PyYAML==6.0.2", "MarkupSafe==3.0.2"]
CLOSED_PORT = "http://127.0.0.1:9/simple"


def environment(**changes):
    """The caller's, without settings of the program itself; None takes a variable away."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DAYPACK_") or name == "DAYPACK_UV"}
    kept.update({name: value for name, value in changes.items() if value is not None})
    return {name: value for name, value in kept.items() if changes.get(name, "") is not None}


def function_store(otherwise):
    """A store that all tests of a run share, so that the runtime client is installed once: functions in it need names
    of their own."""
    if os.environ.get("DAYPACK_TEST_STORE"):
        return os.environ["DAYPACK_TEST_STORE"]
    return os.environ["XDG_DATA_HOME"] + "/daypack" if os.environ.get("XDG_DATA_HOME") else str(otherwise)


def pythons():
    """The interpreters of this machine: path and minor version, e.g. "3.12"."""
    named = [shutil.which(f"python3.{minor}") for minor in range(6, 15)]
    for path in [path for path in named if path] + sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/3.*/bin/python3"))):
        asked = subprocess.run([path, "-c", "import sys; print(sys.executable, '%d.%d' % sys.version_info[:2])"], capture_output=True, text=True)
        words = asked.stdout.split()
        if asked.returncode == 0 and len(words) == 2:
            yield tuple(words)


def needs_python(version):
    return unittest.skipUnless(version in {minor for _, minor in pythons()}, f"no Python {version} here")


def asked_for(everything):
    """What follows --all on the command line, or everything when nothing does; nothing without it. Taken off the command line."""
    if "--all" not in sys.argv:
        return []
    at = sys.argv.index("--all")
    asked = sys.argv[at + 1 :] or list(everything)
    del sys.argv[at:]
    return asked


def json_schema():
    """The package jsonschema: of this Python, or of the tests' virtual environment; None where neither has it."""
    python = os.environ.get("DAYPACK_TEST_PYTHON")
    sys.path += [str(folder) for folder in pathlib.Path(python).parent.parent.glob("lib/python*/site-packages")] if python else []
    try:
        import jsonschema
    except ImportError:
        return None
    return jsonschema


JSON_SCHEMA = json_schema()


def validated(answer, arguments):
    """The answer, once it has met the schema of its command (docs/reference/json)."""
    words = [str(one) for one in arguments if not str(one).startswith("-")]
    kind = "error" if set(answer) == {"error"} else "print-config" if "--print-config" in arguments else words[0]
    if kind in ("cache", "runtime"):
        kind += "-" + words[1]
    schema = ROOT / f"docs/reference/json/{kind}.schema.json"
    if JSON_SCHEMA and schema.exists():
        JSON_SCHEMA.Draft202012Validator(json.loads(schema.read_text())).validate(answer)
    return answer


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def names_in(path):
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def files_below(folder):
    return sorted(path.relative_to(folder).as_posix() for path in pathlib.Path(folder).rglob("*") if not path.is_dir())


def wheel_files(name="demo", version="1.0"):
    info = f"{name}-{version}.dist-info"
    return {
        f"{name}/__init__.py": b"answer = 42\n" * 2000,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }


def write_wheel(folder, name="demo", version="1.0", more=()):
    """A wheel of one package, and `more` files: pairs of path and bytes."""
    files = {**wheel_files(name, version), **dict(more)}
    record = f"{name}-{version}.dist-info/RECORD"
    rows = []
    for path, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(data)}\n")
    files[record] = "".join(rows + [f"{record},,\n"]).encode()
    path = pathlib.Path(folder) / f"{name}-{version}-py3-none-any.whl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for member, data in files.items():
            wheel.writestr(zipfile.ZipInfo(member, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return path


def session_of(stat):
    """State and session of a line of /proc/PID/stat."""
    fields = stat.rpartition(")")[2].split()
    return fields[0], int(fields[3])


def left_of_session(session):
    """The command lines of the processes that still run in this session."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            state, its = session_of((folder / "stat").read_text())
            if its == session and state != "Z":
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found


def mount_privately():
    """Gives this process a view of the file system in which it may mount what nobody else sees; False when it may not."""
    new_namespace = 0x20000
    if os.geteuid() != 0 or ctypes.CDLL(None, use_errno=True).unshare(new_namespace) != 0:
        return False
    return subprocess.run(["mount", "--make-rprivate", "/"], capture_output=True).returncode == 0


PEAK = """
import resource, subprocess, sys
finished = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
sys.exit(finished.returncode)
"""


class CommandLineTest(unittest.TestCase):
    maxDiff = None
    longMessage = True

    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="daypack-cli-")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def daypack(self, *arguments, code=0, **options):
        """Runs the program in the test's folder and expects this exit code."""
        options = {"cwd": self.folder, "env": environment(), "stdin": subprocess.DEVNULL, "timeout": 300, **options}
        finished = subprocess.run([PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        finished.out = finished.stdout.decode(errors="replace")
        finished.err = finished.stderr.decode(errors="replace")
        words = f"daypack {' '.join(map(str, arguments))}\nstdout: {finished.out}\nstderr: {finished.err}"
        self.assertEqual(finished.returncode, code, words)
        return finished

    def start(self, *arguments, **options):
        """The program as the leader of a session of its own, so that its children can be found again."""
        options = {"cwd": self.folder, "env": environment(), "stdin": subprocess.DEVNULL, "start_new_session": True, **options}
        return subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def peak_memory(self, *arguments):
        """Bytes that the program had in memory at most. It is started by a small process: Linux counts what the one that
        starts it had (vfork, then exec)."""
        command = [sys.executable, "-S", "-c", PEAK, PROGRAM, *map(str, arguments)]
        # meson lets malloc fill what it gives, so that memory that is never used counts too.
        settings = environment(MALLOC_PERTURB_=None)
        finished = subprocess.run(command, cwd=self.folder, env=settings, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        return int(finished.stdout)

    def answer(self, *arguments, code=0, **options):
        """What it prints with --json, which is as its schema says."""
        return validated(json.loads(self.daypack(*arguments, "--json", code=code, **options).out), arguments)

    def understood(self, words):
        """The options of a command line as the parser takes them, by name; nothing is done."""
        finished = self.daypack(*words, "--print-config", "--config-file", "none", "--json")
        told = validated(json.loads(finished.out), ["--print-config"])
        self.assertTrue(told["command"] and " ".join(words).startswith(told["command"]), told["command"])
        return {option["name"]: option["value"] for option in told["options"]}

    def refused(self, code, says, *arguments, **options):
        """Fails with these words, prints no result, leaves no file behind."""
        before = files_below(self.folder)
        finished = self.daypack(*arguments, code=code, **options)
        self.assertEqual(finished.out, "", "a failure has no result")
        for words in [says] if isinstance(says, str) else says:
            self.assertIn(words, finished.err)
        self.assertEqual(files_below(self.folder), before, "a failure leaves no file behind")
        return finished

    def assert_nothing_left(self, session, within=10):
        """No process of the session runs on; children that notice their parent's death have a moment for it."""
        until = time.monotonic() + within
        while left_of_session(session) and time.monotonic() < until:
            time.sleep(0.02)
        self.assertEqual(left_of_session(session), [], "processes were left behind")


def main():
    unittest.main(verbosity=2)
