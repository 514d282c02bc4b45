#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Packages of real requirements: other tools accept the zip, its modules import, and its bytes depend on nothing else."""
import os
import pathlib
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import unpacked

LOCAL = ["--python", cli.LOCAL_PYTHON]
BUILD = ["build", "-b", "aws_lambda", *LOCAL, *cli.PACKAGES]


def kinds(path):
    """How many sources, bytecode files and folders of dist-info a zip has."""
    names = cli.names_in(path)
    return {
        "sources": sum(name.endswith(".py") for name in names),
        "bytecode": sum(name.endswith(".pyc") for name in names),
        "records": sum(name.endswith("dist-info/RECORD") for name in names),
        "tests": sum("/tests/" in name for name in names),
    }


class Contents(cli.CommandLineTest):
    def test_other_tools_accept_the_zip(self):
        self.daypack(*BUILD)
        unpacked.check_with_other_tools(self, self.folder / "out.zip")

    def test_every_top_level_module_imports(self):
        self.daypack(*BUILD)
        modules = unpacked.top_level_modules(self.folder / "out.zip")
        self.assertLessEqual({"requests", "urllib3", "yaml", "_yaml", "markupsafe", "certifi", "idna", "charset_normalizer"}, modules)
        failed = unpacked.import_failures(self.folder / "out.zip", modules, self.folder / "unpacked")
        self.assertEqual(failed, {})

    def test_bytecode(self):
        self.daypack(*BUILD, "-o", "with.zip")
        self.daypack(*BUILD, "-o", "without.zip", "--bytecode", "none")
        with_bytecode, without = kinds(self.folder / "with.zip"), kinds(self.folder / "without.zip")
        self.assertEqual((with_bytecode["sources"], without["bytecode"]), (0, 0))
        self.assertEqual(with_bytecode["bytecode"], without["sources"])
        self.assertGreater(without["sources"], 50)
        modules = unpacked.top_level_modules(self.folder / "without.zip")
        self.assertEqual(modules, unpacked.top_level_modules(self.folder / "with.zip"))
        self.assertEqual(unpacked.import_failures(self.folder / "without.zip", modules, self.folder / "unpacked"), {})

    def test_pruning(self):
        sizes = {}
        for rules in "none", "safe", "mapbox":
            built = self.answer("build", "-b", "aws_lambda", *LOCAL, "simplejson==3.19.3", "--bytecode", "none", "--prune", rules,
                                "-o", f"{rules}.zip")
            sizes[rules] = built["unpacked"]
            self.assertEqual(bool(kinds(self.folder / f"{rules}.zip")["tests"]), rules == "none", rules)
        self.assertEqual(sorted(sizes, key=sizes.get, reverse=True)[0], "none", sizes)
        self.assertGreater(sizes["none"], sizes["safe"])
        removed = self.daypack("plan", "-b", "aws_lambda", *LOCAL, "simplejson==3.19.3", "--bytecode", "none").out
        self.assertRegex(removed, r"saved by +tests: \d+ files, ")

    def test_own_files_and_folders(self):
        self.write("app.py", "import src.helpers.one\n")
        self.write("src/helpers/one.py", "x = 1\n")
        self.write("src/run.sh", "#!/bin/sh\n").chmod(0o755)
        self.daypack("build", "-b", "aws_lambda", *LOCAL, "--add", "app.py", "--add", "src", "--add", "app.py=copy/app.py",
                     "--bytecode", "none")
        with zipfile.ZipFile(self.folder / "out.zip") as archive:
            modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
        self.assertEqual(modes, {"app.py": 0o644, "copy/app.py": 0o644, "src/helpers/one.py": 0o644, "src/run.sh": 0o755})

    def test_effort(self):
        sizes = [self.answer(*BUILD, "--effort", effort)["size"] for effort in ("fast", "balanced", "smallest", "12")]
        self.assertGreater(sizes[0], sizes[1])
        self.assertGreaterEqual(sizes[1], sizes[2])

    def test_another_architecture(self):
        built = self.answer(*BUILD, "--arch", "arm64")
        self.assertEqual(built["target"]["arch"], "arm64")
        libraries = [name for name in cli.names_in(self.folder / "out.zip") if name.endswith(".so")]
        self.assertTrue(libraries)
        self.assertTrue(all("x86_64" not in name for name in libraries), libraries)


