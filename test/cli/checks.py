#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What is wrong with a package is told before anything is written: all of it, with the way out and an exit code."""
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

SUPPORT = cli.ROOT / "test/support"
LOCAL = ["-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--bytecode", "none"]
KEY = "AK" "IA" + "Q" * 16
MACH_O = b"\xcf\xfa\xed\xfe\x07\x00\x00\x01"


def findings(answer, severity):
    return sorted((found["check"], found["subject"]) for found in answer["findings"] if found["severity"] == severity)


class Index(small_server.Answering):
    """A simple index (PEP 503) of one folder, which counts what it is asked."""

    def do_GET(self):
        self.server.asked.append(self.path)
        first, name = self.path.strip("/").split("/")
        if first == "files":
            return self.answer(200, (self.server.folder / name).read_bytes())
        links = [f'<a href="/files/{file.name}#sha256={cli.sha256(file)}">{file.name}</a>' for file in sorted(self.server.folder.glob(f"{name}-*.whl"))]
        self.answer(200 if links else 404, "".join(links).encode(), [("Content-Type", "text/html")])


def platform_wheel(requirement, platform):
    """A real wheel for CPython 3.12."""
    words = subprocess.run([sys.executable, SUPPORT / "fetch_platform_wheel.py", requirement, platform], stdout=subprocess.PIPE, check=True, text=True)
    return pathlib.Path(words.stdout.strip())


class Checks(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("app.py", f"import json\nkey = '{KEY}'\n")
        self.write("lib/fast.so", MACH_O)
        self.write("json.py", "x = 1\n")
        self.own = ["--add", "app.py", "--add", "lib", "--add", "json.py"]

    def test_build_ends_with_all_errors_and_writes_nothing(self):
        finished = self.refused(4, ["machine code for macOS (Mach-O)", "an AWS access key id in line 2"], "build", *LOCAL, *self.own)
        self.assertIn("warning: hides the module json of the standard library: json.py", finished.err)
        self.assertNotIn(KEY, finished.err)
        answer = json.loads(self.daypack("build", *LOCAL, *self.own, "--json", code=4).out)
        self.assertEqual([cause["subject"] for cause in answer["error"]["causes"]], ["lib/fast.so", "app.py"])

    def test_plan_tells_everything_first(self):
        finished = self.daypack("plan", *LOCAL, *self.own, "--json", code=4)
        answer = json.loads(finished.out.splitlines()[0])
        self.assertEqual(findings(answer, "error"), [("foreign", "lib/fast.so"), ("secrets", "app.py")])
        self.assertEqual(findings(answer, "warning"), [("names", "json.py")])
        self.assertEqual(len(answer["sha256"]), 64)
        self.assertIn("checks    2 errors, 1 warning\n", self.daypack("plan", *LOCAL, *self.own, code=4).out)

    def test_checks_are_chosen(self):
        self.daypack("build", *LOCAL, *self.own, "--check", "names,budget")
        self.daypack("build", *LOCAL, *self.own, "--no-check", "foreign", "--allow-secret", "*.py")
        self.daypack("build", *LOCAL, *self.own, "--no-check", "foreign,secrets")
        self.daypack("build", *LOCAL, *self.own, "--check", "none")
        self.refused(2, "checks are budget, elf, foreign, imports, names, secrets", "plan", *LOCAL, *self.own, "--check", "elves")

    def test_over_the_limit(self):
        (self.folder / "model.bin").touch()
        os.truncate(self.folder / "model.bin", 262_144_001)
        refused = self.refused(3, "unpacked size (got 262.1 MB, expected at most 262.1 MB)", "build", *LOCAL, "--add", "model.bin")
        self.assertIn("largest files: model.bin 262.1 MB", refused.err)
        self.assertIn("no prune rules are enough", refused.err)

    def test_layers_count(self):
        (self.folder / "model.bin").touch()
        os.truncate(self.folder / "model.bin", 262_000_000)
        with zipfile.ZipFile(self.folder / "layer.zip", "w", zipfile.ZIP_DEFLATED) as layer:
            layer.writestr("python/more.bin", bytes(200_000))
        self.daypack("build", *LOCAL, "--add", "model.bin", "--effort", "fast")
        self.refused(3, "200.0 kB of it in 1 layer", "build", *LOCAL, "--add", "model.bin", "--layer", "layer.zip", "-o", "other.zip")

    def test_libraries_of_a_layer_are_there(self):
        subprocess.run([sys.executable, SUPPORT / "make_libraries.py", self.folder / "made"], check=True)
        build = ["build", *LOCAL, "--arch", "arm64" if os.uname().machine == "aarch64" else "x86_64", "--add", "made/demo/lost.so=lost.so"]
        self.refused(4, "needs libdep.so.1, which is not in the package", *build)
        with zipfile.ZipFile(self.folder / "layer.zip", "w", zipfile.ZIP_DEFLATED) as layer:
            layer.write(self.folder / "made/demo.libs/libdep.so.1", "lib/libdep.so.1")
        self.daypack(*build, "--layer", "layer.zip")
        self.write("text.zip", "no zip")
        self.refused(1, "text.zip", *build, "--layer", "text.zip", "-o", "other.zip")


class Advice(cli.CommandLineTest):
    """A wheel whose name promises less than its library needs: for another machine, that of 3.0.3 is named as for x86_64."""

    def setUp(self):
        super().setUp()
        wheels = self.folder / "wheels"
        wheels.mkdir()
        shutil.copy(platform_wheel("markupsafe==3.0.3", "manylinux_2_17_aarch64"), wheels / "markupsafe-3.0.3-cp312-cp312-manylinux2014_x86_64.whl")
        good = platform_wheel("markupsafe==3.0.2", "manylinux_2_17_x86_64")
        shutil.copy(good, wheels / good.name.lower())
        self.asked = []
        host = small_server.serve(self, Index, folder=wheels, asked=self.asked)
        caches = {f"{tool}_CACHE_DIR": str(self.folder / "caches" / tool) for tool in ("DAYPACK", "UV", "PIP")}
        self.env = cli.environment(**caches, PIP_FIND_LINKS=None, PIP_NO_INDEX=None, UV_FIND_LINKS=None)
        self.build = ["build", "-b", "aws_lambda", "--python", "3.12", "--bytecode", "none", "--index-url", f"http://{host}/simple"]

    def test_the_newest_version_that_would_fit_is_named_by_both_resolvers(self):
        for resolver in "uv", "pip":
            finished = self.daypack(*self.build, "--resolver", resolver, "markupsafe", code=4, env=self.env)
            self.assertIn("hint: take markupsafe==3.0.2, the newest other version with a wheel for this target", finished.err)
            self.assertIn("markupsafe 3.0.3 (markupsafe-3.0.3-cp312-cp312-manylinux2014_x86_64.whl)", finished.err)

    def test_offline_and_without_findings_no_index_is_asked(self):
        self.daypack(*self.build, "markupsafe==3.0.2", "--lock", "good.toml", env=self.env)
        self.daypack(*self.build, "markupsafe", "--lock", "bad.toml", code=4, env=self.env)
        self.assertIn("/simple/markupsafe/", self.asked)
        self.asked.clear()
        self.daypack(*self.build, "markupsafe==3.0.2", "--lock", "good.toml", env=self.env)
        finished = self.daypack(*self.build, "markupsafe", "--lock", "bad.toml", "--offline", code=4, env=self.env)
        self.assertEqual(self.asked, [])
        self.assertIn("hint: take markupsafe==3.0.2", finished.err, "uv has kept what it read")


if __name__ == "__main__":
    cli.main()
