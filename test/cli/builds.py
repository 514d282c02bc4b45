#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""How source code is built: what the build may use, that nothing of the caller decides it, and that no login is shown."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import small_server

LOGIN = "me:hidden-token-1"
TOKEN = LOGIN.partition(":")[2]
BUILD = ["build", "-b", "local", "--python", cli.LOCAL_PYTHON, "--bytecode", "none", "--prune", "none", "-o", "out.zip"]

# A build backend that no index of this world has: it writes down what it sees. Its project is called made-up.
BACKEND = '''
import base64, hashlib, os, pathlib, sys, time, zipfile

INFO = "made_up-3.1.dist-info"
FILES = {INFO + "/METADATA": "Metadata-Version: 2.1\\nName: made-up\\nVersion: 3.1\\n",
         INFO + "/WHEEL": "Wheel-Version: 1.0\\nTag: py3-none-any\\nRoot-Is-Purelib: true\\n"}


def command_lines():
    for process in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield process.read_text(errors="replace")
        except OSError:
            pass


def seen(settings):
    umask = os.umask(0)
    os.umask(umask)
    names = ("LC_ALL", "TZ", "PYTHONPATH", "PYTHONHASHSEED", "SOURCE_DATE_EPOCH")
    return {"settings": settings, "umask": umask, "environment": [os.environ.get(name) for name in names],
            "told": any("TOKEN" in line for line in command_lines())}


def prepare_metadata_for_build_wheel(out, settings=None):
    os.mkdir(out + "/" + INFO)
    for name, text in FILES.items():
        pathlib.Path(out, name).write_text(text)
    return INFO


def build_wheel(out, settings=None, metadata=None):
    files = {**FILES, "made_up.py": "seen = " + repr(seen(settings)) + "\\n"}
    rows = ["%s,sha256=%s,%d\\n" % (name, base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode(), len(text))
            for name, text in files.items()]
    files[INFO + "/RECORD"] = "".join(rows) + INFO + "/RECORD,,\\n"
    with zipfile.ZipFile(out + "/made_up-3.1-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
    return "made_up-3.1-py3-none-any.whl"


build_editable = build_wheel
'''.replace("TOKEN", TOKEN)

# A project whose backend lies in it. It waits until the others have begun as well.
WAITING = '''
import os, pathlib, sys, time, zipfile

here = pathlib.Path.cwd()


def build_wheel(out, settings=None, metadata=None):
    (here / "begun").touch()
    until = time.monotonic() + 60
    while not all((here.parent / name / "begun").exists() for name in ("one", "two")):
        if time.monotonic() > until:
            raise SystemExit("the others do not begin")
        time.sleep(0.05)
    for number in range(40):
        print("line", number, here.name, file=sys.stderr)
    raise SystemExit("no compiler for " + here.name)
'''


class Place(small_server.Answering):
    """A simple index (PEP 503) of a folder, its files, and a repository beside it: all want a login."""

    def do_GET(self):
        path = self.path.partition("?")[0]
        if not self.has_login(LOGIN):
            return self.answer(401, b"", [("WWW-Authenticate", 'Basic realm="index"')])
        if path.endswith("/"):
            links = (f'<a href="/files/{file.name}#sha256={cli.sha256(file)}">{file.name}</a>'
                     for file in sorted(self.server.folder.glob("*.whl")))
            return self.answer(200, "".join(links).encode(), [("Content-Type", "text/html")])
        folder = self.server.folder.parent if path.startswith("/repository/") else self.server.folder
        file = folder / (path.lstrip("/") if path.startswith("/repository/") else path.rsplit("/", 1)[-1])
        self.answer(200, file.read_bytes()) if file.is_file() else self.answer(404, b"")


