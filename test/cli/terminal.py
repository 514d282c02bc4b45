#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""At a terminal and in a pipe: live lines, widths, colours, what is said when."""
import os
import pathlib
import re
import shutil
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import terminal

BUILD = ["build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--add", "app.py", "--bytecode", "none", "MarkupSafe==3.0.2"]
COLOUR = re.compile(r"\033\[[0-9;]*m")


class AtATerminal(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("app.py", "def handler(event, context):\n    return event\n")

    def shown(self, *arguments, columns=80, term="xterm", each=lambda window, text: None, **variables):
        window = terminal.Terminal([cli.PROGRAM, *arguments], columns, cwd=self.folder, env=cli.environment(TERM=term, **variables))
        text = window.shown(lambda so_far: each(window, so_far))
        self.assertEqual(window.program.returncode, 0, text)
        return text

    def test_nothing_is_wider_than_the_terminal(self):
        for columns in (40, 60, 100):
            with self.subTest(columns=columns):
                lines = terminal.lines_of(self.shown(*BUILD, columns=columns))
                said = ("next: ", "Python ", "warning: ", "note: ")  # sentences, which the terminal may wrap
                wide = [line for line in lines if len(line) >= columns and not line.startswith(said)]
                self.assertEqual(wide, [])
                digest = cli.sha256(self.folder / "out.zip")
                self.assertIn(digest, "".join(line.strip() for line in lines).replace("sha256", ""), "nothing is cut off")

    def test_a_live_line_is_taken_back(self):
        text = self.shown(*BUILD)
        self.assertIn("\r\033[K", text)
        self.assertIsNone(re.search(r"\.\.\.\r?\n", text), "a live line stays")

    def test_a_terminal_that_only_appends_gets_lines(self):
        text = self.shown(*BUILD, term="dumb")
        self.assertNotIn("\033", text)
        self.assertNotIn("\r", text.replace("\r\n", "\n"))
        self.assertIn("sha256", text)

    def test_no_colours_whatever_is_asked(self):
        for variables in ({}, {"NO_COLOR": "1"}):
            self.assertIsNone(COLOUR.search(self.shown(*BUILD, **variables)))

    def test_a_window_that_changes_changes_the_next_lines(self):
        narrow_from = []

        def narrow(window, so_far):
            if not narrow_from:
                narrow_from.append(len(so_far))
                window.resize(40)
                window.program.send_signal(signal.SIGWINCH)

        text = self.shown(*BUILD, columns=200, each=narrow)
        later = terminal.lines_of(text[narrow_from[0] + 200:])
        table = [line for line in later if line.startswith("  ")]
        self.assertTrue(table)
        self.assertEqual([line for line in table if len(line) >= 40], [])

    def test_quiet_and_never(self):
        self.assertEqual(self.shown(*BUILD, "--quiet"), "")
        self.assertNotIn("\033", self.shown(*BUILD, "--progress", "never"))


class InAPipe(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("app.py", "def handler(event, context):\n    return event\n")

    def test_neither_stream_has_what_only_a_terminal_understands(self):
        for variables in ({}, {"TERM": "xterm-256color", "COLUMNS": "40"}, {"TERM": "dumb"}, {"FORCE_COLOR": "1"}):
            finished = self.daypack(*BUILD, env=cli.environment(**variables))
            self.assertEqual(finished.out, "out.zip\n")
            for mark in "\033\r":
                self.assertNotIn(mark, finished.err)

    def test_one_that_is_closed_is_no_fault_of_ours(self):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as closed:
            finished = cli.subprocess.run([cli.PROGRAM, "backends"], stdout=closed, stderr=cli.subprocess.PIPE, cwd=self.folder, env=cli.environment())
        self.assertIn(finished.returncode, (0, 1, -signal.SIGPIPE), finished.stderr)
        self.assertNotIn(b"terminate called", finished.stderr)


@unittest.skipUnless(shutil.which("tmux"), "there is no tmux")
class InTmux(cli.CommandLineTest):
    def test_what_a_person_sees_in_forty_columns(self):
        self.write("app.py", "def handler(event, context):\n    return event\n")
        folder = str(pathlib.Path(cli.PROGRAM).resolve().parent)
        window = terminal.Tmux(40, 30, self.folder, cli.environment(PATH=f"{folder}:{os.environ['PATH']}"))
        self.addCleanup(window.close)
        text = window.type("daypack " + " ".join(BUILD) + " && echo exit $?", within=120)
        self.assertIn("exit 0", text)
        self.assertIn("out.zip", text.splitlines())
        for row in re.findall(r"^  \S.*$", window.screen(joined=True), re.MULTILINE):
            self.assertLess(len(row), 40, "the terminal has wrapped it")
        self.assertNotRegex(text, r"(?m)^\w+ (\.\.\.|\[#)", "a live line is left")


if __name__ == "__main__":
    cli.main()
