#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Every form in which requirements are given: files of pip, projects, locks of uv, names. uv and packaging are the judges."""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import small_server
from pypa_packaging import with_packaging, with_pip
from requirement_cases import read_as_pip

with_packaging()
from packaging.requirements import Requirement

PLAN = ["plan", "-b", "aws_lambda", "--bytecode", "none"]
BUILD = ["build", "-b", "aws_lambda", "--python", "3.11", "--bytecode", "none"]
UV = os.environ.get("DAYPACK_UV", "uv")
PROJECT = """
[project]
name = "Demo_Project"
version = "0.1"
requires-python = ">=3.10"
dependencies = [
    "requests[socks]==2.32.3",
    "tomli ; python_version < '3.11'",
    "colorama ; sys_platform == 'win32'",
    "markupsafe<3 ; python_version < '3.12'",
    "markupsafe>=3 ; python_version >= '3.12'",
]
[project.optional-dependencies]
fast = ["six"]
all = ["demo-project[fast]", "zipp"]
[dependency-groups]
Dev = ["iniconfig", {include-group = "lint"}]
lint = ["pathspec"]
"""


CONFLICTS = """
[project]
name = "demo"
version = "0.1"
requires-python = ">=3.10"
dependencies = ["zipp", "idna<3.5 ; python_version < '3.12'", "idna>=3.5,<3.8 ; python_version >= '3.12'"]
[project.optional-dependencies]
old = ["six==1.15.0"]
new = ["six==1.16.0", "tomli"]
[dependency-groups]
dev = ["iniconfig==1.1.1"]
lint = ["iniconfig==2.0.0"]
prod = ["pathspec"]
[tool.uv]
conflicts = [[{ extra = "old" }, { extra = "new" }], [{ group = "dev" }, { group = "lint" }]]
default-groups = ["prod"]
constraint-dependencies = ["zipp<3.20"]
override-dependencies = ["tomli==2.0.1"]
required-environments = ["sys_platform == 'linux' and platform_machine == 'aarch64'"]
"""


def target(version):
    return {"python_version": version, "python_full_version": version + ".9", "sys_platform": "linux", "os_name": "posix",
            "platform_system": "Linux", "platform_machine": "x86_64", "implementation_name": "cpython",
            "platform_python_implementation": "CPython"}


