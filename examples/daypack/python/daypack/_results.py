# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What comes back: the objects that the command line prints with --json. docs/reference/command-line.md describes them."""
from __future__ import annotations

from typing import TypedDict


class Target(TypedDict):
    backend: str
    python: str
    arch: str


class Distribution(TypedDict):
    name: str
    version: str


class Stage(TypedDict):
    name: str
    seconds: float


class Budget(TypedDict):
    """Bytes; a limit of 0 is none."""

    zipped: int
    zipped_limit: int
    unzipped: int
    unzipped_limit: int
    over: bool


class _Finding(TypedDict):
    check: str
    severity: str
    subject: str
    message: str


class Finding(_Finding, total=False):
    hint: str


class Layer(TypedDict):
    name: str
    backend: str
    path: str
    sha256: str
    size: int
    unpacked: int
    entries: int
    distributions: list[Distribution]


class _Package(TypedDict):
    path: str
    sha256: str
    size: int
    unpacked: int
    entries: int
    target: Target
    distributions: list[Distribution]
    stages: list[Stage]
    budget: Budget
    findings: list[Finding]


class Package(_Package, total=False):
    """A package that lies at path; with split also its layers."""

    layers: list[Layer]


class Deployment(TypedDict):
    """What runs now, or lies in a store: id is a name, an ARN or a URL."""

    id: str
    version: str
    digest: str
    unchanged: bool
