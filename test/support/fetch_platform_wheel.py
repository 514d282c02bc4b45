#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Prints the path of a real wheel for CPython 3.12 on a platform: fetch_platform_wheel.py NAME==VERSION PLATFORM

It is kept in $XDG_CACHE_HOME or ~/.cache; pip fetches it when it is not there yet.
"""
import os
import pathlib
import subprocess
import sys

requirement, platform = sys.argv[1:]
cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
folder = cache / "daypack-test-wheels" / platform / requirement.replace("==", "-")
if not list(folder.glob("*.whl")):
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:",
                    "--python-version=3.12", "--implementation=cp", "--abi=cp312", "--abi=abi3", f"--platform={platform}",
                    "--dest", folder, requirement], stdout=sys.stderr, check=True)
print(next(folder.glob("*.whl")))
