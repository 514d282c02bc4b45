# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What git makes of ignore files, for the differential tests: ignore_cases.py FOLDER SEED COUNT

Makes COUNT folders with made-up .gitignore files in FOLDER, which becomes a repository, and asks `git check-ignore` about all
that lies in them. Prints a line per path: the case's folder, the path in it, d or f (links too), 1 when git ignores it.
"""
import os
import pathlib
import random
import subprocess
import sys

NAMES = ["a", "b", "ab", "a.b", "foo", "foobar", "x.py", "x.pyc", "[a]", "a b", "b ", "#x", "!x", "a\\b", "\u00fc", "A1", "a-b", "]", "A", "a ", "_", "z", "foo.d"]
PIECES = ["a", "b", "ab", "foo", "bar", "x", ".py", ".", "*", "*", "**", "?", "/", "/", "/**/", "**/", "/**", "\\a", "\\*", "\\", "\\ ", " ", "[ab]",
          "[!a]", "[^ab]", "[a-c]", "[]a]", "[a", "[[:alpha:]]", "[[:digit:]x]", "[[:nope:]]", "[[:a]", "[\\]]", "[a-]", "[--b]", "[a\\-b]", "[c-a]",
          "#x", "!", "***", "\u00fc", "[[:punct:]]", "[[:upper:]-z]", "[a-c-e]", "[/]", "\\/", "**\\/",
          "/**/**/", "**/**", "/*/", "*/", "*.", "?*", "[[:lower:][:digit:]]", "[![:alpha:]]", "[[:space:]]", "[^[:upper:]_-]", "[A-Z]", "[z-]",
          "[\\a-\\c]", "[\\", "[!", "[]", "[]-a]", "[[:alnum:]-]", "[[:xdigit:]]", "[a-", "A", "\t"]


def line(rng):
    kind = rng.random()
    if kind < 0.35:
        text = rng.choice(NAMES)
    elif kind < 0.6:
        text = "/".join(rng.choice(NAMES + ["*", "**", "?", "f*", "*b"]) for _ in range(rng.choice([1, 2, 2, 3])))
    else:
        text = "".join(rng.choice(PIECES) for _ in range(rng.choice([1, 2, 3, 4, 5, 6])))
    text = rng.choice(["", "", "", "", "!", "!", "/", "**/", "\\"]) + text
    return text + rng.choice(["", "", "", "", "/", "/", " ", "\\ ", "  ", "\t", "/**", "/*", "\r"])


def below_an_excluded_folder(rng):
    folder = rng.choice(NAMES)
    return [rng.choice(["", "/"]) + folder + rng.choice(["", "/", "/*", "/**"]), f"!{folder}/{rng.choice(NAMES)}",
            f"!{rng.choice(['', '/', '**/'])}{folder}/{rng.choice(['', '*', '**', '*/'])}"]


def make_case(rng, root):
    folders = [root]
    for _ in range(rng.randint(2, 8)):
        folder = rng.choice(folders) / rng.choice(NAMES)
        folder.mkdir(exist_ok=True)
        folders.append(folder)
    folders = sorted(set(folders))
    for folder in folders:
        for name in rng.sample(NAMES, rng.randint(1, 6)):
            if not (folder / name).exists():
                (folder / name).touch()
        link = folder / rng.choice(NAMES)
        if rng.random() < 0.3 and not link.exists():
            link.symlink_to(root)  # to a folder, which does not make it one
        if folder == root or rng.random() < 0.4:
            lines = below_an_excluded_folder(rng) if rng.random() < 0.1 else [line(rng) for _ in range(rng.randint(1, 5))]
            text = rng.choice(["", "", "\ufeff"]) + rng.choice(["\n", "\n", "\r\n"]).join(lines) + rng.choice(["", "\n", "\r\n"])
            (folder / ".gitignore").write_bytes(text.encode())


def main():
    base, seed, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    subprocess.run(["git", "init", "-q", str(base)], check=True)
    rows = []
    for number in range(count):
        root = base / str(number)
        root.mkdir()
        make_case(rng, root)
        for folder, folders, files in os.walk(root):
            for name in folders + files:
                path = os.path.join(folder, name)
                rows.append((number, os.path.relpath(path, root), "d" if name in folders and not os.path.islink(path) else "f"))
    asked = b"".join(f"{number}/{path}\0".encode() for number, path, _ in rows)
    settings = ["-c", "core.excludesFile=/dev/null", "-c", "core.ignoreCase=false"]
    answer = subprocess.run(["git", *settings, "check-ignore", "--no-index", "--stdin", "-z"], input=asked, cwd=base, stdout=subprocess.PIPE)
    if answer.returncode not in (0, 1):
        sys.exit(answer.returncode)
    ignored = set(answer.stdout.decode().split("\0"))
    for number, path, kind in rows:
        print(number, path, kind, int(f"{number}/{path}" in ignored), sep="\t")


main()
