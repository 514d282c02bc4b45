#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Input that cannot be packaged: what is said, the exit code, and that nothing is left behind."""
import pathlib
import re
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

BUILD = ["build", "-b", "aws_lambda", "--python", "3.11", "--bytecode", "none"]

SOON = {"UV_HTTP_RETRIES": "0"}  # without it uv takes seconds to give up


class Requirements(cli.CommandLineTest):
    def test_a_file_that_is_not_there_or_a_folder(self):
        self.refused(1, "error: cannot read a file: nowhere.txt (No such file or directory)", *BUILD, "-r", "nowhere.txt")
        (self.folder / "folder").mkdir()
        self.refused(1, "error: cannot read a file: folder (Is a directory)", *BUILD, "-r", "folder")

    def test_a_file_that_may_not_be_read(self):
        secret = self.write("secret.txt", "six\n")
        secret.chmod(0)
        try:
            secret.read_text()
        except PermissionError:
            self.refused(1, ["cannot read a file: secret.txt (Permission denied)", "check the permissions"], *BUILD, "-r", "secret.txt")
        else:
            # Who may read everything: a file of the kernel that refuses reads.
            self.refused(1, "error: cannot read a file: /proc/self/mem", *BUILD, "-r", "/proc/self/mem")

    def test_a_file_that_is_no_text(self):
        self.write("requirements.txt", b"six\n\xff\xfe\x00\n")
        self.refused(1, "requirements.txt:2", *BUILD, "-r", "requirements.txt")

    def test_a_syntax_error_is_told_with_its_place_and_what_was_expected(self):
        for line, says in [
            ("numpy=>1", ['requirements.txt:3:6 (got "=>1", expected a version operator', 'hint: write "numpy>=1"']),
            ("numpy==", ["requirements.txt:3:8", "expected"]),
            ("numpy[fast", ["requirements.txt:3:", "expected"]),
            ("numpy; python_versio > '3'", ["requirements.txt:3:", "expected"]),
            ("--no-such-option", ["requirements.txt:3", "--no-such-option"]),
            ("-r nowhere.txt", ["requirements.txt:3", "nowhere.txt"]),
        ]:
            with self.subTest(line=line):
                self.write("requirements.txt", f"# a comment\nsix\n{line}\n")
                self.refused(1, says, *BUILD, "-r", "requirements.txt")

    def test_a_syntax_error_among_the_arguments(self):
        self.refused(1, "expected a version operator", *BUILD, "numpy=>1")

    def test_names_and_versions_that_do_not_exist(self):
        self.write("requirements.txt", "six\ndaypack-no-such-package-0\n")
        self.refused(1, ["no package of this name is in the index: daypack-no-such-package-0", "check the spelling",
                         "requirements.txt:2"], *BUILD, "-r", "requirements.txt")
        self.refused(1, ["a version does not exist: six==99.0", "hint: take six==1."], *BUILD, "six==99.0")

    def test_requirements_that_contradict_each_other(self):
        self.write("requirements.txt", "six==1.16.0\nsix==1.15.0\n")
        self.refused(1, ["requirements.txt:1", "requirements.txt:2"], *BUILD, "-r", "requirements.txt")

    def test_a_version_without_a_wheel_for_the_target_names_the_wheels_and_why_they_do_not_fit(self):
        finished = self.refused(1, [
            "no wheel fits the target: numpy==2.4.6 (for AWS Lambda, Python 3.11, x86_64, glibc 2.26)",
            "hint: take numpy==2.", "the newest that has one",
            "needs glibc 2.27, the target has 2.26: numpy-2.4.6-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
            "needs Python 3.12, the target has 3.11",
        ], *BUILD, "numpy==2.4.6")
        advised = re.search(r"take (numpy==\S+),", finished.err)[1]
        self.daypack("plan", *BUILD[1:], advised)

    def test_a_hash_that_fits_no_file(self):
        self.write("requirements.txt", f"six==1.16.0 --hash=sha256:{'0' * 64}\n")
        self.refused(1, ["no wheel for the target has a hash that the requirements allow: six==1.16.0",
                         "8abb2f1d86890a2dfb989f9a77cfcfd3e47c2a354b01111771326f8aa26e0254"], *BUILD, "-r", "requirements.txt")

    def test_a_hash_that_fits(self):
        self.write("requirements.txt", "six==1.16.0 --hash=sha256:8abb2f1d86890a2dfb989f9a77cfcfd3e47c2a354b01111771326f8aa26e0254\n")
        self.daypack(*BUILD, "-r", "requirements.txt")


class Locks(cli.CommandLineTest):
    def test_a_hash_that_is_not_the_files(self):
        self.daypack(*BUILD, "six==1.16.0", "--lock", "pylock.toml", "-o", "first.zip")
        lock = self.folder / "pylock.toml"
        lock.write_text(re.sub(r"[0-9a-f]{64}(?=\" } }\])", "7" * 64, lock.read_text()))
        changed = cli.sha256(lock)
        self.refused(1, ["a wheel has not the sha256 that the lock names: six-1.16.0", "expected 7777", "lock again if"],
                     *BUILD, "six==1.16.0", "--lock", "pylock.toml")
        self.assertEqual(cli.sha256(lock), changed)

    def test_a_lock_that_is_none(self):
        self.write("pylock.toml", "this is no TOML\n")
        self.refused(1, ["cannot read a lock: pylock.toml:1"], *BUILD, "six", "--lock", "pylock.toml")
        self.write("pylock.toml", 'lock-version = "1.0"\ncreated-by = "another tool"\npackages = []\n')
        self.refused(2, ["written by another tool and would be overwritten: pylock.toml", "name another file"],
                     *BUILD, "six", "--lock", "pylock.toml")


