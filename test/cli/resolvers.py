#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What an index on 127.0.0.1 does not give is told by uv and by pip: logins, errors, yanked files, dates."""
import hashlib
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import small_server

BUILD = ["build", "-b", "local", "--python", "3.11", "--bytecode", "none", "-o", "out.zip"]
SOON = {"UV_HTTP_RETRIES": "0", "PIP_RETRIES": "0", "PIP_FIND_LINKS": None, "PIP_NO_INDEX": None, "UV_FIND_LINKS": None}
RESOLVERS = ["uv", "pip"]
UPLOADED = {"1.0": "2026-10-01T10:00:00Z", "2.0": "2026-11-02T10:00:00Z"}


def pip_knows_dates():
    found = subprocess.run(["python3", "-m", "pip", "--version"], capture_output=True, text=True)
    version = re.match(r"pip (\d+)", found.stdout)
    return version is not None and int(version[1]) >= 26


class Index(small_server.Answering):
    """A JSON index (PEP 691, 700, 592) of one folder; /401, /403 and /500 answer that. Files of "withdrawn" are yanked."""

    def do_GET(self):
        first, *_, name = self.path.strip("/").split("/")
        if first.isdigit():
            return self.answer(int(first), b"", [("WWW-Authenticate", 'Basic realm="index"')] if first == "401" else [])
        if first == "files":
            return self.answer(200, (self.server.folder / name).read_bytes())
        files = [{"filename": file.name, "url": f"/files/{file.name}", "upload-time": UPLOADED[file.name.split("-")[1]],
                  "hashes": {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()}, "yanked": name == "withdrawn"}
                 for file in sorted(self.server.folder.glob(f"{name}-*.whl"))]
        page = {"meta": {"api-version": "1.1"}, "name": name, "versions": sorted(UPLOADED), "files": files}
        self.answer(200 if files else 404, json.dumps(page).encode(), [("Content-Type", "application/vnd.pypi.simple.v1+json")])


class Resolvers(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        wheels = self.folder / "wheels"
        self.host = small_server.serve(self, Index, folder=wheels)
        for version in UPLOADED:
            cli.write_wheel(wheels, "dated", version)
            cli.write_wheel(wheels, "withdrawn", version)
        caches = {"UV_CACHE_DIR": str(self.folder / "caches/uv"), "PIP_CACHE_DIR": str(self.folder / "caches/pip")}
        self.env = cli.environment(DAYPACK_CACHE_DIR=str(self.folder / "caches/daypack"), **caches, **SOON)

    def arguments(self, resolver, *more, place="simple"):
        return [*BUILD, "--resolver", resolver, "--index-url", f"http://{self.host}/{place}", *more]

    def refuses(self, code, says, *arguments, place="simple", resolvers=RESOLVERS):
        for resolver in resolvers:
            with self.subTest(resolver):
                finished = self.daypack(*self.arguments(resolver, *arguments, place=place), env=self.env, code=code)
                for words in says:
                    self.assertIn(words, finished.err)

    def version(self, resolver, *arguments):
        return self.answer(*self.arguments(resolver, *arguments), env=self.env)["distributions"][0]["version"]

    def test_an_index_that_does_not_answer(self):
        self.refuses(5, ["the package index wants other credentials: six (", "401", "hint: put them into netrc"], "six", place="401")
        self.refuses(5, ["the package index wants other credentials: six (", "403"], "six", place="403")
        self.refuses(5, ["the package index", f"{self.host}/500/six/", "500"], "six", place="500")

    def test_what_is_not_there_is_told_with_its_place(self):
        self.write("r.txt", "dated\nnosuch\n")
        self.refuses(1, ["no package of this name is in the index: nosuch\n", "\n  r.txt:2: nosuch"], "-r", "r.txt")
        self.write("r.txt", "\ndated==3\n")
        self.refuses(1, ["a version does not exist: dated==3\n", "hint: take dated==2.0", "\n  r.txt:2: dated==3"], "-r", "r.txt")
        self.write("r.txt", "dated==1.0\n-r more.txt\n")
        self.write("more.txt", "\n\ndated==2.0\n")
        self.refuses(1, ["no set of versions satisfies", "\n  r.txt:1: dated==1.0", "\n  more.txt:3: dated==2.0"], "-r", "r.txt")

    def test_yanked_files_are_taken_when_they_are_pinned(self):
        self.refuses(1, ["only yanked versions would do: ", "withdrawn", "hint: its authors have withdrawn them"], "withdrawn")
        for resolver in RESOLVERS:
            self.assertEqual(self.version(resolver, "withdrawn==1.0"), "1.0")

    def test_a_date_counts_with_its_day_in_utc(self):
        dating = RESOLVERS if pip_knows_dates() else ["uv"]
        for zone in "Pacific/Kiritimati", "Pacific/Pago_Pago":
            self.env["TZ"] = zone
            for resolver in dating:
                self.assertEqual(self.version(resolver, "dated", "--exclude-newer", "2026-11-01"), "1.0")
                self.assertEqual(self.version(resolver, "dated", "--exclude-newer", "2026-11-02"), "2.0")
        for resolver in dating:
            self.assertEqual(self.version(resolver, "dated", "--exclude-newer", "2026-11-02T10:00:00Z"), "1.0")
        self.refuses(1, ["no version is old enough: dated (--exclude-newer 2026-09-30)"], "dated", "--exclude-newer", "2026-09-30",
                     resolvers=dating)
        self.refuses(2, ["this is no date and no time span: ", "2026-13-01", "hint: write --exclude-newer as 2026-11-01"], "dated",
                     "--exclude-newer", "2026-13-01", resolvers=dating)
        if dating == ["uv"]:
            self.refuses(1, ["--exclude-newer needs pip 26"], "dated", "--exclude-newer", "2026-11-01", resolvers=["pip"])


if __name__ == "__main__":
    cli.main()
