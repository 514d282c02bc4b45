# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Runs the command line."""
from __future__ import annotations

import importlib.metadata
import json
import logging
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ._options import Value

logger = logging.getLogger("daypack")


class Error(Exception):
    """What the command line could not do.

    code: one word for programs: usage, not_found, over_limit, network, ... (docs/reference/error.md lists them).
    message: what failed, and what it was about. hint: the way out, or nothing. exit_status: of the command line.
    """

    def __init__(self, code: str, message: str, hint: str = "", exit_status: int = 1) -> None:
        super().__init__(message + (f"\n  hint: {hint}" if hint else ""))
        self.code = code
        self.message = message
        self.hint = hint
        self.exit_status = exit_status

    def __reduce__(self) -> tuple[Any, ...]:
        return Error, (self.code, self.message, self.hint, self.exit_status)


def program() -> str:
    """The program that was installed with this module, wherever that is and whatever PATH says."""
    try:
        files = importlib.metadata.files("daypack") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    places = [Path(str(file.locate())) for file in files if file.name == "daypack" and file.parent.name == "bin"]
    places.append(Path(__file__).parent.parent / "bin/daypack")  # of `pip install --target`, whose records are of another folder
    for place in places:
        if place.is_file():
            return str(place.resolve())
    raise Error("not_found", "the program of the wheel is not where pip put it", "install the wheel again: pip install --force-reinstall daypack")


def words(options: Mapping[str, Value]) -> Iterator[str]:
    """The options as they are typed."""
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            yield option
        elif isinstance(value, (str, os.PathLike)):
            yield f"{option}={os.fspath(value)}"
        elif isinstance(value, Mapping):
            yield from (f"{option}={key}={of_key}" for key, of_key in value.items())
        elif isinstance(value, Iterable):
            yield from (f"{option}={os.fspath(one)}" for one in value)
        else:
            yield f"{option}={value}"


def run(command: str, arguments: Iterable[str], options: Mapping[str, Value], known: type) -> Any:
    """What the command prints with --json. Error when it fails, TypeError for an option that is not known."""
    for name in options:
        if name not in known.__annotations__:
            raise TypeError(f"{command}() got an unexpected keyword argument {name!r}")
    finished = subprocess.run([program(), command, "--json", "--progress=never", *words(options), "--", *map(os.fspath, arguments)],
                              stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace")
    if finished.returncode == 0:
        for line in finished.stderr.splitlines():
            logger.info("%s", line)
        return json.loads(finished.stdout)
    raise failure(finished.stdout, finished.stderr, finished.returncode)


def failure(printed: str, told: str, status: int) -> Error:
    """The error that was printed as JSON; what options are refused for is told as text alone."""
    try:
        error = json.loads(printed)["error"]
    except (ValueError, KeyError):
        return Error("usage" if status == 2 else "failed", told.strip() or f"daypack ended with status {status}", exit_status=status)
    hint = str(error["hint"])
    return Error(error["code"], str(error["text"]).removesuffix(f"\n  hint: {hint}"), hint, status)
