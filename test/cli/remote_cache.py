#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""One cache for machines, which are folders here: nginx as a cache of Bazel's HTTP protocol, and bazel-remote where it is
built. What the second machine builds is made of what the first has put; no server fails a build, or makes it slow.

usage: remote_cache.py [--all]     builds bazel-remote first, which takes half a minute
"""
import contextlib
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("support", "counterparts")]
import bazel_cache
import cli
import small_server

ALL = "--all" in sys.argv
PACKAGES = ["packaging==25.0", "idna==3.10", "MarkupSafe==3.0.2"]
BUILD = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--lock", "pylock.toml", "--strip", "debug", *PACKAGES, "--add", "own", "--handler", "own.app.handler"]


def kinds():
    if bazel_cache.nginx():
        yield "nginx"
    if bazel_cache.bazel_remote(build=ALL):
        yield "bazel-remote"


@unittest.skipUnless(list(kinds()), "there is neither an nginx that takes PUT nor bazel-remote")
class RemoteCache(cli.CommandLineTest):
    @classmethod
    def setUpClass(cls):
        """One lock for all."""
        cls.kept = tempfile.TemporaryDirectory(prefix="daypack-cli-")
        cls.addClassCleanup(cls.kept.cleanup)
        folder = pathlib.Path(cls.kept.name)
        subprocess.run([cli.PROGRAM, "build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--lock", "pylock.toml", "--bytecode", "none",
                        "--check", "none", "--cache-dir", "cache", *PACKAGES], cwd=folder, env=cli.environment(), check=True, capture_output=True)
        cls.lock = folder / "pylock.toml"

    def setUp(self):
        super().setUp()
        shutil.copy(self.lock, self.folder)
        for number in range(40):
            self.write(f"own/module_{number}.py", f"number = {number}\n" * 50)
        self.write("own/app.py", "import packaging, idna\n\n\ndef handler(event, context):\n    return 1\n")
        self.write("own/text.txt", "".join(f"{number}\n" for number in range(40_000)))

    def serve(self, kind, **options):
        cache = bazel_cache.Cache(kind, **options).__enter__()
        self.addCleanup(cache.__exit__)
        return cache

    def build(self, machine, *options, patience=600, **more):
        finished = self.daypack(*BUILD, "--remote-cache-patience", patience, "--json", "--verbose", "--cache-dir", machine, "-o", f"{machine}.zip", *options, **more)
        return cli.sha256(self.folder / f"{machine}.zip"), finished.err

    def counting_python(self):
        """An interpreter that notes when it is started for more than to say what it is, and where it does."""
        log, path = self.folder / "started", self.folder / "python"
        log.write_text("")
        path.write_text(f"#!/bin/sh\nif [ \"$1\" = -E ]; then {sys.executable} \"$@\" | sed '$s|.*|{path}|'; exit; fi\n"
                        f"echo started >>{log}\nexec {sys.executable} \"$@\"\n")
        path.chmod(0o755)
        return path, log

    def test_a_second_machine_makes_nothing(self):
        """It compiles and deflates nothing, downloads no wheel, and puts nothing; own files and a changed one count too."""
        for kind in kinds():
            with self.subTest(kind):
                cache = self.serve(kind)
                remote = ["--remote-cache", cache.url()]
                python, log = self.counting_python()
                expected, _ = self.build("plain-" + kind)
                first, said = self.build("first-" + kind, *remote, "--interpreter", python)
                self.assertIn("started", log.read_text(), "it compiles")
                self.assertEqual(first, expected)
                self.assertRegex(said, r"the remote cache had 0 of \d+ values \(0 B\) and was given (\d+) ")
                self.assertNotIn("not put", said)
                before = cache.requests()
                log.write_text("")
                second, said = self.build("second-" + kind, *remote, "--offline", "--interpreter", python)
                self.assertEqual(second, expected)
                requests = cache.requests()[len(before):]
                self.assertRegex(said, r"the remote cache had (\d+) of \1 values \([\d.]+ [kM]B\) and was given 0 ")
                self.assertFalse([one for one in requests if one[0] != "GET" or one[1] != 200], "what is made is put, so nothing was")
                self.assertEqual(log.read_text(), "", "it compiles nothing")
                self.write("own/module_7.py", "number = 'another'\n")
                changed, said = self.build("second-" + kind, *remote, "--offline")
                self.assertRegex(said, r"the remote cache had 0 of 1 value \(0 B\) and was given 1 ")
                third, said = self.build("third-" + kind, *remote, "--remote-cache-mode", "read")
                self.assertEqual(third, changed)
                self.write("own/module_7.py", "number = 7\n" * 50)

    def test_logins_and_tls(self):
        for kind in kinds():
            with self.subTest(kind):
                cache = self.serve(kind, login=True, tls=True)
                user, _, password = bazel_cache.LOGIN.partition(":")
                self.write("netrc", f"machine localhost login {user} password {password}\n")
                field = "Authorization: Basic bWU6aGlkZGVuLXRva2VuLTE="
                machines = {"url": {"DAYPACK_REMOTE_CACHE": cache.url(bazel_cache.LOGIN)},
                            "netrc": {"DAYPACK_REMOTE_CACHE": cache.url(), "NETRC": str(self.folder / "netrc")},
                            "field": {"DAYPACK_REMOTE_CACHE": cache.url(), "DAYPACK_REMOTE_CACHE_HEADER": field},
                            "wrong": {"DAYPACK_REMOTE_CACHE": cache.url("me:hidden-token-2")},
                            "untrusting": {"DAYPACK_REMOTE_CACHE": cache.url(bazel_cache.LOGIN), "SSL_CERT_FILE": None}}
                said = {}
                trust = {"SSL_CERT_FILE": str(cache.authority), "SSL_CERT_DIR": os.environ.get("SSL_CERT_DIR", ssl.get_default_verify_paths().openssl_capath)}
                for name, changes in machines.items():
                    _, said[name] = self.build(f"{name}-{kind}", env=cli.environment(**{**trust, **changes}))
                    self.assertNotIn("hidden-token", said[name])
                    self.assertNotIn("Basic", said[name])
                    self.assertEqual(said[name].count("warning: "), 1 if name in ("wrong", "untrusting") else 0, said[name])
                for name in "netrc", "field":
                    self.assertRegex(said[name], r"had (\d+) of \1 values")
                self.assertIn("it answers with status 401 (put a login for it into its URL or ~/.netrc)", said["wrong"])
                self.assertIn("the certificate of a server is not trusted", said["untrusting"])

    @unittest.skipUnless(bazel_cache.nginx(), "nginx does not take PUT")
    def test_who_may_not_put_reads(self):
        cache = self.serve("nginx")
        self.build("first", "--remote-cache", cache.url())
        self.write("own/module_7.py", "number = 'another'\n")
        _, said = self.build("second", "--remote-cache", cache.url(path="/read"))
        self.assertIn("nothing more is put into the remote cache in this run: it answers with status 403", said)
        self.assertEqual(said.count("warning: "), 1, said)
        self.assertNotIn(" had 0 of", said)

    @unittest.skipUnless(bazel_cache.nginx(), "nginx does not take PUT")
    def test_what_is_spoilt_there_is_made_anew(self):
        cache = self.serve("nginx")
        expected, _ = self.build("first", "--remote-cache", cache.url())
        for number, path in enumerate(cache.stored("ac") + cache.stored("cas")):
            content = bytearray(path.read_bytes())
            content[-1:] = b"~"
            path.write_bytes(content if number % 2 or len(content) < 2 else content[:-1])
        second, said = self.build("second", "--remote-cache", cache.url())
        self.assertEqual(second, expected)
        self.assertIn("a value of the remote cache is damaged, and not used", said)
        self.assertIn("the remote cache is left alone in this run", said)
        self.assertEqual(said.count("warning: "), 2, said)

    @unittest.skipUnless(bazel_cache.nginx(), "nginx does not take PUT")
    def test_a_wheel_that_somebody_replaced(self):
        """Its digest stands in the lock, so it is of no use; the others are."""
        cache = self.serve("nginx")
        expected, _ = self.build("first", "--remote-cache", cache.url())
        wheels = [path for path in (self.folder / "first/wheels").rglob("*") if path.is_file()]
        digest = wheels[0].parent.name + wheels[0].name
        [victim] = [path for path in cache.stored("cas") if path.name == digest]
        victim.write_bytes(b"PK\x03\x04 of somebody else")
        second, said = self.build("second", "--remote-cache", cache.url())
        self.assertEqual(second, expected)
        self.assertIn(f"wheels/{digest} (its bytes have another digest): a value of the remote cache is damaged, and not used", said)
        self.assertEqual(cli.sha256(victim), digest, "it was put anew")

    @unittest.skipUnless(bazel_cache.nginx() and shutil.which("make"), "nginx does not take PUT, or there is no make")
    def test_the_recipe_for_many_machines(self):
        """The Makefile of docs/guide/fleet.md: one machine locks, others build every cell offline, to the same bytes."""
        page = (cli.ROOT / "docs/guide/fleet.md").read_text()
        makefile = re.search(r"```make\n(.*?)```", page, re.DOTALL)[1]
        cache = self.serve("nginx")
        results = []
        for machine in "first", "second":
            folder = self.folder / machine
            shutil.copytree(self.folder / "own", folder / "src")
            (folder / "Makefile").write_text(makefile)
            (folder / "requirements.txt").write_text("\n".join(PACKAGES))
            (folder / "bin").mkdir()
            (folder / "bin/daypack").symlink_to(pathlib.Path(shutil.which(cli.PROGRAM)).resolve())
            variables = cli.environment(PATH=f"{folder / 'bin'}:{os.environ['PATH']}", DAYPACK_REMOTE_CACHE=cache.url(), DAYPACK_CACHE_DIR=str(folder / "cache"), DAYPACK_REMOTE_CACHE_PATIENCE="600",
                                        MAKEFLAGS=None, MAKELEVEL=None)
            make = ["make", "--no-print-directory", "-j2", f"PYTHONS={cli.LOCAL_PYTHON}"]
            for goal in (["locks"], []) if machine == "first" else ([],):
                if machine == "second":
                    shutil.copytree(self.folder / "first/locks", folder / "locks")
                subprocess.run(make + goal, cwd=folder, env=variables, check=True, capture_output=True)
            results.append({path.name: cli.sha256(path) for path in sorted((folder / "dist").glob("*.zip"))})
            if machine == "first":
                before = cache.requests()
        self.assertEqual(len(results[0]), 2)
        self.assertEqual(results[0], results[1])
        self.assertFalse([one for one in cache.requests()[len(before):] if one[0] != "GET" or one[1] != 200], "the second made nothing")

    def test_servers_that_are_none(self):
        """Refused, silent, wordy: the build is the same. How long that takes is told, and for people to judge."""
        expected, _ = self.build("plain")
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen(64)
            with socket.socket() as closed:
                closed.bind(("127.0.0.1", 0))
                nobody = closed.getsockname()[1]

            class Wordy(small_server.Answering):
                def do_GET(self):
                    with contextlib.suppress(OSError):  # who is asked may have left
                        self.answer(200, b"<!DOCTYPE html><title>Log in</title>" * 100)

            wordy = small_server.serve(self, Wordy)
            for name, host in ("refused", f"127.0.0.1:{nobody}"), ("silent", "127.0.0.1:%d" % silent.getsockname()[1]), ("wordy", wordy):
                with self.subTest(name):
                    began = time.monotonic()
                    got, said = self.build(name, "--remote-cache", f"http://{host}", patience=2)
                    print(f"({name}: {time.monotonic() - began:.1f} s)", end=" ", file=sys.stderr)
                    self.assertEqual(got, expected)
                    self.assertIn("the remote cache is left alone in this run", said)

    def test_it_is_named_without_its_login(self):
        words = self.daypack("cache", "info", "--cache-dir", "here", "--remote-cache", f"http://{bazel_cache.LOGIN}@127.0.0.1:9/team", "--remote-cache-mode", "read").out
        self.assertTrue(words.endswith("\nremote: http://127.0.0.1:9/team (read)\n"), words)
        answer = self.answer("cache", "info", "--cache-dir", "here", "--remote-cache", f"http://{bazel_cache.LOGIN}@127.0.0.1:9/team")
        self.assertEqual(answer["remote"], {"url": "http://127.0.0.1:9/team", "mode": "read-write"})

    def test_what_is_no_url(self):
        for url in "grpc://me:hidden-token-1@127.0.0.1", "me:hidden-token-1@127.0.0.1:9":
            said = self.daypack(*BUILD, "--remote-cache", url, code=2).err
            self.assertIn("this is no http or https URL: ", said)
            self.assertNotIn("hidden-token", said)
        self.assertIn("--remote-cache-mode", self.daypack(*BUILD, "--remote-cache-mode", "write", code=2).err)
        bad = cli.environment(DAYPACK_REMOTE_CACHE_HEADER="hidden-token-1")
        said = self.daypack(*BUILD, "--remote-cache", "http://127.0.0.1:9", env=bad, code=2).err
        self.assertIn("DAYPACK_REMOTE_CACHE_HEADER", said)
        self.assertNotIn("hidden-token", said)


if __name__ == "__main__":
    if ALL:
        sys.argv.remove("--all")
    cli.main()