class Wheels(cli.CommandLineTest):
    """Wheels of the test's own, offered by --find-links, by their path, and by a lock."""

    def truncate(self, wheel):
        data = wheel.read_bytes()
        wheel.write_bytes(data[:len(data) // 2])

    def test_a_good_one_in_each_way(self):
        wheel = cli.write_wheel(self.folder / "wheels")
        for way in ["demo", "--find-links", "wheels"], ["./wheels/demo-1.0-py3-none-any.whl"], [f"demo @ file://{wheel}"]:
            built = self.answer(*BUILD, *way, "--lock", "pylock.toml")
            self.assertEqual(built["distributions"], [{"name": "demo", "version": "1.0"}])
            again = self.answer(*BUILD, *way, "--lock", "pylock.toml", "--offline")
            self.assertEqual(again["sha256"], built["sha256"])
            self.assertIn("demo/__init__.py", cli.names_in(self.folder / "out.zip"))

    def test_a_truncated_one(self):
        self.truncate(cli.write_wheel(self.folder / "wheels"))
        self.refused(1, ["demo"], *BUILD, "demo", "--find-links", "wheels")
        self.refused(1, ["demo-1.0-py3-none-any.whl"], *BUILD, "./wheels/demo-1.0-py3-none-any.whl")

    def test_a_truncated_one_that_a_lock_names(self):
        wheel = cli.write_wheel(self.folder / "wheels")
        locked = [*BUILD, "demo", "--find-links", "wheels", "--lock", "pylock.toml"]
        self.daypack(*locked, "-o", "first.zip")
        good = cli.sha256(wheel)
        self.truncate(wheel)
        self.refused(1, ["a wheel has not the sha256 that the lock names: demo-1.0-py3-none-any.whl", f"expected {good}"],
                     *locked, "--cache-dir", self.fresh_cache())
        lock = self.folder / "pylock.toml"
        lock.write_text(lock.read_text().replace(good, cli.sha256(wheel)))
        self.refused(1, ["error: Vendor: ", "demo-1.0-py3-none-any.whl", "hint: "], *locked)

    def fresh_cache(self):
        """Outside of the test's folder, where what is left is looked for."""
        holder = tempfile.TemporaryDirectory(prefix="daypack-cache-")
        self.addCleanup(holder.cleanup)
        return holder.name

    def test_a_member_that_escapes(self):
        for member in ["../outside.py", "demo/../../outside.py", "/outside.py"]:
            with self.subTest(member=member):
                cli.write_wheel(self.folder / "wheels", more=[(member, b"")])
                self.refused(1, ["a wheel has a file that would leave its folder", "do not install this file"],
                             *BUILD, "demo", "--find-links", "wheels")

    def test_a_file_that_is_not_as_recorded(self):
        wheel = cli.write_wheel(self.folder / "wheels")
        data = wheel.read_bytes()
        with zipfile.ZipFile(wheel) as good:
            members = {name: good.read(name) for name in good.namelist()}
        members["demo/__init__.py"] = members["demo/__init__.py"].replace(b"42", b"43")
        with zipfile.ZipFile(wheel, "w") as bad:
            for name, content in members.items():
                bad.writestr(name, content)
        self.assertNotEqual(wheel.read_bytes(), data)
        self.refused(1, ["demo/__init__.py", "RECORD"], *BUILD, "demo", "--find-links", "wheels")

    def test_two_that_disagree_on_a_file(self):
        for name in "one", "two":
            cli.write_wheel(self.folder / "wheels", name, more=[("shared/code.py", name.encode())])
        self.refused(1, ["shared/code.py", "one", "two"], *BUILD, "one", "two", "--find-links", "wheels")


class Network(cli.CommandLineTest):
    def test_an_index_that_is_down_exits_5(self):
        down = cli.environment(UV_DEFAULT_INDEX=cli.CLOSED_PORT, UV_INDEX=None, UV_INDEX_URL=None, **SOON)
        says = ["error: Resolve: the package index cannot be reached: ", cli.CLOSED_PORT, "hint: check the network"]
        self.refused(5, says, *BUILD, "six", env=down)
        self.refused(5, says, *BUILD, "six", "--index-url", cli.CLOSED_PORT, env=cli.environment(**SOON))

    def test_credentials_do_not_show(self):
        for url in ["http://user:hunter2@127.0.0.1:9/simple", "http://hunter2@127.0.0.1:9/simple"]:
            finished = self.daypack(*BUILD, "six", "--index-url", url, "--json", "-v", code=5, env=cli.environment(**SOON))
            self.assertNotIn("hunter2", finished.out + finished.err)

    def test_a_server_of_wheels_that_is_down_exits_5(self):
        cli.write_wheel(self.folder / "wheels")
        locked = [*BUILD, "demo", "--find-links", "wheels", "--lock", "pylock.toml"]
        self.daypack(*locked)
        lock = self.folder / "pylock.toml"
        lock.write_text(re.sub(r'path = "[^"]*/', 'url = "http://127.0.0.1:9/', lock.read_text()))
        lock.write_text(re.sub(r"[0-9a-f]{64}(?=\" } }\])", "7" * 64, lock.read_text()))
        self.refused(5, ["error: Vendor: ", "127.0.0.1:9", "hint: "], *locked)

    def test_offline_without_what_it_takes_exits_5(self):
        self.refused(5, ["this run is offline", "run once with the network"], *BUILD, "daypack-no-such-package-0", "--offline")


if __name__ == "__main__":
    cli.main()
