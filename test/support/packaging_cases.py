#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Prints cases of one kind, no two alike, with the verdicts of pypa's packaging: packaging_cases.py KIND COUNT

versions    A <tab> B <tab> normal form of A, or "-" <tab> of B <tab> "<", "=", ">" or "-"
specifiers  conditions <tab> version <tab> 1, 0, or "-" for conditions that are not well-formed
markers     marker <tab> machine <tab> full Python version <tab> extra <tab> release and version of the kernel <tab> 1, 0 or "-"
tags        Python <tab> glibc minor <tab> machine <tab> file name of a wheel <tab> its rank, or "-"
names       file name <tab> name <tab> version <tab> build number <tab> rest of it; or file name <tab> "-"
projects    name of a project <tab> its normal form, or "-"
"""

import os
import random
import sys

from pypa_packaging import with_packaging


with_packaging()
from packaging.markers import Marker, UndefinedComparison, UndefinedEnvironmentName, InvalidMarker  # noqa: E402
from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: E402
from packaging.tags import compatible_tags, cpython_tags  # noqa: E402
from packaging.utils import InvalidName, InvalidWheelFilename, canonicalize_name, parse_wheel_filename  # noqa: E402
from packaging.version import InvalidVersion, Version  # noqa: E402

rng = random.Random(440)


def often(probability, value, otherwise=""):
    return value if rng.random() < probability else otherwise


def number():
    return rng.choice(
        ["0", "0", "1", "1", "2", "3", "00", "01", "10", "12", "2024", "20240131", "99999999999999999999999"]
    )


def separator():
    return rng.choice(["", "", "", ".", "-", "_"])


def release(most=3):
    return ".".join(number() for _ in range(rng.randint(1, most)))


def version_text(local=True):
    text = often(0.1, "v") + often(0.1, number() + "!") + release()
    if rng.random() < 0.35:
        text += (
            separator()
            + rng.choice(["a", "b", "c", "rc", "alpha", "beta", "pre", "preview"])
            + separator()
            + often(0.8, number())
        )
    if rng.random() < 0.3:
        text += rng.choice(
            ["-" + number(), separator() + rng.choice(["post", "rev", "r"]) + separator() + often(0.8, number())]
        )
    if rng.random() < 0.25:
        text += separator() + "dev" + separator() + often(0.8, number())
    if local and rng.random() < 0.15:
        text += "+" + rng.choice([".", "-", "_"]).join(
            rng.choice(["1", "01", "10", "a", "ubuntu", "a1", "1a", "ab"]) for _ in range(rng.randint(1, 3))
        )
    return often(0.05, " ") + often(0.1, text.upper(), text) + often(0.05, "\t")


def mutated(text, characters):
    if not text:
        return text
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(["", rng.choice(characters), text[at] * 2]) + text[at + 1 :]


def near(text):
    """A version close to another, so that comparisons are about something."""
    kind = rng.randrange(5)
    if kind == 0:
        return version_text()
    if kind == 1:
        return text.strip() + rng.choice([".0", ".dev1", "a1", "rc2", ".post1", "+x", ".1"])
    if kind == 2:
        return text.strip().split("+")[0].rstrip("0123456789") + number()
    return mutated(text, "0123.abdev+-!") if kind == 3 else text.split("+")[0]


def parsed(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None


def versions():
    a = version_text()
    a = often(0.1, mutated(a, "0129.!+-_abcrcpostdev "), a)
    b = near(a)
    x, y = parsed(a), parsed(b)
    order = "-" if x is None or y is None else "<" if x < y else "=" if x == y else ">"
    return [a, b, str(x or "-"), str(y or "-"), order]


def arbitrary():
    """What === may name: any word, so a version of no scheme too."""
    return rng.choice(["foobar", "Foo.Bar", "1.0-final-", "2024w04", "1.0.*", "1_x", "r12!3", "1.0+local+two", "0x10", "v", "1..2", version_text().strip()])


def admitted(text, version):
    try:
        return str(int(SpecifierSet(text).contains(version, prereleases=True)))
    except InvalidSpecifier:
        return "-"


def specifiers():
    if rng.random() < 0.05:
        version = arbitrary()
        text = "===" + often(0.2, " ") + rng.choice([version, version.upper(), version + "0", arbitrary()])
        text = often(0.2, text + rng.choice([",>=1", ",===" + version]), text)
        return [text, version, admitted(text, version)]
    version = version_text()
    while parsed(version) is None:
        version = version_text()
    parts = []
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        operator = rng.choice(["==", "!=", "<=", ">=", "<", ">", "~=", "==="])
        wanted = rng.choice([near(version), version, version_text(local=operator in ("==", "!="))]).strip()
        if operator in ("==", "!=") and rng.random() < 0.3:
            wanted = (
                release() + ".*"
                if rng.random() < 0.5
                else ".".join(str(n) for n in Version(version).release[:2]) + ".*"
            )
        part = operator + often(0.2, " ") + wanted
        parts.append(often(0.05, mutated(part, "<>=!~.*v1, +"), part))
    text = ",".join(parts) + often(0.05, ",")
    return [text, version, admitted(text, version)]


VERSIONED = ["python_version", "python_full_version", "implementation_version", "platform_release"]
TEXTUAL = (
    "os_name|sys_platform|platform_machine|platform_system|implementation_name|platform_python_implementation|extra|"
    "extra|platform_version|os.name|sys.platform|platform.machine|platform.version|platform.python_implementation|"
    "python_implementation"
).split("|")
WORDS = (
    "posix|nt|linux|win32|x86_64|aarch64|Linux|cpython|CPython|security|Sec_Urity|sec.-urity|A|a||linux darwin|"
    "#1 SMP|SMP|3.11 and 3.12"
).split("|")


def quoted(text):
    return rng.choice(["'%s'", '"%s"']) % text


def comparison():
    if rng.random() < 0.1:
        return (
            f"{quoted(rng.choice(WORDS))} {rng.choice(['in', 'not in'])} {rng.choice(['extras', 'dependency_groups'])}"
        )
    if rng.random() < 0.6:
        variable, operators = rng.choice(VERSIONED), ["==", "!=", "<=", ">=", "<", ">", "~=", "===", "in", "not in"]
        literal = rng.choice(
            "3.8|3.9|3.10|3.11|3.12|3.13|3|3.11.7|3.12.0rc1|2.7|3.1*|3.11.*|3.8 3.11|3.12,3.13|x|3.13.0|3.14.0a1|3.13.0+x|"
            "5.10|6.1.0|6|0!3.12|v3.12|3.12.0.post1|3.13.0.dev0||5.10.0-1-amd64|3.012| 3.12 ".split("|")
        )
    else:
        variable, operators = rng.choice(TEXTUAL), "==|!=|==|!=|in|not in|<|>|<=|>=|===|~=".split("|")
        literal = rng.choice(WORDS)
    space = rng.choice(["", " ", "  "])
    operator = rng.choice(operators)
    if operator[0] in "in" and not operator.startswith("="):
        space = " "
    sides = [variable, quoted(literal)]
    if rng.random() < 0.25:
        sides.reverse()
    return sides[0] + space + operator + space + sides[1]


def expression(depth=0):
    terms = [
        (
            comparison()
            if depth > 2 or rng.random() < 0.75
            else "(" + often(0.3, " ") + expression(depth + 1) + often(0.3, " ") + ")"
        )
    ]
    while rng.random() < 0.4:
        terms += [
            rng.choice(["and", "or"]),
            comparison() if depth > 2 or rng.random() < 0.8 else "(" + expression(depth + 1) + ")",
        ]
    return " ".join(terms)


def peculiar(items, environment):
    """What daypack answers on purpose in another way: it refuses two variables, two literals, and sets anywhere but
    right of "in", and compares as text where the left side is no version (packaging says False to all)."""
    for item in items:
        if isinstance(item, list):
            if peculiar(item, environment):
                return True
        elif isinstance(item, tuple):
            left, operator, right = item
            if type(left) is type(right):
                return True
            variable = left if type(left).__name__ == "Variable" else right
            if variable.value in ("extras", "dependency_groups") and operator.value not in ("in", "not in"):
                return True
            value = environment.get(left.value) if variable is left else left.value
            if (
                variable.value in VERSIONED
                and operator.value not in ("in", "not in", "===")
                and parsed(value) is None
            ):
                return True
    return False


def markers():
    environment = {
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_release": rng.choice(["", "", "5.10", "6.1.0", "5.10.0-1-amd64", "6.1.91+deb12"]),
        "platform_version": rng.choice(["", "", "#1 SMP"]),
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "platform_machine": rng.choice(["x86_64", "aarch64"]),
        "python_full_version": rng.choice(
            ["3.6.15", "3.8.20", "3.9.2", "3.10.13", "3.11.7", "3.12.0", "3.12.0rc1", "3.13.1", "3.14.0a1"]
        ),
        "extra": rng.choice(["", "security", "sec-urity", "Sec__Urity", "a", "A"]),
        "extras": frozenset({"security", "a"}),
        "dependency_groups": frozenset({"sec-urity"}),
    }
    environment["implementation_version"] = environment["python_full_version"]
    environment["python_version"] = ".".join(environment["python_full_version"].split(".")[:2])
    while True:
        text = expression()
        text = often(0.2, mutated(text, "()<>=!~ '\"inotaodr."), text)
        try:
            marker = Marker(text)
        except InvalidMarker:
            verdict = "-"
            break
        if peculiar(marker._markers, environment):
            continue
        try:
            verdict = str(int(marker.evaluate(environment, context="lock_file")))
        except (UndefinedComparison, UndefinedEnvironmentName):
            verdict = "-"
        break
    fields = "platform_machine", "python_full_version", "extra", "platform_release", "platform_version"
    return [text, *(environment[field] for field in fields), verdict]


def manylinux(minor, machine):
    """The platforms of a glibc 2.MINOR, best first, as packaging lists them for the machine that it runs on."""
    legacy = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
    for m in range(minor, 4 if machine == "x86_64" else 16, -1):
        yield f"manylinux_2_{m}_{machine}"
        if m in legacy:
            yield f"{legacy[m]}_{machine}"
    yield f"linux_{machine}"


def ranks(python, minor, machine, known={}):
    key = (python, minor, machine)
    if key not in known:
        major_minor = tuple(int(n) for n in python.split("."))
        nodot = python.replace(".", "")
        platforms = list(manylinux(minor, machine))
        tags = list(cpython_tags(major_minor, [f"cp{nodot}m" if major_minor < (3, 8) else f"cp{nodot}"], platforms))
        tags += compatible_tags(major_minor, f"cp{nodot}", platforms)
        known[key] = {tag: rank for rank, tag in reversed(list(enumerate(tags)))}
    return known[key]


def tags():
    python = rng.choice(["3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"])
    minor = rng.choice([12, 17, 26, 28, 31, 34, 39])
    machine = rng.choice(["x86_64", "aarch64"])
    other = (
        "macosx_11_0_arm64|macosx_10_9_universal2|macosx_10_9_x86_64|win_amd64|win32|win_arm64|linux_armv7l|linux_i686|"
        "musllinux_1_1_x86_64|musllinux_1_2_x86_64|musllinux_1_1_aarch64|musllinux_1_2_aarch64|musllinux_2_0_x86_64|"
        "manylinux_2_17_ppc64le|manylinux_2_x_x86_64|manylinux_2_017_x86_64|manylinux_3_0_x86_64|manylinux1_i686|"
        "android_24_arm64_v8a|ios_13_0_arm64_iphoneos|emscripten_3_1_58_wasm32|pyodide_2024_0_wasm32|manylinux2014"
    ).split("|")

    def interpreter():
        nodot = rng.choice([python, "3.6", "3.7", "3.8", "3.10", "3.11", "3.12", "3.13"]).replace(".", "")
        return rng.choice(
            [
                f"cp{nodot}",
                f"cp{nodot}",
                f"py{nodot}",
                "py3",
                "py2",
                "pp310",
                "cp32",
                "cp31",
                "cp3",
                "py30",
                "py3012",
                "graalpy311",
            ]
        )

    def abi():
        nodot = rng.choice([python, python, "3.7", "3.12", "3.13"]).replace(".", "")
        return rng.choice([f"cp{nodot}", f"cp{nodot}m", f"cp{nodot}t", "abi3", "abi3", "none", "none", "abi3t"])

    def platform():
        m = rng.choice([machine, machine, "x86_64", "aarch64"])
        return rng.choice(
            [
                f"manylinux_2_{rng.randint(3, 40)}_{m}",
                f"manylinux2014_{m}",
                f"manylinux2010_{m}",
                f"manylinux1_{m}",
                f"linux_{m}",
                "any",
                "any",
                rng.choice(other),
            ]
        )

    def some(make):
        return ".".join(sorted({make() for _ in range(rng.choice([1, 1, 1, 2, 3]))}))

    file = f"demo-1.0-{some(interpreter)}-{some(abi)}-{some(platform)}.whl"
    supported = ranks(python, minor, machine)
    if rng.random() < 0.5:  # one that fits, and perhaps a second platform
        tag = rng.choice(list(supported))
        both = ".".join(sorted({tag.platform, often(0.5, platform(), tag.platform)}))
        file = f"demo-1.0-{tag.interpreter}-{tag.abi}-{both}.whl"
    found = [supported[tag] for tag in parse_wheel_filename(file)[3] if tag in supported]
    return [python, str(minor), machine, file, str(min(found)) if found else "-"]


def project():
    """Mostly the name of a project, in whatever spelling."""
    parts = ["demo", "Zope", "a", "A1", "x2", "interface", "0", "PKG", "9lives"]
    name = rng.choice(parts)
    for _ in range(rng.randint(0, 3)):
        name += rng.choice(["-", "_", ".", "", "--", "._", "-_-"]) + rng.choice(parts)
    return often(0.1, rng.choice("-_. +") + name, name) + often(0.1, rng.choice("-_.!/"))


def projects():
    name = project()
    name = often(0.1, mutated(name, "-_.A0 +~\u00e4\u0130\u0131\uff21"), name)
    try:
        return [name, canonicalize_name(name, validate=True)]
    except InvalidName:
        return [name, "-"]


def names():
    name = often(0.7, project().replace("-", "_"), rng.choice(["demo", "Demo_Pkg", "zope.interface", "de+mo", "_demo"]))
    number = str(rng.randint(0, 300))
    build = rng.choice(["", "", "-" + number, "-00" + number, f"-{number}_post", f"-{number}abc", f"-{number}.a"] * 2 + ["-x1", "-"])
    version = rng.choice(["1.0", version_text().strip().replace("-", "_"), rng.choice(["x", "1.0+a.1"])])
    file = f"{name}-{version}{build}-py3-none-any" + rng.choice([".whl"] * 9 + [""])
    file = often(0.1, mutated(file, "-._1a"), file)
    if any(c.isspace() for c in file):
        return names()
    try:
        normal, version, tag, _ = parse_wheel_filename(file)
        return [file, normal, str(version), str(tag[0]) if tag else "", tag[1] if tag else ""]
    except InvalidWheelFilename:
        return [file, "-"]


make = {
    "versions": versions,
    "specifiers": specifiers,
    "markers": markers,
    "tags": tags,
    "names": names,
    "projects": projects,
}[sys.argv[1]]
printed = set()
while len(printed) < int(sys.argv[2]):
    fields = make()
    row = "\t".join(field.replace("\t", " ") for field in fields)
    if any("\t" in field.strip("\t") or "\n" in field for field in fields) or row in printed:
        continue
    printed.add(row)
    print(row)
