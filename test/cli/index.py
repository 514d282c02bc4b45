#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""A package index on 127.0.0.1 that wants a login, by its URL or by netrc: the login is used, and shown nowhere."""
import base64
import hashlib
import http.server
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

LOGIN = "me:hidden-token-1"
BUILD = ["build", "-b", "local", "--python", cli.LOCAL_PYTHON, "--bytecode", "none", "--lock", "pylock.toml"]


class Index(http.server.BaseHTTPRequestHandler):
    """A simple index (PEP 503) of one folder."""
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        if self.headers.get("Authorization") != "Basic " + base64.b64encode(LOGIN.encode()).decode():
            return self.answer(401, b"", [("WWW-Authenticate", 'Basic realm="index"')])
        name = self.path.rsplit("/", 1)[-1]
        if name:
            file = self.server.folder / name
            return self.answer(200, file.read_bytes()) if file.is_file() else self.answer(404, b"")
        links = (f'<a href="/files/{file.name}#sha256={hashlib.sha256(file.read_bytes()).hexdigest()}">{file.name}</a>'
                 for file in sorted(self.server.folder.glob("*.whl")))
        self.answer(200, "".join(links).encode(), [("Content-Type", "text/html")])

    def answer(self, status, body, fields=()):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *words):
        pass


class Login(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        links = self.folder / "links"
        links.mkdir()
        cli.write_wheel(links)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index)
        self.server.folder = links
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.settings = {"DAYPACK_CACHE_DIR": str(self.folder / "cache"), "UV_HTTP_RETRIES": "0",
                         "UV_CACHE_DIR": str(self.folder / "uv"), "HOME": str(self.folder)}

    def assert_nowhere(self, finished):
        self.assertNotIn("hidden-token-1", finished.out + finished.err)
        for name in ("pylock.toml", "out.zip"):
            file = self.folder / name
            if file.exists():
                self.assertNotIn(b"hidden-token-1", file.read_bytes(), name)

    def test_by_the_url(self):
        index = f"http://{LOGIN}@{self.host}/simple"
        for more in ([], ["-vv"], ["--json"]):
            with self.subTest(more=more):
                (self.folder / "pylock.toml").unlink(missing_ok=True)
                finished = self.daypack(*more, *BUILD, "--index-url", index, "demo", env=cli.environment(**self.settings))
                self.assert_nowhere(finished)
                self.assertIn("demo/__init__.py", cli.names_in(self.folder / "out.zip"))

    def test_by_netrc(self):
        login, _, password = LOGIN.partition(":")
        netrc = self.write("netrc", f"machine 127.0.0.1 login {login} password {password}\n")
        netrc.chmod(0o600)
        env = cli.environment(NETRC=str(netrc), **self.settings)
        self.assert_nowhere(self.daypack(*BUILD, "--index-url", f"http://{self.host}/simple", "demo", env=env))
        self.assertIn("demo/__init__.py", cli.names_in(self.folder / "out.zip"))

    def test_a_wrong_login_is_told_and_not_shown(self):
        index = f"http://me:hidden-token-1x@{self.host}/simple"
        finished = self.daypack("-vv", *BUILD, "--index-url", index, "demo", code=5, env=cli.environment(**self.settings))
        self.assert_nowhere(finished)
        self.assertIn("401", finished.err)


if __name__ == "__main__":
    cli.main()
