# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What pip makes of requirements, for the differential tests: requirement_cases.py lines|files ARGUMENT...

lines SEED COUNT   made-up requirement lines, each with the verdict of pypa's `packaging`
files PATH...      each requirements.txt as pip reads it: a line with its path, then one line per requirement, and
                   the options; or "refused" with pip's words

Fields are separated by tabs.
"""
import random
import re
import sys

from pypa_packaging import with_packaging, with_pip

NAMES = ["requests", "A", "zope.interface", "Foo_Bar-baz", "x2", "-a", "a-", ".x", "2to3", "n\u00e4me", "", "a b", "a..b"]
EXTRAS = ["", "", "", "[s3]", "[a,b]", "[ A_b , c ]", "[]", "[a", "[a b]", "[,a]", "[a,]", " [x]"]
VERSIONS = ["1", "1.0", "1.0.*", "1!2.3", "v1.2", "1.0a1", "1.0.dev0", "1.0-1", "1.0.post2", "1.0+local.1", "1.x", "*", "", "1.0rc", "1.0.a-2.dev",
            "1..2", "1.", "2024.11.20", "1.0+", "1.0_1", "1.0.rev3", "01.002", "1.0c3.post.dev1", "1.0alph"]
OPERATORS = ["==", ">=", "<=", "~=", "!=", "<", ">", "===", "=", "=>", "== ", ">= ", "^", "=!"]
MARKERS = ["", "", 'python_version < "3.8"', "sys_platform=='win32' and os_name != \"nt\"", '(python_version>"3" or extra=="x") and "a" in platform_machine',
           'platform_machine not in "x y"', 'python_version > 3.8', "foo == 'x'", '"linux" == sys_platform', 'os.name=="posix"', "os_name == 'x", "(os_name=='x'",
           "os_name=='x' && extra=='y'", "os_name not 'x'", 'os_name=="x"and extra=="y"', "python_implementation=='CPython'", "os_name", "and", 'os_name === "x"']


def made_up(rng):
    name = rng.choice(NAMES[:5] if rng.random() < 0.8 else NAMES)
    text = name + rng.choice(EXTRAS)
    kind = rng.random()
    if kind < 0.1:
        text += rng.choice([" @ ", "@", " @"]) + rng.choice(["https://h/x-1.whl", "file:///x.zip#sha256=00", "git+https://h/r@v1", ""])
        if rng.random() < 0.5:
            text += rng.choice([" ; ", ";", " ;"]) + rng.choice(MARKERS)
        return text
    parts = []
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
        operator = rng.choice(OPERATORS[:8] if rng.random() < 0.85 else OPERATORS)
        parts.append(operator + rng.choice(VERSIONS[:10] if rng.random() < 0.8 else VERSIONS))
    specifier = rng.choice([",", ", ", " , "]).join(parts)
    if parts and rng.random() < 0.1:
        specifier = "(" + specifier + rng.choice([")", ")", ""])
    text += rng.choice(["", " "]) + specifier
    if rng.random() < 0.4:
        text += rng.choice([";", " ; ", "; "]) + rng.choice(MARKERS)
    return text + rng.choice(["", "", "", " x", ",", " "])


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def lines(seed, count):
    with_packaging()
    from packaging.requirements import InvalidRequirement, Requirement

    rng = random.Random(seed)
    for _ in range(count):
        text = made_up(rng)
        try:
            found = Requirement(text)
            fields = ["good", normal(found.name), ",".join(sorted(map(normal, found.extras))),
                      ",".join(sorted(str(s) for s in found.specifier)), str(bool(found.marker)), found.url or ""]
        except InvalidRequirement:
            fields = ["bad"]
        print(text, *fields, sep="\t")


def requirement_fields(item, found):
    """What pip will install, and the line where it stands."""
    settings = (item.options or {}).get("config_settings") or {}
    hashes = sorted(f"{name}:{value}" for name, values in (found.hash_options or {}).items() for value in set(values))
    number = re.search(r"line (\d+)", item.line_source or item.comes_from)[1]
    name = normal(found.req.name) if found.req else ""
    specifier = ",".join(sorted(map(str, found.req.specifier))) if found.req and not found.link else ""
    return [str(item.constraint), str(item.is_editable), name, ",".join(sorted(map(normal, found.extras))), specifier,
            str(found.markers or ""), found.link.url if found.link else "", ",".join(hashes).lower(),
            ",".join(sorted(f"{key}={value}" for key, value in settings.items())), number]


def option_fields(finder, session, options):
    control, releases = finder.format_control, finder.release_control
    return ["options", *dict.fromkeys(finder.index_urls), "links", *dict.fromkeys(finder.find_links), str(finder.search_scope.no_index), str(finder.prefer_binary),
            *sorted(control.no_binary), "only", *sorted(control.only_binary), "releases",
            *sorted(releases.all_releases if releases else ()), "final", *sorted(releases.only_final if releases else ()), "hosts",
            *sorted(f"{host}:{port}" for host, port in session.pip_trusted_origins), str(bool(options.require_hashes))]


def read_as_pip(path):
    import optparse

    from pip._internal.exceptions import PipError
    from pip._internal.index.collector import LinkCollector
    from pip._internal.index.package_finder import PackageFinder
    from pip._internal.models.search_scope import SearchScope
    from pip._internal.models.selection_prefs import SelectionPreferences
    from pip._internal.network.session import PipSession
    from pip._internal.req.constructors import install_req_from_parsed_requirement
    from pip._internal.req.req_file import parse_requirements

    session = PipSession()
    collector = LinkCollector(session=session, search_scope=SearchScope(find_links=[], index_urls=["default"], no_index=False))
    finder = PackageFinder.create(link_collector=collector, selection_prefs=SelectionPreferences(allow_yanked=True))
    options = optparse.Values({"require_hashes": False, "no_require_hashes": False, "features_enabled": []})
    try:
        items = list(parse_requirements(path, session, finder=finder, options=options))
        found = [requirement_fields(item, install_req_from_parsed_requirement(item)) for item in items]
    except (PipError, ValueError, LookupError, AssertionError) as error:
        return [["refused", type(error).__name__, " ".join(str(error).split())]]
    return [*sorted(found), option_fields(finder, session, options)]


def files(paths):
    with_pip()
    import logging

    logging.disable()
    for path in paths:
        print(path)
        for fields in read_as_pip(path):
            print(*fields, sep="\t")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    if sys.argv[1] == "lines":
        lines(int(sys.argv[2]), int(sys.argv[3]))
    else:
        files(sys.argv[2:])
