# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What tests read of documents: their links, headings, blocks of code, and the command lines in these."""
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

TOOLS = os.environ.get("DAYPACK_TEST_PYTHON", sys.executable)
PARSE_YAML = "import json, sys, yaml; json.dump(yaml.load(sys.stdin, yaml.BaseLoader), sys.stdout)"
HAS_YAML = subprocess.run([TOOLS, "-c", "import yaml"], capture_output=True).returncode == 0
FENCED = re.compile(r"^( *)(```+|~~~+)(.*)\n((?:.*\n)*?)\1\2 *$", re.MULTILINE)
INDENTED = re.compile(r"(?:(?<=\n\n)|\A)((?: {4}.*\n)+)")
HEADING = re.compile(r"^#{1,6} +(.*?)[ #]*$", re.MULTILINE)
LINK = re.compile(r"\]\(([^()\s]+)(?: +\"[^\"]*\")?\)")
CODE_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Of a shell: what ends a command, what is followed by a file, what may stand before a command's name.
ENDS_COMMAND = re.compile(r"[<>&]*[|;()][<>|&;()]*|&+")
REDIRECTION = re.compile(r"[<>&]+")
BEFORE_COMMAND = re.compile(r"\w+=.*|!|then|do|else|if|while|time|sudo|exec")


def blocks(text):
    """The blocks of a page: language, and what stands in them; of an indented one the language is "indented"."""
    for indent, _, language, content in FENCED.findall(text):
        yield language.strip(), re.sub(f"^{indent}", "", content, flags=re.MULTILINE)
    yield from (("indented", content) for content in INDENTED.findall(prose(text)))


def prose(text):
    """A page without its blocks and comments."""
    return COMMENT.sub("", FENCED.sub("", text))


def code_spans(text):
    """Code within the lines of a page."""
    return [" ".join(span.replace("\\|", "|").split()) for _, span in CODE_SPAN.findall(prose(text))]


def links(text):
    return LINK.findall(CODE_SPAN.sub("code", prose(text)))


def anchors(text):
    """The names that a page's headings have in an address, as GitHub and GitLab give them."""
    seen = {}
    for heading in HEADING.findall(prose(text)):
        words = LINK.sub("]", heading).replace("[", "").replace("]", "")
        name = re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")
        seen[name] = seen.get(name, -1) + 1
        yield name if not seen[name] else f"{name}-{seen[name]}"


def parse_yaml(text):
    return json.loads(subprocess.run([TOOLS, "-c", PARSE_YAML], input=text, check=True, capture_output=True, text=True).stdout)


def typed(console):
    """What was typed in a recorded session, but for what ended, as is told there, as a mistake of who typed it."""
    calls = re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]
    return "".join(call.partition("\n")[0] + "\n" for call in calls if not re.search("^exit 2$|^Did you mean", call, re.MULTILINE))


def runs_in(value):
    """The scripts of a workflow: each `run`, however deep it lies."""
    if isinstance(value, dict):
        yield from (item for key, item in value.items() if key == "run" and isinstance(item, str))
        for item in value.values():
            yield from runs_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from runs_in(item)


def synopsis(script):
    """A script in which lines that show in brackets what may be given have it all: the first of each choice."""
    def given(line):
        return re.sub(r"\[(.*?)\]", lambda match: re.sub(r"\|\S+", "", match[1]), line[0]).replace(" ...", "")
    return re.sub(r"^daypack .*\[-.*", given, script, flags=re.MULTILINE)


def words_of(line):
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    return list(lexer)


def commands(script):
    """The commands of a shell script, each a list of its words, without what is assigned before and redirected behind."""
    script = re.sub(r"<<-?\s*'?(\w+)'?(.*)\n(?:.*\n)*?\1$", r"\2", script.replace("\\\n", " "), flags=re.MULTILINE)
    for line in script.splitlines():
        words, command = words_of(line.replace("$(", " ( ")), []
        for at, word in enumerate(words + [";"]):
            if ENDS_COMMAND.fullmatch(word):
                if command:
                    yield command
                command = []
            elif REDIRECTION.fullmatch(word) or (at and REDIRECTION.fullmatch(words[at - 1])):
                continue
            elif command or not BEFORE_COMMAND.fullmatch(word):
                command.append(word)


def command_lines(script, program="daypack"):
    """The words that follow the program's name, of each command of the script that runs it."""
    for command in commands(script):
        if pathlib.PurePath(command[0]).name == program:
            yield command[1:]
