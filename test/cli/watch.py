#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""daypack build --watch: built again when something changes, and only then."""
import json
import os
import pathlib
import queue
import shutil
import signal
import sys
import threading
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

LONGEST = 120
APP = "import demo\n\n\ndef handler(event, context):\n    return [demo.answer, %r]\n"


class Watch(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        cli.write_wheel(self.folder / "links", "demo", "1.0")
        cli.write_wheel(self.folder / "links", "other", "1.0")
        self.write("requirements.txt", "--no-index\n-r more.txt\n")
        self.write("more.txt", "demo\n")
        self.write("src/app.py", APP % 1)
        self.write("src/.daypackignore", "*.log\n")
        self.log = self.folder / "resolver.log"
        resolver = self.write("counting-uv", f"#!/bin/sh\necho \"$@\" >> '{self.log}'\nexec '{shutil.which('uv')}' \"$@\"\n")
        resolver.chmod(0o755)
        self.settings = cli.environment(DAYPACK_UV=str(resolver), DAYPACK_CACHE_DIR=str(self.folder / "cache"))
        self.options = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "-r", "requirements.txt", "--find-links", "links", "--add", "src/=.",
                        "--handler", "app.handler", "-o", "src/out.zip"]

    def put(self, name, content):
        """A file that is there, or another one, at one moment, as editors do it."""
        os.replace(self.write("put.tmp", content), self.folder / name)

    def watch(self, *more):
        """Starts it; its lines of standard output come one by one."""
        self.child = self.start(*self.options, "--watch", *more, env=self.settings)
        self.addCleanup(self.end)
        self.lines, self.errors = queue.Queue(), []
        for stream, take in ((self.child.stdout, self.lines.put), (self.child.stderr, self.errors.append)):
            threading.Thread(target=lambda stream=stream, take=take: [take(line.decode()) for line in stream], daemon=True).start()

    def end(self):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        for stream in (self.child.stdout, self.child.stderr):
            stream.close()

    def line(self):
        return self.lines.get(timeout=LONGEST)

    def built(self):
        answer = json.loads(self.line())
        self.assertNotIn("error", answer)
        self.assertEqual(answer["sha256"], cli.sha256(self.folder / "src/out.zip"))
        return answer

    def interrupt(self):
        self.child.send_signal(signal.SIGINT)
        self.assertEqual(self.child.wait(timeout=LONGEST), 130)
        self.assert_nothing_left(self.child.pid)
        time.sleep(0.05)
        while not self.lines.empty():
            self.assertEqual(json.loads(self.line())["error"]["code"], "cancelled", "it was built for no reason")

    def resolved(self):
        return sum("compile" in line for line in self.log.read_text().splitlines())

    def alone(self):
        return self.answer(*self.options[:-1], "alone.zip", "--no-check", "none", env=self.settings)["sha256"]

    def test_own_files(self):
        self.watch("--json")
        first = self.built()
        self.assertEqual(first["changed"], [])
        self.put("src/notes.log", "does not count\n")
        self.put("src/app.py", APP % 2)
        second = self.built()
        self.assertEqual(second["changed"], ["src/app.py"])
        self.assertNotEqual(second["sha256"], first["sha256"])
        self.put("src/new.py", "value = 1\n")
        self.assertEqual(self.built()["changed"], ["src/new.py"])
        self.write("aside/deep/more.py", "value = 1\n")
        os.rename(self.folder / "aside", self.folder / "src/sub")
        self.assertEqual(self.built()["changed"], ["src/sub/deep/more.py"])
        shutil.rmtree(self.folder / "src/sub")
        self.assertEqual(self.built()["changed"], ["src/sub/deep/more.py"])
        self.interrupt()
        self.assertEqual(self.resolved(), 1, "nobody asked for other packages")

    def test_each_build_is_what_build_makes(self):
        self.options[-1] = "out.zip"
        self.watch("--json")
        self.assertEqual(json.loads(self.line())["sha256"], self.alone())
        self.put("src/app.py", APP % 2)
        self.assertEqual(json.loads(self.line())["sha256"], self.alone())
        self.put("more.txt", "demo\nother\n")
        answer = json.loads(self.line())
        self.assertEqual(answer["sha256"], self.alone())
        self.assertEqual([one["name"] for one in answer["distributions"]], ["demo", "other"])
        self.interrupt()

    def test_requirements_and_locks(self):
        self.watch("--json", "--lock", "pylock.toml")
        self.built()
        self.put("more.txt", "demo\nother\n")
        answer = self.built()
        self.assertEqual(answer["changed"], ["more.txt"])
        self.assertEqual([one["name"] for one in answer["distributions"]], ["demo", "other"])
        self.assertEqual(self.resolved(), 2)
        (self.folder / "pylock.toml").unlink()
        self.assertEqual(self.built()["changed"], ["pylock.toml"])
        self.interrupt()

    def test_a_failed_build_tells_its_error_and_waits(self):
        self.put("more.txt", "demo ==\n")
        self.watch("--json")
        self.assertEqual(json.loads(self.line())["error"]["code"], "syntax")
        self.put("more.txt", "demo\n")
        self.built()
        (self.folder / "src/app.py").unlink()
        self.assertIn("app", json.loads(self.line())["error"]["text"])
        self.put("src/app.py", APP % 3)
        self.built()
        os.rename(self.folder / "src", self.folder / "away")
        self.assertEqual(json.loads(self.line())["error"]["code"], "not_found")
        os.rename(self.folder / "away", self.folder / "src")
        self.built()
        self.interrupt()

    def test_each_build_is_deployed(self):
        name = f"watched-{os.getpid()}"
        store = {**self.settings, "XDG_DATA_HOME": str(self.folder / "data")}
        self.settings = store
        self.watch("--json", "--deploy", name)
        deployed = self.built()
        self.assertEqual((deployed["deployed"]["id"], deployed["deployed"]["digest"]), (name, deployed["sha256"]))
        self.put("src/app.py", APP % 7)
        again = self.built()
        self.assertEqual(again["deployed"]["digest"], again["sha256"])
        self.interrupt()
        with zipfile.ZipFile(self.folder / "src/out.zip") as package:
            self.assertIn("app.pyc", package.namelist())
        self.assertEqual(self.daypack("deploy", "src/out.zip", name, "--json", env=store).out.count('"unchanged":true'), 1)

    def test_lines_for_people(self):
        self.watch()
        self.assertEqual(self.line(), "src/out.zip\n")
        self.put("src/app.py", APP % 2)
        self.assertEqual(self.line(), "src/out.zip\n")
        self.interrupt()
        said = "".join(self.errors)
        self.assertIn("changed: src/app.py\n", said)
        self.assertEqual(said.count("built: "), 2)
        self.assertIn("warning: src/out.zip lies in src/, so the next package would hold this one", said)
        self.assertEqual(said.count("Resolve "), 1)

    def test_deploy_needs_watch(self):
        self.refused(2, "--deploy requires --watch", *self.options, "--deploy", "name")


if __name__ == "__main__":
    cli.main()
