#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Makes the sessions of docs/guide/terminal.md anew: each block is typed into tmux, and what stands there afterwards is written down.

usage: DAYPACK=build/bin/daypack test/bench/sessions.py
"""
import os
import pathlib
import re
import shutil
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test/support"))
import cli
import terminal

PROJECT = '[tool.daypack]\nbackend = "aws_lambda"\npython = "3.12"\nbytecode = "none"\n'
PAGE = ROOT / "docs/guide/terminal.md"
BLOCK = re.compile(r"(<!-- (\d+) columns -->\n```console\n)(.*?)(```\n)", re.DOTALL)


def commands_of(block):
    return [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]


def session(columns, commands, folder):
    """The screen after these commands, without the empty rows below."""
    program = pathlib.Path(shutil.which(cli.PROGRAM)).resolve().parent
    window = terminal.Tmux(columns, 60, folder, cli.environment(PATH=f"{program}:{os.environ['PATH']}", HOME=str(folder)))
    try:
        for command in commands:
            assert len(command) + 2 < columns, f"the terminal would wrap what is typed: {command}"
            window.type(command)
        return window.screen().rstrip().removesuffix("$").rstrip() + "\n"
    finally:
        window.close()


def main():
    text = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "app.py").write_text("def handler(event, context):\n    return event\n")
        (pathlib.Path(folder) / "pyproject.toml").write_text(PROJECT)

        def anew(block):
            return block[1] + session(int(block[2]), commands_of(block[3]), folder) + block[4]

        PAGE.write_text(BLOCK.sub(anew, text), encoding="utf-8")


if __name__ == "__main__":
    main()