class Choices(cli.CommandLineTest):
    """What the command line says about wheels, with wheels of our own."""

    OPTIONS = ["-b", "aws_lambda", "--bytecode", "none", "--prune", "none", "--find-links", "wheels"]

    def setUp(self):
        super().setUp()
        for name in "daypack_one", "daypack_two":
            info = f"{name}-1.0.dist-info"
            points = f"[console_scripts]\n{name}-tool = {name}:main\n".encode()
            own = [("shared/code.py", name.encode()), (f"{info}/entry_points.txt", points),
                   (f"{name}-1.0.data/scripts/{name}.py", b"#!python\n")]
            cli.write_wheel(self.folder / "wheels", name, more=own)

    def read(self, name):
        with zipfile.ZipFile(self.folder / "out.zip") as archive:
            return archive.read(name).decode(), archive.getinfo(name).external_attr >> 16 & 0o777

    def test_scripts_come_by_option_only(self):
        self.daypack("build", *self.OPTIONS, *LOCAL, "daypack-one")
        self.assertEqual([name for name in cli.names_in(self.folder / "out.zip") if name.startswith("bin/")], [])
        self.daypack("build", *self.OPTIONS, *LOCAL, "daypack-one", "--scripts")
        text, mode = self.read("bin/daypack_one-tool")
        self.assertIn("from daypack_one import main", text)
        self.assertEqual((text.partition("\n")[0], mode), ("#!/usr/bin/env python3", 0o755))
        self.assertEqual(self.read("bin/daypack_one.py"), ("#!/usr/bin/env python3\n", 0o755))

    def test_a_conflict_names_both_and_the_option_that_decides(self):
        both = [*self.OPTIONS, *LOCAL, "daypack-one", "daypack-two"]
        self.refused(1, ["shared/code.py (daypack_one-1.0-py3-none-any.whl, daypack_two-1.0-py3-none-any.whl)",
                         "--prefer daypack-one"], "build", *both)
        for name in "daypack_one", "daypack_two":
            self.daypack("build", *both, "--prefer", name)
            self.assertEqual(self.read("shared/code.py")[0], name)

    def test_a_retired_runtime_is_built_with_a_warning(self):
        retired = [*self.OPTIONS, "daypack-one", "--python", "3.6"]
        built = self.answer("build", *retired)
        warning = {"check": "Target", "severity": "warning", "subject": "AWS Lambda, Python 3.6",
                   "message": "this runtime is retired since 2022-07-18, it takes no new functions; take a newer Python where you can"}
        self.assertIn(warning, built["findings"])
        self.assertIn("this runtime is retired since 2022-07-18", self.daypack("build", *retired).err)


class SameBytes(cli.CommandLineTest):
    """One sha256, whatever is not an option."""

    def setUp(self):
        super().setUp()
        self.write("app.py", "def handler(event, context):\n    return event\n")
        self.options = [*BUILD, "--add", str(self.folder / "app.py"), "--lock", str(self.folder / "pylock.toml")]
        self.expected = self.answer(*self.options, "-o", "first.zip")["sha256"]

    def check(self, *options, **how):
        self.assertEqual(self.answer(*self.options, *options, "-o", "again.zip", **how)["sha256"], self.expected, f"{options} {how}")

    def test_for_two_builds_and_any_number_of_threads(self):
        self.assertEqual(cli.sha256(self.folder / "first.zip"), self.expected)
        self.check()
        for jobs in "1", "2", "7":
            self.check("--jobs", jobs)

    def test_for_an_empty_cache(self):
        self.check("--cache-dir", str(self.folder / "cache"))

    def test_for_another_time_zone_and_language(self):
        self.check(env=cli.environment(TZ="Asia/Kathmandu", LANG="tr_TR.UTF-8", LC_ALL="tr_TR.UTF-8"))
        self.check(env=cli.environment(TZ="America/St_Johns", LANG="C", LC_ALL="C", PYTHONHASHSEED="7"))
        self.check(env=cli.environment(LC_ALL=None, LANG=None, TZ=None))

    def test_for_another_umask(self):
        for mask in 0o000, 0o077:
            # With preexec_fn: Python 3.8 has no option for it.
            self.check(preexec_fn=lambda mask=mask: os.umask(mask))

    def test_for_another_folder_and_home(self):
        elsewhere = self.folder / "else where"
        elsewhere.mkdir()
        home = self.folder / "home"
        home.mkdir()
        finished = self.answer(*self.options, "-o", "again.zip", cwd=elsewhere, env=cli.environment(HOME=str(home)))
        self.assertEqual(finished["sha256"], self.expected)

    def test_for_other_times_and_modes_of_files(self):
        os.utime(self.folder / "app.py", (1, 1))
        (self.folder / "app.py").chmod(0o600)
        self.check()

    def test_the_bytes_do_tell_what_matters(self):
        self.write("app.py", "def handler(event, context):\n    return 1\n")
        self.assertNotEqual(self.answer(*self.options)["sha256"], self.expected)


class OtherBackends(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("function_app.py", "import yaml\n")
        self.write("host.json", "{}\n")

    def build(self, backend, *own, python=cli.LOCAL_PYTHON):
        added = [word for name in own for word in ("--add", name)]
        self.daypack("build", "-b", backend, "--python", python, "PyYAML==6.0.2", *added)
        return cli.names_in(self.folder / "out.zip")

    def test_azure_functions_keeps_packages_in_a_folder_and_the_entry_as_source(self):
        names = self.build("azure_functions", "function_app.py", "host.json")
        packages = ".python_packages/lib/site-packages/"
        self.assertIn(f"{packages}yaml/__init__.pyc", names)
        self.assertEqual([name for name in names if not name.startswith(packages)], [f"__pycache__/function_app.cpython-{cli.LOCAL_PYTHON.replace('.', '')}.pyc", "function_app.py", "host.json"])

    @cli.needs_python("3.10")
    def test_aliyun_fc_keeps_packages_at_the_root_and_the_entry_as_source(self):
        names = self.build("aliyun_fc", "function_app.py", python="3.10")
        self.assertIn("yaml/__init__.pyc", names)
        self.assertEqual([name for name in names if name.endswith(".py")], ["function_app.py"])

    def test_local_is_all_bytecode(self):
        names = self.build("local", "function_app.py")
        self.assertIn("function_app.pyc", names)
        self.assertEqual([name for name in names if name.endswith(".py")], [])


if __name__ == "__main__":
    cli.main()
