# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The options of the command line as keyword arguments. `daypack build --help` and `daypack deploy --help` say what each means."""
from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TypedDict, Union

Text = Union[str, "os.PathLike[str]"]
Texts = Union[Text, Sequence[Text]]
Pairs = Union[Texts, Mapping[str, str]]
Value = Union[None, bool, int, float, Texts, Pairs]


class _Everywhere(TypedDict, total=False):
    jobs: int
    cache_dir: Text
    config_file: Text
    cache_limit: str
    remote_cache: str
    remote_cache_mode: str
    remote_cache_patience: int


class BuildOptions(_Everywhere, total=False):
    """Of build(): the options of `daypack build`, but those that watch for changes."""

    backend: str
    python: str
    arch: str
    requirements: Texts
    extra: Texts
    group: Texts
    only_group: Texts
    package: str
    no_default_groups: bool
    add: Pairs
    handler: str
    prune: str
    exclude: Texts
    include: Texts
    strip: str
    bytecode: str
    optimize: int
    debug_ranges: bool
    no_debug_ranges: bool
    keep_source: Texts
    interpreter: Text
    duplicates: str
    effort: Union[str, int]
    resolver: str
    lock: Text
    frozen: bool
    exclude_newer: str
    index_url: str
    extra_index_url: Texts
    find_links: Texts
    scripts: bool
    prefer: Texts
    offline: bool
    explain_cache: bool
    check: str
    no_check: Texts
    allow_secret: Texts
    layer: Texts
    split: Union[str, int]
    split_group: Pairs
    split_keep: Texts
    split_like: Text
    output: Text
    sources: Text
    report: Text
    verify: bool


class DeployOptions(_Everywhere, total=False):
    """Of deploy(): the options of `daypack deploy`."""

    backend: str
    to: str
    handler: str
    memory: int
    timeout: int
    env: Pairs
    layer: Texts
    dry_run: bool
    profile: str
    region: str
    endpoint_url: str
    key: str
    metadata: Pairs
    storage_class: str
    account: str
    kms_key: str
    role: str
    description: str
    ephemeral_storage: int
    cpu: float
    env_exact: bool
    subnet: Texts
    security_group: Texts
    tag: Pairs
    snap_start: str
    publish: bool
    alias: str
    weight: float
    keep_versions: int
    smoke: str
    expect: str
    bucket: str
    prefix: str
    revision: str
    attach: Texts
    licence: str
    patience: int
    resource_group: str
    subscription: str
    slot: str
    publish_profile: Text
    scm_url: str
    run_from_package: bool
    identity: str
