#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What comes as source code - sdists, repositories, folders - is built and packed, and the lock says what it was."""
import hashlib
import io
import pathlib
import subprocess
import sys
import tarfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

BUILD = ["build", "-b", "local", "--python", cli.LOCAL_PYTHON, "--bytecode", "none", "--lock", "pylock.toml", "-o", "out.zip"]
EXTENSION = """
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "native", 0, -1, 0, 0, 0, 0, 0};
PyMODINIT_FUNC PyInit_native(void) { return PyModule_Create(&module); }
"""


class Sources(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.env = cli.environment(DAYPACK_CACHE_DIR=str(self.folder / "cache"))

    def project(self, name="pure", text="answer = 42\n"):
        folder = self.folder / name
        folder.mkdir()
        (folder / "pyproject.toml").write_text("[build-system]\nrequires = ['setuptools']\nbuild-backend = 'setuptools.build_meta'\n"
                                               f"[project]\nname = '{name}'\nversion = '1.0'\n[tool.setuptools]\npy-modules = ['{name}']\n")
        (folder / f"{name}.py").write_text(text)
        return folder

    def sdist(self, folder, into):
        subprocess.run(["uv", "build", "--quiet", "--sdist", "--out-dir", self.folder / into, folder], check=True)
        return next((self.folder / into).glob("*.tar.gz"))

    def packed(self, *arguments, holds="pure.py"):
        self.daypack(*BUILD, *arguments, env=self.env)
        self.assertIn(holds, " ".join(cli.names_in(self.folder / "out.zip")))
        return (self.folder / "pylock.toml").read_text()

    def test_a_folder_and_an_editable_one(self):
        self.project()
        self.assertIn("directory = { path = ", self.packed("./pure"))
        self.write("r.txt", "-e ./pure\n")
        self.assertIn("directory = { path = ", self.packed("-r", "r.txt"))
        (self.folder / "pure/more.py").write_text("")
        (self.folder / "pure/pyproject.toml").write_text((self.folder / "pure/pyproject.toml").read_text().replace("'pure']", "'pure', 'more']"))
        self.packed("-r", "r.txt", holds="more.py")  # no old build is packed

    def test_a_repository(self):
        folder = self.project()
        git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b"]
        for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
            subprocess.run([*git, *words], check=True)
        commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        self.assertIn(f'commit-id = "{commit}"', self.packed(f"pure @ git+file://{folder}"))
        first = cli.sha256(self.folder / "out.zip")
        self.daypack(*BUILD, "--offline", f"pure @ git+file://{folder}", env=self.env)
        self.assertEqual(cli.sha256(self.folder / "out.zip"), first)

    def test_a_source_archive(self):
        archive = self.sdist(self.project(), "dist")
        self.assertIn(hashlib.sha256(archive.read_bytes()).hexdigest(), self.packed(f"pure @ file://{archive}"))

    def native(self):
        """The sdist of a module in C, in a folder of links."""
        folder = self.folder / "native"
        folder.mkdir()
        (folder / "setup.py").write_text("from setuptools import setup, Extension\n"
                                         "setup(name='native', version='1.0', ext_modules=[Extension('native', ['native.c'])])\n")
        (folder / "native.c").write_text(EXTENSION)
        return self.sdist(folder, "links")

    def test_an_index_that_has_an_sdist_only_and_machine_code(self):
        archive = self.native()
        lock = self.packed("native", "--find-links", self.folder / "links", holds="native.c" "python")
        self.assertIn("sdist = { ", lock)
        self.assertIn(hashlib.sha256(archive.read_bytes()).hexdigest(), lock)
        self.refused(1, ["the wheel that was built does not fit the target: native 1.0", "it has machine code"],
                     "build", "-b", "aws_lambda", "--python", "3.12", "--arch", "arm64", "--bytecode", "none", "native",
                     "--find-links", self.folder / "links", env=self.env)

    def bare_sdist(self, name, version, needs, log):
        """An sdist that writes to a log when its metadata or its wheel is made."""
        setup = (f"from setuptools import setup\nopen({str(log)!r}, 'a').write('{name} {version}\\n')\n"
                 f"setup(name='{name}', version='{version}', py_modules=['{name}'], install_requires={needs})\n")
        with tarfile.open(self.folder / f"links/{name}-{version}.tar.gz", "w:gz") as archive:
            for file, text in [("setup.py", setup), (f"{name}.py", ""), ("PKG-INFO", f"Metadata-Version: 1.0\nName: {name}\nVersion: {version}\n")]:
                member = tarfile.TarInfo(f"{name}-{version}/{file}")
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text.encode()))

    def test_what_has_no_wheels_may_need_more_of_its_kind(self):
        """The newest is taken: uv is not left to look for an old version that needs nothing, building each for its metadata."""
        log = self.folder / "log.txt"
        (self.folder / "links").mkdir()
        self.bare_sdist("daypackchild", "1.0", [], log)
        for version in "1.0", "2.0", "3.0":
            self.bare_sdist("daypackparent", version, ["daypackchild"] if version > "1.0" else [], log)
        self.write("r.txt", "--find-links links\ndaypackparent\n")
        self.assertIn("daypackparent-3.0.tar.gz", self.packed("-r", "r.txt", holds="daypackchild.py"))
        self.assertEqual(set(log.read_text().splitlines()), {"daypackparent 3.0", "daypackchild 1.0"})

    def test_what_exists_is_told_where_nothing_can_be_built(self):
        self.native()
        wheels = ["native-0.9-cp312-cp312-manylinux_2_17_aarch64.whl", "native-1.0-cp311-cp311-manylinux_2_17_aarch64.whl",
                  "native-1.0-cp312-cp312-manylinux_2_38_aarch64.whl"]
        made = cli.ROOT / "test/support/make_platform_wheels.py"
        subprocess.run([sys.executable, made, self.folder / "links", *wheels], check=True)
        self.write("r.txt", "--no-index\n--find-links links\n--no-binary native\nnative==1.0\n")
        build = ["build", "-b", "aws_lambda", "--python", "3.12", "--arch", "arm64", "-r", "r.txt"]
        finished = self.refused(1, ["native 1.0 (", "take native==0.9, the newest that has a wheel that fits",
                                    f"needs glibc 2.38, the target has 2.34: {wheels[2]}", wheels[1]], *build,
                                env=self.env)
        self.assertLess(finished.err.index(wheels[2]), finished.err.index(wheels[1]), "the nearest first")


if __name__ == "__main__":
    cli.main()