class Builds(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.links = self.folder / "links"
        self.links.mkdir()
        cli.write_wheel(self.links, "oddbackend", "1.0", {"oddbackend/__init__.py": BACKEND.encode()}.items())
        self.settings = {"DAYPACK_CACHE_DIR": str(self.folder / "cache"), "UV_CACHE_DIR": str(self.folder / "uv"),
                         "TMPDIR": str(self.folder / "tmp"), "UV_NO_INDEX": None, "PIP_FIND_LINKS": None}
        (self.folder / "tmp").mkdir()
        self.project = self.folder / "project"
        self.project.mkdir()
        (self.project / "pyproject.toml").write_text("[build-system]\nrequires = ['oddbackend']\nbuild-backend = 'oddbackend'\n")

    def serve(self):
        return small_server.serve(self, Place, folder=self.links)

    def seen(self, *arguments, **changes):
        """What the backend has seen in this build."""
        finished = self.daypack(*BUILD, *arguments, env=cli.environment(**{**self.settings, **changes}))
        self.assertNotIn(TOKEN, finished.out + finished.err)
        with zipfile.ZipFile(self.folder / "out.zip") as archive:
            scope = {}
            exec(archive.read("made_up.py"), scope)
        return scope["seen"]

    def archive(self):
        subprocess.run([sys.executable, "-c", "import tarfile, sys\n"
                            "with tarfile.open(sys.argv[1], 'w:gz') as tar: tar.add(sys.argv[2], 'made_up-3.1')\n",
                            self.links / "made_up-3.1.tar.gz", self.project], check=True)
        return self.links / "made_up-3.1.tar.gz"

    def test_a_folder_of_links_alone_and_a_project_without_a_name(self):
        self.write("r.txt", "--no-index\n--find-links links\n./project --config-settings=a=b --config-settings=\"c=d e\"\n")
        seen = self.seen("-r", "r.txt")
        self.assertEqual(seen["settings"], {"a": "b", "c": "d e"})
        self.write("r.txt", "--no-index\n--find-links links\n-e ./project\n")
        self.seen("-r", "r.txt")

    def test_an_index_that_wants_a_login(self):
        host = self.serve()
        self.write("r.txt", f"--index-url http://{LOGIN}@{host}/simple\n./project\n")
        seen = self.seen("-r", "r.txt")
        self.assertFalse(seen["told"], "a login stands on a command line")

    def test_an_archive_that_wants_a_login(self):
        host, digest = self.serve(), cli.sha256(self.archive())
        url = f"{host}/files/made_up-3.1.tar.gz"
        self.write("r.txt", f"--find-links links\n--no-index\nmade-up @ http://{LOGIN}@{url}\n")
        self.seen("-r", "r.txt", "--lock", "pylock.toml")
        lock = (self.folder / "pylock.toml").read_text()
        self.assertIn(f'archive = {{ url = "http://{url}"', lock)
        self.assertNotIn(TOKEN, lock)
        self.assertEqual(self.direct_url(), {"url": f"http://{url}", "archive_info": {"hashes": {"sha256": digest}}})

    def direct_url(self):
        with zipfile.ZipFile(self.folder / "out.zip") as archive:
            return json.loads(archive.read("made_up-3.1.dist-info/direct_url.json"))

    def test_a_repository_that_wants_a_login(self):
        host = self.serve()
        git = ["git", "-C", str(self.project), "-c", "user.name=a", "-c", "user.email=a@b"]
        for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
            subprocess.run([*git, *words], check=True)
        shutil.copytree(self.project / ".git", self.folder / "repository")
        subprocess.run(["git", "-C", str(self.folder / "repository"), "--bare", "update-server-info"], check=True)
        commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        lock = ('lock-version = "1.0"\ncreated-by = "test"\n[[packages]]\nname = "made-up"\nversion = "3.1"\n'
                f'vcs = {{ type = "git", url = "http://{LOGIN}@{host}/repository", commit-id = "{commit}" }}\n')
        self.write("pylock.toml", lock)
        real = shutil.which("git")
        self.write("bin/git", f"#!/bin/sh\necho \"$@\" >> '{self.folder}/git.log'\nexec '{real}' \"$@\"\n").chmod(0o755)
        self.seen("-r", "pylock.toml", "--find-links", self.links, PATH=f"{self.folder}/bin:{os.environ['PATH']}")
        log = (self.folder / "git.log").read_text()
        self.assertIn("clone", log)
        self.assertNotIn(TOKEN, log)
        self.assertEqual(self.direct_url(), {"url": f"http://{host}/repository", "vcs_info": {"vcs": "git", "commit_id": commit}})

    def test_nothing_of_the_caller_decides(self):
        archive = self.archive()
        digests = set()
        for changes in ({}, {"LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONPATH": str(self.folder), "UV_NO_BUILD_ISOLATION": "1"}):
            before = os.umask(0o077 if changes else 0o002)
            try:
                cache = str(self.folder / f"cache-{len(digests)}")
                seen = self.seen("made-up", "--find-links", "links", DAYPACK_CACHE_DIR=cache, **changes)
            finally:
                os.umask(before)
            self.assertEqual(seen["umask"], 0o022)
            digests.add(cli.sha256(self.folder / "out.zip"))
            digests.add(cli.sha256(self.folder / "out.daypack.json"))
        self.assertEqual(len(digests), 2, "package and manifest")
        self.assertTrue(archive.exists())

    def test_pip_builds_where_no_uv_is(self):
        self.archive()
        without = {"DAYPACK_UV": "/nowhere/uv"}
        for what in (["made-up"], ["./project"]):
            with self.subTest(what=what):
                self.seen("--resolver", "pip", "--lock", "pylock.toml", "--find-links", "./links", *what, PIP_NO_INDEX="1", **without)
                (self.folder / "out.zip").unlink()
                # The lock needs no resolver, so that pip builds what uv would.
                self.seen("-r", "pylock.toml", "--find-links", self.links, PIP_NO_INDEX="1", **without)
                (self.folder / "pylock.toml").unlink()

    def test_builds_run_side_by_side_and_tell_all_that_fails(self):
        for name in ("one", "two"):
            self.write(f"{name}/pyproject.toml", "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
                                                 f"[project]\nname = '{name}'\nversion = '1.0'\n")
            self.write(f"{name}/backend.py", WAITING)
        finished = self.daypack(*BUILD, "-v", "-j", "2", "./two", "./one", code=1, env=cli.environment(**self.settings))
        self.assertIn("some wheels cannot be built", finished.err)
        self.assertNotIn("do not begin", finished.err)
        self.assertLess(finished.err.index("no compiler for one"), finished.err.index("no compiler for two"))
        self.assertIn("line 39 one", finished.err)
        self.assertNotIn("line 3 one", finished.err)
        logs = [line.rpartition("said: ")[2] for line in finished.err.splitlines() if "all that its build said" in line]
        self.assertEqual(len(logs), 2, finished.err)
        self.assertIn("line 3 ", pathlib.Path(logs[0]).read_text())
        self.assertEqual(os.stat(logs[0]).st_mode & 0o777, 0o600)


if __name__ == "__main__":
    cli.main()
