#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What the presets save, beside the recipe that people copy (`--prune mapbox`, with its trust in the runtime's packages and without).

By default mapbox' pins, without bytecode. By hand: prune_savings.py --docs, all four corpora, into the tables of
docs/design/pruning.md; it takes some minutes, and needs CPython 3.12.
"""
import datetime
import pathlib
import re
import subprocess
import sys

TEST = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TEST / "support"), str(TEST / "bench")]
import cli
import tables

CORPORA = ["mapbox", "lithops-aws", "lithops-azure", "data-science"]  # test/data/NAME.txt
PAGE = cli.ROOT / "docs/design/pruning.md"
# What the recipe leaves to the runtime, as folders of modules.
TRUSTED = ["boto3", "botocore", "docutils", "dateutil", "jmespath", "s3transfer"]
# What AWS has in its runtime of Python 3.12: left to the rule, which resolves boto3 to that version.
RUNTIME = ["boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"]


def options(name, folders):
    return [word for folder in folders for word in (name, folder)]


ROWS = {
    "nothing": ["--prune", "none"],
    "`mapbox`": ["--prune", "mapbox"],
    "`mapbox`, its packages shipped": ["--prune", "mapbox", *options("--include", TRUSTED)],
    "`safe`": ["--prune", "safe"],
    "`safe`, the same packages left out (`-x`)": ["--prune", "safe", *options("-x", TRUSTED)],
    "`safe,preinstalled`": ["--prune", "safe,preinstalled"],
    "`lean`": ["--prune", "lean"],
    "`lean --strip unneeded`": ["--prune", "lean", "--strip", "unneeded"],
}
NOTHING, MAPBOX, SHIPPED, SAFE, LEFT_OUT, PREINSTALLED, LEAN, STRIPPED = ROWS


class PruneSavings(cli.CommandLineTest):
    def requirements(self, corpus, row):
        """The pins; with the rule preinstalled, those that the runtime has are free, as its versions are what counts."""
        pins = (cli.ROOT / f"test/data/{corpus}.txt").read_text()
        if row != PREINSTALLED or "boto3==" not in pins:
            return self.write(f"{corpus}.txt", pins)
        free = [line for line in pins.splitlines() if line.partition("==")[0] not in RUNTIME]
        return self.write(f"{corpus}-free.txt", "\n".join([*free, "boto3"]))

    def size(self, corpus, row, bytecode="none"):
        """Bytes unpacked and as a zip."""
        requirements = self.requirements(corpus, row)
        answer = self.answer("build", "-b", "aws_lambda", "--python", "3.12", "-r", requirements, "--lock", f"{requirements.stem}.toml", *ROWS[row],
                             "--bytecode", bytecode, "--check", "none", timeout=3600)
        return answer["unpacked"], answer["size"]

    def check(self, corpus, unpacked):
        """What is promised of a corpus, by its bytes unpacked after each row."""
        saved = {row: unpacked[NOTHING] - size for row, size in unpacked.items()}
        self.assertGreaterEqual(saved[SAFE], saved[SHIPPED], f"{corpus}: safe beside the recipe")
        self.assertGreaterEqual(saved[LEFT_OUT], saved[MAPBOX], f"{corpus}: the same with the trust in the runtime")
        self.assertGreaterEqual(saved[LEAN], 1.15 * saved[SAFE], f"{corpus}: lean beside safe")
        if corpus == "mapbox":
            self.assertGreaterEqual(saved[PREINSTALLED], saved[MAPBOX], "mapbox: what the runtime has, by its versions")

    def test_mapbox(self):
        if DOCS:
            self.skipTest("all corpora are asked for")
        self.check("mapbox", {row: self.size("mapbox", row)[0] for row in ROWS if row != STRIPPED})

    def table(self, corpus):
        sizes = {row: self.size(corpus, row) for row in ROWS}
        self.check(corpus, {row: unpacked for row, (unpacked, _) in sizes.items()})
        lines = [f"### {corpus}", "", "| rules | unpacked | saved | zip | saved |", "| --- " * 5 + "|"]
        for row, size in sizes.items():
            saved = ["" if row == NOTHING else f"{(whole - less) / 1e6:.1f} ({(whole - less) / whole:.1%})" for less, whole in zip(size, sizes[NOTHING])]
            lines.append(f"| {row} | {size[0] / 1e6:.1f} | {saved[0]} | {size[1] / 1e6:.1f} | {saved[1]} |")
        return lines + [""]

    def three_steps(self):
        """The recipe's own table, unpacked and as a zip: before, after the removals, after bytecode in the place of sources."""
        columns = [MAPBOX, SAFE, LEFT_OUT, PREINSTALLED, LEAN]
        lines = ["### The recipe's three steps on mapbox, unpacked (zip)", "", f"| step | recipe, 2018 | {' | '.join(columns)} |", "| --- " * (2 + len(columns)) + "|"]
        for step, then, rows, bytecode in (("before", "138 (35)", [NOTHING] * len(columns), "none"), ("after prune", "100 (28)", columns, "none"),
                                           ("after bytecode", "93 (26)", columns, "pyc-only")):
            sizes = [self.size("mapbox", row, bytecode) for row in rows]
            lines.append(f"| {step} | {then} | {' | '.join(f'{unpacked / 1e6:.1f} ({zipped / 1e6:.1f})' for unpacked, zipped in sizes)} |")
        return lines + [""]

    def test_all_into_the_page(self):
        if not DOCS:
            self.skipTest("asked for by --docs")
        said = [subprocess.run([*words, "--version"], capture_output=True, text=True, check=True).stdout.strip() for words in ([cli.PROGRAM], ["uv"])]
        python = next(path for path, version in cli.pythons() if version == "3.12")
        said.append(subprocess.run([python, "--version"], capture_output=True, text=True, check=True).stdout.strip())
        versions = ", ".join(re.sub(r" \(.*", "", words) for words in said)
        lines = [f"Measured {datetime.date.today()}; {versions}.", "", *self.three_steps()]
        for corpus in CORPORA:
            lines += self.table(corpus)
        tables.into_page(PAGE, "\n".join(lines).rstrip() + "\n", "<!-- test/interop/prune_savings.py writes from here -->")


DOCS = "--docs" in sys.argv
if DOCS:
    sys.argv.remove("--docs")

if __name__ == "__main__":
    cli.main()