class Forms(cli.CommandLineTest):
    def uv(self, *arguments):
        finished = subprocess.run([UV, *arguments], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        return finished.stdout

    def distributions(self, *arguments):
        built = self.answer(*PLAN, *arguments)
        return sorted(f"{distribution['name']}=={distribution['version']}" for distribution in built["distributions"])

    def exported(self, python, *parts):
        text = self.uv("export", "--frozen", "--no-hashes", "--no-header", "--no-annotate", *parts)
        asked = [Requirement(line) for line in text.splitlines()]
        return sorted(f"{item.name}{item.specifier}" for item in asked if not item.marker or item.marker.evaluate(target(python)))

    def test_a_uv_lock_gives_what_uv_exports_of_it(self):
        self.write("pyproject.toml", PROJECT)
        self.uv("lock")
        for python in "3.10", "3.12":
            for parts in [], ["--extra", "fast"], ["--extra", "all", "--group", "dev"], ["--only-group", "Dev"]:
                with self.subTest(python=python, parts=parts):
                    self.assertEqual(self.distributions("--python", python, "-r", "uv.lock", *parts), self.exported(python, "--no-default-groups", *parts))

    def test_forks_and_what_excludes_each_other(self):
        self.write("pyproject.toml", CONFLICTS)
        self.uv("lock")
        for python, parts in [("3.11", []), ("3.12", ["--extra", "old", "--group", "lint"]), ("3.11", ["--extra", "new", "--group", "dev"]),
                              ("3.12", ["--no-default-groups", "--extra", "new"]), ("3.12", ["--only-group", "dev"])]:
            with self.subTest(python=python, parts=parts):
                self.assertEqual(self.distributions("--python", python, "-r", "uv.lock", *parts), self.exported(python, *parts))
        self.refused(2, ["extras or groups that exclude each other are asked for: demo[new] and demo[old] (uv.lock:", "leave one of them out"],
                     *BUILD, "-r", "uv.lock", "--extra", "old", "--extra", "new")

    def test_a_workspace(self):
        self.write("pyproject.toml", '[tool.uv.workspace]\nmembers = ["one", "two"]\n[dependency-groups]\ntools = ["iniconfig"]\n')
        project = '[project]\nname = "{}"\nversion = "0.1"\nrequires-python = ">=3.10"\ndependencies = ["{}"]\n'
        self.write("one/pyproject.toml", project.format("one", "six") + '[project.optional-dependencies]\nmore = ["tomli"]\n')
        self.write("two/pyproject.toml", project.format("two", "zipp") + '[dependency-groups]\nextra = ["idna"]\n')
        self.uv("lock")
        for parts in [], ["--extra", "more"], ["--package", "one", "--extra", "more"], ["--package", "two", "--group", "extra"], ["--only-group", "tools"]:
            with self.subTest(parts=parts):
                self.assertEqual(self.distributions("--python", "3.12", "-r", "uv.lock", *parts), self.exported("3.12", *parts))
        self.refused(1, ["there is no such project: three (uv.lock)", "it has one, two"], *BUILD, "-r", "uv.lock", "--package", "three")

    def test_the_settings_of_a_project_hold_wherever_it_lies(self):
        self.write("sub/pyproject.toml", '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["six", "zipp"]\n[tool.uv]\n'
                   'constraint-dependencies = ["zipp<3.20"]\noverride-dependencies = ["six==1.15.0"]\n')
        judge = subprocess.run([UV, "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--python-version", "3.12", "pyproject.toml"], cwd=self.folder / "sub",
                               capture_output=True, text=True)
        self.assertEqual(judge.returncode, 0, judge.stderr)
        self.assertEqual(self.distributions("--python", "3.12", "-r", "sub/pyproject.toml"), judge.stdout.split())
        self.refused(2, ["pip does not follow a setting of [tool.uv]: override-dependencies (sub/pyproject.toml)", "resolve with uv, or lock the project"],
                     *BUILD, "-r", "sub/pyproject.toml", "--resolver", "pip")

    def test_every_form_gives_the_same_package(self):
        self.write("pyproject.toml", PROJECT.replace("markupsafe>=3", "markupsafe==3.0.2"))
        self.uv("lock")
        self.uv("export", "--frozen", "--extra", "all", "--no-default-groups", "--format", "pylock.toml", "-o", "pylock.toml")
        self.uv("export", "--frozen", "--extra", "all", "--no-default-groups", "-o", "requirements.txt")
        built = {}
        for form in ["-r", "pyproject.toml", "--extra", "all"], ["-r", "uv.lock", "--extra", "all"], ["-r", "pylock.toml"], ["-r", "requirements.txt"]:
            built[form[1]] = self.answer(*BUILD, *form)
        for form, answer in built.items():
            self.assertEqual(answer["sha256"], built["uv.lock"]["sha256"], form)

    def test_a_lock_needs_no_tool(self):
        wheel = cli.write_wheel(self.folder / "wheels")
        lock = f"""lock-version = "1.0"
[[packages]]
name = "demo"
version = "1.0"
wheels = [{{ path = "wheels/{wheel.name}", hashes = {{ sha256 = "{cli.sha256(wheel)}" }} }}]
"""
        self.write("pylock.toml", lock)
        self.write("uv.lock", f"""version = 1
[[package]]
name = "demo"
version = "1.0"
source = {{ registry = "wheels" }}
wheels = [{{ path = "{wheel.name}" }}]
[[package]]
name = "project"
source = {{ virtual = "." }}
dependencies = [{{ name = "demo" }}]
""")
        nothing = cli.environment(PATH="", DAYPACK_UV="/nowhere/uv")
        shipped = [self.answer(*BUILD, "-r", name, "--offline", env=nothing)["sha256"] for name in ("pylock.toml", "uv.lock")]
        self.assertEqual(shipped[0], shipped[1])
        self.assertIn("demo/__init__.py", cli.names_in(self.folder / "out.zip"))

    def test_names_and_files_together(self):
        cli.write_wheel(self.folder / "wheels", "one")
        cli.write_wheel(self.folder / "wheels", "two", "2.0")
        cli.write_wheel(self.folder / "wheels", "two", "3.0")
        self.write("sub/requirements.txt", "--no-index\r\n-f ../wheels\r\n-c limits.txt\r\none")
        self.write("sub/limits.txt", "two<3")
        self.assertEqual(self.distributions("--python", "3.11", "-r", "sub/requirements.txt", "two"), ["one==1.0", "two==2.0"])

    def test_an_encoding_that_a_comment_tells(self):
        cli.write_wheel(self.folder / "wheels")
        for text, encoding in [("# coding: latin-1\n--no-index\n-f wheels\ndemo # \u00e9t\u00e9", "latin-1"),
                               ("--no-index\n-f wheels\ndemo # \u00e9t\u00e9\n", "utf-16")]:
            self.write("requirements.txt", text.encode(encoding))
            self.assertEqual(self.distributions("--python", "3.11", "-r", "requirements.txt"), ["demo==1.0"])


class Files(small_server.Answering):
    """Files by their path; those below /closed/ for me:s3cret alone."""

    def do_GET(self):
        if self.path.startswith("/closed/") and not self.has_login("me:s3cret"):
            return self.answer(401, b"no")
        text = self.server.files.get(self.path)
        self.answer(404, b"no") if text is None else self.answer(200, text.encode())


class Listing(cli.CommandLineTest):
    def test_a_file_with_all_that_may_stand_in_it(self):
        self.write("sub/requirements.txt", "--index-url https://me:s3cret@h.invalid/simple\n--no-index\n-f wheels\n--no-binary a,b\n--no-binary=c\n"
                   f"Foo_Bar[x,Y]>=1, <2 ; python_version < '4'  # why\nsix==1.16.0 --hash=sha256:{'a' * 64}\\\n --config-settings=k=v\n-c limits.txt\n"
                   "zipp @ https://me:s3cret@h.invalid/zipp.whl\n")
        self.write("sub/limits.txt", "\nsix<2\n")
        answer = self.answer("requirements", "sub/requirements.txt")
        nothing = {"extras": [], "marker": "", "url": "", "hashes": [], "config_settings": [], "editable": False, "file": "sub/requirements.txt"}
        self.assertEqual(answer["requirements"], [
            {**nothing, "name": "foo-bar", "specifier": ">=1,<2", "extras": ["x", "y"], "marker": "python_version < '4'", "line": 6},
            {**nothing, "name": "six", "specifier": "==1.16.0", "hashes": ["sha256:" + "a" * 64], "config_settings": ["k=v"], "line": 7},
            {**nothing, "name": "zipp", "specifier": "", "url": "https://***@h.invalid/zipp.whl", "line": 10}])
        self.assertEqual(answer["constraints"], [{**nothing, "name": "six", "specifier": "<2", "file": "sub/limits.txt", "line": 2}])
        self.assertEqual(answer["options"], {"index-url": "https://***@h.invalid/simple", "no-index": True, "find-links": [str(self.folder / "wheels")],
                                             "no-binary": ["a,b", "c"]})
        shown = self.daypack("requirements", "sub/requirements.txt").out
        self.assertIn("foo-bar[x,y]>=1,<2 ; python_version < '4'  # sub/requirements.txt:6\n", shown)
        self.assertIn("# constraint six<2  # sub/limits.txt:2\n", shown)
        self.assertNotIn("s3cret", shown)

    def test_projects_locks_and_names(self):
        self.write("pyproject.toml", PROJECT)
        answer = self.answer("requirements", "pyproject.toml", "--extra", "all", "--group", "dev", "numpy<3")
        self.assertEqual([item["name"] for item in answer["requirements"]],
                         ["requests", "tomli", "colorama", "markupsafe", "markupsafe", "six", "zipp", "iniconfig", "pathspec", "numpy"])
        self.assertEqual((answer["requirements"][5]["line"], answer["requirements"][-1]["file"]), (14, ""))
        self.assertEqual(answer["requires_python"], [{"specifier": ">=3.10", "file": "pyproject.toml", "line": 5}])
        lock = "version = 1\n[[package]]\nname = \"p\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"a\", marker = \"os_name == 'nt'\" }]\n" \
               f"[[package]]\nname = \"a\"\nversion = \"1\"\nsource = {{ git = \"https://h.invalid/r#{'c' * 40}\" }}\n"
        self.write("uv.lock", lock)
        self.assertEqual(self.daypack("requirements", "uv.lock").out, f"a @ git+https://h.invalid/r@{'c' * 40}  # uv.lock:6\n")
        self.write("pylock.toml", f"lock-version = \"1.0\"\n[[packages]]\nname = \"a\"\nversion = \"1\"\nmarker = \"os_name == 'nt'\"\n"
                   f"wheels = [{{ url = \"https://h.invalid/a-1-py3-none-any.whl\", hashes = {{ sha256 = \"{'b' * 64}\" }} }}]\n")
        self.assertEqual(self.daypack("requirements", "pylock.toml").out, f"a==1 ; os_name == 'nt' --hash=sha256:{'b' * 64}  # pylock.toml:2\n")
        wheel = cli.write_wheel(self.folder)
        self.assertEqual([item["url"] for item in self.answer("requirements", f"./{wheel.name}")["requirements"]], [str(wheel)])
        self.refused(1, "cannot read a file: gone.txt", "requirements", "gone.txt")
        self.refused(2, "extras and groups are those of a project or a lock", "requirements", "six", "--extra", "x")
        self.refused(2, "FILE", "requirements")

    def test_files_of_a_server(self):
        host = small_server.serve(self, Files, files={"/a/main.txt": "six\n-r more.txt\n-c /limits.txt\n", "/a/more.txt": "zipp\n", "/limits.txt": "six<2\n", "/closed/r.txt": "tomli\n-r s.txt\n",
                         "/closed/s.txt": "idna\n", "/slip.txt": "six\na=1\n"})
        base = f"http://{host}"
        self.assertEqual(self.daypack("requirements", base + "/a/main.txt").out,
                         f"six  # {base}/a/main.txt:1\nzipp  # {base}/a/more.txt:1\n# constraint six<2  # {base}/limits.txt:1\n")
        with_pip()
        for place in base + "/a/main.txt", f"http://me:s3cret@{host}/closed/r.txt":
            answer = self.answer("requirements", place)
            ours = sorted([str(kind == "constraints"), item["name"], str(item["line"])] for kind in ("requirements", "constraints") for item in answer[kind])
            self.assertEqual(ours, sorted([row[0], row[2], row[9]] for row in read_as_pip(place)[:-1]), "pip reads them so")
        wanted = f"tomli  # {base}/closed/r.txt:1\nidna  # {base}/closed/s.txt:1\n"
        self.assertEqual(self.daypack("requirements", f"http://me:s3cret@{host}/closed/r.txt").out, wanted)
        self.write("netrc", "machine 127.0.0.1 login me password s3cret\n")
        self.assertEqual(self.daypack("requirements", base + "/closed/r.txt", env=cli.environment(NETRC=str(self.folder / "netrc"))).out, wanted)
        self.write("local.txt", f"\n-r {base}/gone.txt\n")
        self.refused(1, ["a server did not give a requirements file", "/gone.txt (status 404) (named in local.txt:2:4)"], "requirements", "local.txt")
        refused = self.refused(5, ["(status 401)", "~/.netrc"], "requirements", f"http://me:wrong@{host}/closed/r.txt")
        self.assertNotIn("wrong", refused.err)
        self.refused(1, f"cannot read a requirement: {base}/slip.txt:2:2 (got \"=1\", expected", "requirements", base + "/slip.txt")
        self.refused(5, ["cannot fetch a requirements file while offline", "(named in local.txt:2:4)", "name the copy"], *BUILD, "-r", "local.txt", "--offline")


class Refusals(cli.CommandLineTest):
    def test_a_slip_in_a_project_is_told_with_its_place(self):
        self.write("pyproject.toml", '[project]\nname = "p"\ndependencies = ["numpy=>1"]\n')
        self.refused(1, ['pyproject.toml:3:23 (got "=>1", expected a version operator', 'hint: write "numpy>=1"'], *BUILD, "-r", "pyproject.toml")
        self.write("pyproject.toml", "[project\n")
        self.refused(1, "cannot read a project: pyproject.toml:1:", *BUILD, "-r", "pyproject.toml")

    def test_a_project_that_cannot_be_resolved_names_its_line(self):
        self.write("pyproject.toml", '[project]\nname = "p"\ndependencies = [\n"daypack-no-such-package-0",\n]\n')
        self.refused(1, ["no package of this name is in the index", "pyproject.toml:4"], *BUILD, "-r", "pyproject.toml")

    def test_a_project_for_other_pythons(self):
        self.write("pyproject.toml", '[project]\nname = "p"\nrequires-python = ">=3.12"\ndependencies = ["six"]\n')
        self.refused(1, ["the project does not run on the target's Python", "pyproject.toml:3", "expected >=3.12"], *BUILD, "-r", "pyproject.toml")

    def test_parts_that_are_not_there(self):
        self.write("pyproject.toml", PROJECT)
        self.refused(1, ["there is no such extra: nope (pyproject.toml)", "it has all, fast"], *BUILD, "-r", "pyproject.toml", "--extra", "nope")
        self.refused(1, ["there is no such dependency group: nope", "it has Dev, lint"], *BUILD, "-r", "pyproject.toml", "--group", "nope")
        self.write("requirements.txt", "six\n")
        self.refused(2, "extras and groups are those of a project or a lock: requirements.txt", *BUILD, "-r", "requirements.txt", "--extra", "x")

    def test_locks(self):
        self.write("uv.lock", "version = 2\n")
        self.refused(1, ["cannot read a lock: uv.lock:1:11 (got another version, expected version = 1)", "uv export"], *BUILD, "-r", "uv.lock")
        self.write("pylock.toml", 'lock-version = "1.0"\npackages = [\n')
        self.refused(1, "cannot read a lock: pylock.toml:", *BUILD, "-r", "pylock.toml")
        self.write("pylock.toml", 'lock-version = "1.0"\npackages = []\n')
        self.refused(2, "a lock says all that is wanted, and something else is asked for: pylock.toml and six", *BUILD, "-r", "pylock.toml", "six")

    def test_files_of_other_tools(self):
        self.write("poetry.lock", "")
        self.refused(2, ["this file cannot be read as requirements: poetry.lock", "poetry export"], *BUILD, "-r", "poetry.lock")


if __name__ == "__main__":
    cli.main()
