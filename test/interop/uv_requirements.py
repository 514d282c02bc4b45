#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Made-up requirements files, as daypack and uv understand them. Where the two differ pip is asked, and has to be with daypack.

uv tells what it has understood by `uv add --raw --frozen -r FILE`, which writes it into a pyproject.toml and resolves nothing.
By default a few files; by hand: uv_requirements.py --count 400 [--seed N]; it prints how often each reason stood behind a
difference.
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
from pypa_packaging import with_packaging
from requirement_cases import normal, read_as_pip

with_packaging()
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

SHA = "a" * 64
ENVIRONMENTS = [{"python_version": python, "python_full_version": python + ".4", "sys_platform": system, "os_name": name,
                 "platform_machine": machine, "platform_system": "Linux" if system == "linux" else "Windows", "extra": ""}
                for python, system, name, machine in [("3.8", "linux", "posix", "x86_64"), ("3.13", "win32", "nt", "AMD64"),
                                                      ("3.12", "linux", "posix", "aarch64")]]
VERSIONS = ["==1", ">=1.2,<2", "~=1.4", "==1.*", "!=1.3", "===1.0", "> 1", "<=2.0rc1", "== 1 , != 2", "(>=1)", "", "", "==v1.0", "==1.0+x", ">=1.*", "=1",
            " 1", "==1.x", ">=1+x", "~=1"]
MARKERS = ["", "", "", "; os_name == 'nt'", ";python_version<\"3.9\"", " ; sys_platform == 'linux' and python_version >= '3.10'",
           "; (os_name=='nt' or platform_machine == 'aarch64')", "; 'linux' in sys_platform", "; os_name == 'nt", "; foo == 'x'", "; python_version < 3.9",
           " ; platform_machine not in 'x86_64 arm64'"]
TAILS = ["", "", "", "", f" --hash=sha256:{SHA}", f" \\\n    --hash=sha256:{SHA} \\\n    --hash=sha256:{'b' * 64}", " # why", "  ", "\t# x", " --hash=sha256:12", " --pre",
         f" --hash sha256:{SHA}", " #", "#x", " \\", ","]
EXTRAS = ["", "", "", "[x]", "[x, Y_z]", " [x]", "[]", "[x", "[x,]"]
LINES = ["# a comment", "", "   ", "--index-url https://u:p@a.invalid/simple", "--extra-index-url=https://b.invalid/simple", "-i 'https://a.invalid/simple'",
         "--pre", "--no-binary :all:", "--only-binary=NAME", "-r more.txt", "--requirement=more.txt", "-c limits.txt", "NAME @ https://h.invalid/NAME-1-py3-none-any.whl",
         "NAME@https://h.invalid/NAME-1-py3-none-any.whl ; os_name == 'nt'", "NAME[x] @ git+https://h.invalid/r@v1#subdirectory=d", "NAME==${DAYPACK_TEST_VERSION}",
         "NAME==${daypack_test_version}", "NAME==${DAYPACK_TEST_UNSET}", "NAME==$DAYPACK_TEST_VERSION", "--no-such-option", "NAME>=1 \\\n,<2", "NAME \\\n# c\n==1",
         "NAME==1 \\\n  ; os_name == 'nt'", "--require-hashes", "-r 'gone.txt'", "NAME>=1 OTHER", "\u00e9t\u00e9", "NAME_", "--trusted-host h.invalid", "--prefer-binary",
         "--find-links https://l.invalid/", "-e git+https://h.invalid/r#egg=NAME", "--hash=sha256:" + SHA, "-r", "--index-url", "NAME ; extra == 'x'"]
ENDS = ["\n"] * 12 + ["\r\n", "\r\n", "\n\n", "\f", "\r"]
ENCODINGS = ["utf-8"] * 16 + ["utf-8-sig", "utf-16"]

# Why the two differ, by the words of uv or by what stands in the file; the rest has to be explained before it is added.
REASONS = [
    ("uv takes no other line ends than those of its own", r"[\f\r](?!\n)"),
    ("uv reads UTF-8 alone", "utf-16"),
    ("uv takes no name behind -e git+", "-e git"),
    ("uv joins lines within a requirement at fewer places", r"\\\n"),
    ("uv knows fewer or other options", "--hash sha256|--no-such|--prefer|--trusted|--pre|--require-hashes|--index-url\n|hash=sha256|-r\n|--find-links|--only-binary|--no-binary"),
    ("uv wants no requirement of itself by extra", "extra =="),
    ("uv fills in other variables", r"\$"),
    ("uv is stricter or looser about one word", "."),
]


def made_up(rng, number):
    def name():
        return rng.choice(["n", "Foo.Bar_", "zope-"]) + f"{number}x{rng.randrange(10 ** 6)}"

    text = ""
    for _ in range(rng.choice([1, 2, 3, 5])):
        if rng.random() < 0.6:
            good = rng.random() < 0.8  # files without any slip are the more telling ones
            def choice(some, bad, good=good):
                return rng.choice(some[:-bad] if good else some)
            line = name() + choice(EXTRAS, 3) + rng.choice(["", " "]) + choice(VERSIONS, 6) + choice(MARKERS, 4) + choice(TAILS, 8)
        else:
            line = rng.choice(LINES).replace("NAME", name()).replace("OTHER", "other")
        text += line + rng.choice(ENDS)
    if rng.random() < 0.3:
        text = text.rstrip("\r\n")
    return text.encode(rng.choice(ENCODINGS))


