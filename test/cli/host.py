#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Nothing of the host is in a package: built on a host that pretends to be another one, it has the same bytes."""
import locale
import os
import pathlib
import platform
import shutil
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

# Markers that a host could answer in the place of the target.
MARKED = ["six==1.17.0; python_version < '3.0'", "tblib==3.1.0; platform_machine == 'aarch64' and sys_platform == 'linux'"]
ENTRY_POINTS = b"[console_scripts]\ndemo-tool = daypack_demo:main\n"


def other_pythons():
    """Interpreters of another minor version than the one that runs this test, as far as there are any."""
    return (path for path, version in cli.pythons() if version != cli.LOCAL_PYTHON)


def other_locale():
    """One with another decimal point or another "i" than C, where the system has one."""
    before = locale.setlocale(locale.LC_ALL)
    for name in "tr_TR.UTF-8", "de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8":
        try:
            locale.setlocale(locale.LC_ALL, name)
            locale.setlocale(locale.LC_ALL, before)
            return name
        except locale.Error:
            continue
    return "POSIX"


class Host(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("one/src/app.py", "import daypack_demo\n\ndef handler(event, context):\n    return event\n")
        cli.write_wheel(self.folder / "one/wheels", "daypack_demo", more=[("daypack_demo-1.0.dist-info/entry_points.txt", ENTRY_POINTS)])

    def build(self, here, arch, **how):
        """From requirements to the zip, nothing shared with another build: no lock, no cache."""
        target = ["-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--arch", arch]
        own = ["--add", "src/app.py=app.py", "--handler", "app.handler", "--find-links", "wheels", "--cache-dir", self.folder / here / "cache"]
        packages = [*cli.PACKAGES, *MARKED, "daypack-demo==1.0"]
        built = self.answer("build", *target, *own, "--scripts", *packages, cwd=self.folder / here, **how)
        return built["sha256"], (self.folder / here / "out.zip").read_bytes(), (self.folder / here / "out.daypack.json").read_bytes()

    def another_host(self):
        """The same input in another folder, seen by another user of another machine."""
        shutil.copytree(self.folder / "one/src", self.folder / "two/src")
        shutil.copytree(self.folder / "one/wheels", self.folder / "two/wheels")
        for path in (self.folder / "two/src").rglob("*"):
            os.utime(path, (1, 1))
        programs = self.folder / "two/programs"
        programs.mkdir()
        python = next(other_pythons(), sys.executable)
        (programs / "python3").symlink_to(python)
        (programs / "python").symlink_to(python)
        for name in "home", "tmp":
            (self.folder / "two" / name).mkdir()
        language = other_locale()
        return cli.environment(
            PATH=f"{programs}:{os.environ['PATH']}", HOME=str(self.folder / "two/home"), TMPDIR=str(self.folder / "two/tmp"),
            XDG_CACHE_HOME=None, XDG_DATA_HOME=None, TZ="Asia/Kathmandu", LANG=language, LC_ALL=language, LANGUAGE="tr", USER="nobody",
            LOGNAME="nobody", HOSTNAME="elsewhere", PYTHONHASHSEED="7", PYTHONOPTIMIZE="2", PYTHONDONTWRITEBYTECODE="1",
            UV_CONFIG_FILE=os.environ.get("UV_CONFIG_FILE") or user_configuration(),
        )

    def test_another_host_gives_the_same_bytes(self):
        for arch in "x86_64", "arm64":
            with self.subTest(arch):
                first = self.build("one", arch)
                shutil.rmtree(self.folder / "two", ignore_errors=True)
                # With preexec_fn: Python 3.8 has no option for it.
                second = self.build("two", arch, env=self.another_host(), preexec_fn=lambda: os.umask(0o077))
                self.assertEqual(first[0], second[0])
                self.assertEqual(first[1:], second[1:], "the zip and its manifest")
                names = cli.names_in(self.folder / "one/out.zip")
                self.assertIn("bin/demo-tool", names)
                self.assertEqual("tblib/__init__.pyc" in names, arch == "arm64")
                self.assertNotIn("six.pyc", names)
                machine = {"x86_64": "aarch64", "arm64": "x86_64"}[arch]
                self.assertEqual([name for name in names if machine in name], [])
                self.find_nothing_of_the_host("one")

    def find_nothing_of_the_host(self, here):
        """Neither in a name, nor in a content, nor in the manifest."""
        words = {str(self.folder), str(cli.ROOT), sys.executable, platform.release()}  # the folder has the other home
        words |= {platform.node()} if len(platform.node()) > 5 else set()
        with zipfile.ZipFile(self.folder / here / "out.zip") as archive:
            contents = {info.filename: archive.read(info) + info.filename.encode() for info in archive.infolist()}
            dates = {info.date_time for info in archive.infolist()}
        contents["the manifest"] = (self.folder / here / "out.daypack.json").read_bytes()
        found = [(word, name) for word in words for name, data in contents.items() if word.encode() in data]
        self.assertEqual(found, [])
        self.assertEqual(dates, {(1980, 1, 1, 0, 0, 0)})


def user_configuration():
    """uv's own: the address of the package index may stand in the home folder, which the other host does not have."""
    path = pathlib.Path(os.environ.get("XDG_CONFIG_HOME") or pathlib.Path.home() / ".config") / "uv/uv.toml"
    return str(path) if path.exists() else None


if __name__ == "__main__":
    cli.main()
