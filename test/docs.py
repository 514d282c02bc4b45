#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The documents: links lead somewhere, blocks of code parse, command lines are what the program takes.

$DAYPACK names the program; without it command lines are only read.
"""
import ast
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "support"))
import cli
import documents

PAGES = sorted([cli.ROOT / "README.md", cli.ROOT / "CHANGELOG.md", *(cli.ROOT / "docs").rglob("*.md"), *(cli.ROOT / "examples").rglob("*.md")])
# What nothing here judges. C++ is for test/doc_blocks.py. Projects like those in CMake and meson are built by test/consumer, the Makefile is run by test/cli/remote_cache.py.
UNCHECKED = {"cpp", "cpp synopsis", "cpp excerpt", "cmake", "meson", "make"}
# What programs print.
TEXT = {"text"}
SHELL = {"sh", "console"}
PARSERS = {"toml": tomllib.loads, "json": json.loads, "python": ast.parse, "yaml": documents.parse_yaml}


def name_of(page):
    return page.relative_to(cli.ROOT).as_posix()


def each_block():
    for page in PAGES:
        for language, content in documents.blocks(page.read_text(encoding="utf-8")):
            yield name_of(page), language, content


def scripts(page):
    """Everything of a page that is typed into a shell."""
    text = page.read_text(encoding="utf-8")
    for language, content in documents.blocks(text):
        if language in SHELL:
            yield documents.synopsis(documents.typed(content) if language == "console" else content)
        elif language == "yaml" and documents.HAS_YAML:
            yield from documents.runs_in(documents.parse_yaml(content))
    yield from (documents.synopsis(span) for span in documents.code_spans(text) if re.match("daypack [a-z]", span) and "..." not in span)


class Links(unittest.TestCase):
    maxDiff = None

    def faults(self, page):
        for link in documents.links(page.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("#")
            aim = (page.parent / path).resolve() if path else page
            if not aim.exists() or cli.ROOT not in [aim, *aim.parents]:
                yield f"{name_of(page)}: there is no {link}"
            elif anchor and (aim.suffix != ".md" or anchor not in documents.anchors(aim.read_text(encoding="utf-8"))):
                yield f"{name_of(page)}: no heading is {link}"

    def test_links_lead_somewhere(self):
        self.assertEqual([fault for page in PAGES for fault in self.faults(page)], [])

    def test_the_index_has_every_page(self):
        index = cli.ROOT / "docs/README.md"
        named = {(index.parent / link.partition("#")[0]).resolve() for link in documents.links(index.read_text(encoding="utf-8"))}
        self.assertEqual([name_of(page) for page in PAGES if index.parent in page.parents and page not in {index, *named}], [])
        self.assertIn("docs/README.md", documents.links((cli.ROOT / "README.md").read_text(encoding="utf-8")))


class Blocks(unittest.TestCase):
    def test_every_block_names_its_language(self):
        known = UNCHECKED | TEXT | SHELL | set(PARSERS)
        self.assertEqual([(page, content) for page, language, content in each_block() if language not in known], [])

    def test_blocks_parse(self):
        seen = dict.fromkeys(PARSERS, 0)
        for page, language, content in each_block():
            if language not in PARSERS or (language == "yaml" and not documents.HAS_YAML):
                continue
            seen[language] += 1
            with self.subTest(page=page, content=content):
                PARSERS[language](content)
        self.assertEqual([language for language, count in seen.items() if not count and (language != "yaml" or documents.HAS_YAML)], [])

    def test_shell_parses(self):
        for page in PAGES:
            for script in scripts(page):
                with self.subTest(page=name_of(page), script=script):
                    told = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
                    self.assertEqual((told.returncode, told.stderr), (0, ""))


class Quotations(unittest.TestCase):
    def test_messages_are_those_of_the_program(self):
        """The first column of each table of messages: its words stand in a string of the sources."""
        sources = "\n".join(path.read_text(encoding="utf-8") for folder in ("include", "examples/daypack")
                            for path in (cli.ROOT / folder).rglob("*.?pp"))
        said = re.sub(r'"\s*\n\s*"', "", sources)
        page = (cli.ROOT / "docs/guide/troubleshooting.md").read_text(encoding="utf-8")
        tables = page.split("| message |")[1:]
        rows = [row for table in tables for row in re.findall(r"^\| (`.*?) \|", table.partition("\n\n")[0], re.MULTILINE)]
        self.assertGreater(len(rows), 20)
        messages = [message for row in rows for message in re.findall(r"`([^`]+)`", row)]
        self.assertEqual([part for message in messages for part in message.split("...") if part not in said], [])

    def test_code_of_guides_is_code_of_examples(self):
        """Of pages about one example, which is compiled and run as a test."""
        for name in ("custom_stage", "custom_backend"):
            example = (cli.ROOT / f"examples/{name}.cpp").read_text(encoding="utf-8")
            page = (cli.ROOT / f"docs/guide/{name.replace('_', '-')}.md").read_text(encoding="utf-8")
            shown = [content for language, content in documents.blocks(page) if language == "cpp excerpt"]
            self.assertTrue(shown)
            self.assertEqual([content for content in shown if content not in example], [])


@unittest.skipUnless(os.environ.get("DAYPACK"), "$DAYPACK names no program")
class CommandLines(cli.CommandLineTest):
    def test_the_program_takes_them(self):
        backends = {one["name"] for one in self.answer("backends")["backends"]}
        for page in PAGES:
            for script in scripts(page):
                lines = list(documents.command_lines(script))
                with self.subTest(page=name_of(page), script=script):
                    self.assertEqual(len(lines), len(re.findall(r"(?<![\w./-])(?<!install )daypack [a-z-]", re.sub("#.*", "", script))), "not each was found")
                for words in lines:
                    with self.subTest(page=name_of(page), line=" ".join(words)):
                        self.accept(words, backends)

    def accept(self, words, backends):
        if words[:1] in (["--help"], ["--version"]) or "--help" in words:
            return
        options = self.understood(words)
        backend = options.get("backend", "")
        self.assertTrue(not backend or backend in backends or backend.isupper(), backend)

    def test_tables_of_settings(self):
        """[tool.daypack] of a page holds keys that the program knows; a file of a matrix, functions that it would build."""
        for page, language, content in each_block():
            if language != "toml":
                continue
            table = tomllib.loads(content)
            with self.subTest(page=page, content=content), tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "pyproject.toml"
                path.write_text(content)
                if "function" in table:
                    self.assertTrue(self.answer("matrix", path, "--list")["cells"])
                elif "daypack" in table.get("tool", {}):
                    self.daypack("build", "--print-config", "--config-file", path)


if __name__ == "__main__":
    cli.main()