def understood(name, extras, specifier, marker, url):
    """In words that do not depend on who wrote them."""
    try:
        specifiers = sorted(str(one) for one in SpecifierSet(specifier))
    except ValueError:
        specifiers = [specifier]
    specifiers = sorted(re.sub(r"^(==|!=|>=|<=|~=|>|<)v", r"\1", one) for one in specifiers)
    try:
        holds = [Marker(marker).evaluate(one) if marker else True for one in ENVIRONMENTS]
    except (ValueError, KeyError):
        holds = marker
    return [normal(name), sorted(set(map(normal, extras))), specifiers if not url else [], holds, url]


class Reader:
    def __init__(self, folder):
        self.folder = folder
        self.environment = cli.environment(DAYPACK_TEST_VERSION="1.5", daypack_test_version="1.6", DAYPACK_TEST_UNSET=None)

    def by_daypack(self, path):
        finished = subprocess.run([cli.PROGRAM, "requirements", path.name, "--json"], cwd=path.parent, env=self.environment, capture_output=True, text=True)
        if finished.returncode != 0:
            return "refused: " + finished.stderr
        items = json.loads(finished.stdout)["requirements"]
        return sorted(understood(item["name"], item["extras"], item["specifier"], item["marker"], item["url"]) for item in items)

    def by_uv(self, path):
        folder = path.parent / (path.stem + ".uv")
        folder.mkdir()
        (folder / "pyproject.toml").write_text('[project]\nname = "judge"\nversion = "0"\nrequires-python = ">=3.8"\ndependencies = []\n')
        finished = subprocess.run([os.environ.get("DAYPACK_UV", "uv"), "add", "--quiet", "--raw", "--frozen", "--no-config", "--offline", "--python", sys.executable, "--project", folder,
                                   "-r", path.name], cwd=path.parent, env=self.environment, capture_output=True, text=True)
        text = (folder / "pyproject.toml").read_text()
        if finished.returncode != 0:
            return "refused: " + finished.stderr
        listed = re.search(r"dependencies = (\[.*?^\]|\[\])", text, re.DOTALL | re.MULTILINE)[1]
        items = [Requirement(json.loads(one)) for one in re.findall(r'^ +("(?:[^"\\]|\\.)*")', listed, re.MULTILINE)]
        return sorted(understood(item.name, item.extras, str(item.specifier), str(item.marker or ""), item.url or "") for item in items)

    @staticmethod
    def by_pip(path):
        rows = read_as_pip(str(path))
        if rows[0][0] == "refused":
            return "refused: " + rows[0][2]
        # Behind "#egg=" stands what pip calls it; daypack leaves that to whoever builds it.
        return sorted(understood("" if "#egg=" in row[6] else row[2], row[3].split(",") if row[3] else [], row[4], row[5], row[6])
                      for row in rows[:-1] if row[0] == "False")


# Mistakes that pip is silent about and daypack is not (docs/reference/requirements.md).
STRICTER = re.compile("on a line of its own|a requirement before --|behind the requirement, on one line|expected an option\\)|hex digits behind|a value behind|a blank between the URL|a NUL byte")


def agrees_with_pip(ours, pips):
    if isinstance(ours, str) or isinstance(pips, str):
        return isinstance(ours, str) and (isinstance(pips, str) or bool(STRICTER.search(ours)))
    return ours == pips


class Differential(cli.CommandLineTest):
    count, seed, tells = 24, 20261121, False

    def test_uv_understands_the_same_or_pip_is_with_us(self):
        if not (shutil.which(os.environ.get("DAYPACK_UV", "uv"))):
            self.skipTest("no uv")
        rng = random.Random(self.seed)
        self.write("more.txt", "more==1\n")
        self.write("limits.txt", "limits<3\n")
        paths = [self.write(f"r{number}.txt", made_up(rng, number)) for number in range(self.count)]
        reader = Reader(self.folder)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            ours, uvs = list(pool.map(reader.by_daypack, paths)), list(pool.map(reader.by_uv, paths))
        os.environ.update({"DAYPACK_TEST_VERSION": "1.5", "daypack_test_version": "1.6"})
        os.environ.pop("DAYPACK_TEST_UNSET", None)
        os.chdir(self.folder)
        tally = collections.Counter()
        for path, our, uv in zip(paths, ours, uvs):
            if our == uv or isinstance(our, str) and isinstance(uv, str):
                tally["both refuse" if isinstance(our, str) else "the same"] += 1
                continue
            pip = reader.by_pip(path)
            text = path.read_bytes()
            with self.subTest(file=path.name):
                self.assertTrue(agrees_with_pip(our, pip), f"{text}\nours: {our}\nuv:   {uv}\npip:  {pip}")
            shown = text.decode("utf-16" if text[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
            encoded = "utf-16 " if text[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
            why = next(reason for reason, sign in REASONS if re.search(sign, encoded + shown))
            tally[why] += 1
            if self.tells:
                print(f"--- {why}\n{text}\nours: {our}\nuv:   {uv}")
        if self.tells:
            for reason, times in tally.most_common():
                print(f"{times:5} {reason}")
        self.assertGreater(tally["the same"], self.count // 6)
        self.assertGreater(tally["both refuse"], self.count // 12)


if __name__ == "__main__":
    arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
    if arguments:
        Differential.count, Differential.seed, Differential.tells = int(arguments.get("--count", 24)), int(arguments.get("--seed", 20261121)), True
        sys.argv[1:] = []
    from pypa_packaging import with_pip

    with_pip()
    import logging

    logging.disable()
    cli.main()
