#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Makes the pictures of docs/guide/report.md: the report of each corpus as Chromium shows it, PNG with a palette.

usage: DAYPACK=build/bin/daypack test/bench/pictures.py [FOLDER]      (default: docs/guide)
"""
import io
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test/support"))
import browser
import pypa_packaging

CORPORA = {"lithops-aws": "aws_lambda", "mapbox": "aws_lambda", "data-science": "aws_lambda", "lithops-azure": "azure_functions"}
PILLOW = "12.0.0"


def page_of(corpus, backend, folder):
    program = os.environ.get("DAYPACK", "daypack")
    package = folder / f"{corpus}.zip"
    # A package that is over the limit is shown too.
    subprocess.run([program, "build", "-b", backend, "--python", "3.12", "-r", ROOT / f"test/data/{corpus}.txt", "--no-check", "budget", "-o", package, "-q"],
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run([program, "report", package, "--html", folder / f"{corpus}.html"], check=True, stdout=subprocess.DEVNULL)
    return folder / f"{corpus}.html"


def main():
    pypa_packaging.put_on_path("pillow", PILLOW)
    from PIL import Image
    to = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/guide"
    chromium = browser.Chromium()
    with tempfile.TemporaryDirectory() as folder:
        for corpus, backend in CORPORA.items():
            page = chromium.open(page_of(corpus, backend, pathlib.Path(folder)), viewport={"width": 1200, "height": 860}, reduced_motion="reduce")
            lowest = page.locator(".legend").bounding_box()
            picture = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": 1200, "height": lowest["y"] + lowest["height"] + 14})
            path = to / f"report-{corpus}.png"
            Image.open(io.BytesIO(picture)).convert("RGB").quantize(128, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
            print(path, path.stat().st_size, "bytes")
    chromium.close()


if __name__ == "__main__":
    main()
