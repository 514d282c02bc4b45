#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""docs/Doxyfile makes pages of all public headers, without a warning, and docstrings are in them."""
import html
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
if not shutil.which("doxygen"):
    print("skipped: no doxygen")
    sys.exit(77)

with tempfile.TemporaryDirectory() as folder:
    settings = (ROOT / "docs/Doxyfile").read_text() + f"\nOUTPUT_DIRECTORY = {folder}\n"
    done = subprocess.run(["doxygen", "-"], input=settings, cwd=ROOT, capture_output=True, text=True)
    print(done.stdout + done.stderr, end="")
    page = pathlib.Path(folder, "html/classdaypack_1_1Archive.html")
    told = html.unescape(re.sub(r"<[^>]+>", "", page.read_text())) if page.exists() else ""
if done.returncode != 0 or done.stderr or "its size and SHA-256. Never joined in memory." not in told:
    sys.exit("docs/Doxyfile gives warnings, or pages without docstrings")
