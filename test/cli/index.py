#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""A package index on 127.0.0.1 that wants a login, by its URL or by netrc, or with a certificate of its own, by a proxy:
login and password are used, and shown nowhere."""
import pathlib
import subprocess
import sys
import unittest
import urllib.request

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("support", "counterparts")]
import cli
import package_index

LOGIN = package_index.LOGIN
BUILD = ["build", "-b", "local", "--python", cli.LOCAL_PYTHON, "--bytecode", "none", "--lock", "pylock.toml"]


@unittest.skipUnless(package_index.program(), "nginx is not installed")
class Indexed(cli.CommandLineTest):
    tls = False

    def setUp(self):
        super().setUp()
        cli.write_wheel(self.folder / "links")
        self.index = package_index.Index(self.folder / "links", self.tls).__enter__()
        self.addCleanup(self.index.__exit__)
        self.host = self.index.host
        self.settings = {"DAYPACK_CACHE_DIR": str(self.folder / "cache"), "UV_HTTP_RETRIES": "0",
                         "UV_CACHE_DIR": str(self.folder / "uv"), "HOME": str(self.folder)}

    def assert_nowhere(self, finished):
        """Neither told, nor in the name or the content of a file that daypack writes."""
        self.assertNotIn("hidden-token-1", finished.out + finished.err)
        written = [name for name in cli.files_below(self.folder) if name.startswith("cache/") or "/" not in name and name != "netrc"]
        for name in written:
            self.assertNotIn("hidden-token-1", name)
            self.assertNotIn(b"hidden-token-1", (self.folder / name).read_bytes(), name)
        return written


class Login(Indexed):
    def test_by_the_url(self):
        index = self.index.url("private", LOGIN)
        for more in ([], ["-vv"], ["--json"]):
            with self.subTest(more=more):
                (self.folder / "pylock.toml").unlink(missing_ok=True)
                finished = self.daypack(*more, *BUILD, "--index-url", index, "demo", env=cli.environment(**self.settings))
                self.assertLessEqual({"pylock.toml", "out.zip", "out.daypack.json"}, set(self.assert_nowhere(finished)))
                self.assertIn("demo/__init__.py", cli.names_in(self.folder / "out.zip"))

    def test_by_netrc(self):
        login, _, password = LOGIN.partition(":")
        netrc = self.write("netrc", f"machine 127.0.0.1 login {login} password {password}\n")
        netrc.chmod(0o600)
        env = cli.environment(NETRC=str(netrc), **self.settings)
        self.assert_nowhere(self.daypack(*BUILD, "--index-url", self.index.url("private"), "demo", env=env))
        self.assertIn("demo/__init__.py", cli.names_in(self.folder / "out.zip"))

    def test_a_wrong_login_is_told_and_not_shown(self):
        index = self.index.url("private", "me:hidden-token-1x")
        finished = self.daypack("-vv", *BUILD, "--index-url", index, "demo", code=5, env=cli.environment(**self.settings))
        self.assert_nowhere(finished)
        self.assertIn("401", finished.err)

    def test_a_file_by_its_address(self):
        digest = cli.sha256(self.folder / "links/demo-1.0-py3-none-any.whl")
        address = f"demo @ http://{LOGIN}@{self.host}/private/files/demo-1.0-py3-none-any.whl#sha256="
        self.assert_nowhere(self.daypack("-vv", *BUILD, address + digest, env=cli.environment(**self.settings)))
        self.assertIn("demo/__init__.py", cli.names_in(self.folder / "out.zip"))
        other = cli.environment(**self.settings, UV_NO_CACHE="1")
        finished = self.daypack("-vv", *BUILD, address + "0" * 64, "-o", "other.zip", code=1, env=other)
        self.assert_nowhere(finished)
        self.assertIn("a wheel has not the sha256 that the lock names: demo-1.0-py3-none-any.whl", finished.err)


class Secure(Indexed):
    """Both uv and daypack itself take the same variables."""
    tls = True

    def setUp(self):
        super().setUp()
        self.server = subprocess.Popen([sys.executable, cli.ROOT / "test/support/http_server.py", "--login", LOGIN], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.server.communicate)
        self.proxy = "127.0.0.1:" + self.server.stdout.readline().strip().partition("=")[2]
        self.settings.update(dict.fromkeys(["SSL_CERT_DIR", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]))
        self.settings["SSL_CERT_FILE"] = str(self.index.authority)

    def build(self, code=0, **settings):
        env = cli.environment(**{**self.settings, **settings})
        finished = self.daypack("-vv", *BUILD, "--index-url", self.index.url("private", LOGIN), "demo", code=code, env=env)
        self.assert_nowhere(finished)
        return finished

    def tunnelled(self):
        """How many connections the proxy has made."""
        seen = urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://{self.proxy}/seen").read()
        return seen.decode().count("CONNECT localhost:")

    def test_an_authority_of_its_own(self):
        self.build()
        self.assertIn("demo/__init__.py", cli.names_in(self.folder / "out.zip"))
        self.settings["DAYPACK_CACHE_DIR"] = str(self.folder / "cache/empty")
        finished = self.build(code=5, SSL_CERT_FILE=None)  # by the lock: it is daypack that asks
        self.assertIn("the certificate of a server is not trusted: demo-1.0-py3-none-any.whl from localhost", finished.err)
        self.assertIn("hint: name the file of its certificate authority in SSL_CERT_FILE", finished.err)
        self.build(SSL_CERT_FILE=None, REQUESTS_CA_BUNDLE=str(self.index.authority))

    def test_resolvers_tell_an_unknown_authority(self):
        for resolver, name in (("uv", "SSL_CERT_FILE"), ("pip", "PIP_CERT")):
            with self.subTest(resolver=resolver):
                env = cli.environment(**{**self.settings, "SSL_CERT_FILE": None})
                finished = self.daypack(*BUILD, "--resolver", resolver, "--index-url", self.index.url(), "demo", code=5, env=env)
                self.assertIn("the certificate of the package index is not trusted: ", finished.err)
                self.assertIn("hint: name the file of its certificate authority in " + name, finished.err)

    def test_by_a_proxy(self):
        self.build(HTTPS_PROXY=f"http://{LOGIN}@{self.proxy}")
        self.assertIn("demo/__init__.py", cli.names_in(self.folder / "out.zip"))
        self.assertGreaterEqual(self.tunnelled(), 2)
        before = self.tunnelled()
        self.settings["DAYPACK_CACHE_DIR"] = str(self.folder / "cache/empty")
        finished = self.build(code=5, HTTPS_PROXY=f"http://me:hidden-token-1x@{self.proxy}")
        self.assertIn("a proxy refuses to connect: ", finished.err)
        self.assertIn("hint: put user:password@ into the proxy's URL", finished.err)
        self.assertGreater(self.tunnelled(), before)
        before = self.tunnelled()
        self.build(HTTPS_PROXY=f"http://{LOGIN}@{self.proxy}", NO_PROXY="localhost")
        self.assertEqual(self.tunnelled(), before)


if __name__ == "__main__":
    cli.main()
