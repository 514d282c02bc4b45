# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Debian's Chromium, moved by Playwright, whose own browsers are not used."""
import os
import pathlib
import shutil
import sys

import pypa_packaging

PLAYWRIGHT = "1.65.2"
PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")

CONTRASTS = """() => {
  const root = getComputedStyle(document.documentElement), brush = document.createElement("canvas").getContext("2d");
  const light = name => {
    brush.fillStyle = root.getPropertyValue("--" + name).trim();
    const parts = [1, 3, 5].map(at => parseInt(brush.fillStyle.slice(at, at + 2), 16) / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const pairs = [["ink", "page"], ["ink", "panel"], ["quiet", "page"], ["quiet", "panel"], ["quiet", "frame"], ["ink", "frame"], ["accent", "page"],
                 ["over", "panel"], ["near", "panel"], ...["native", "bytecode", "source", "metadata", "document", "data"].map(kind => ["cell-ink", kind])];
  return pairs.map(([a, b]) => { const x = light(a), y = light(b); return [(Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05), a, b]; });
}"""


def contrasts(page):
    """(contrast, ink, ground) of what stands on what in the page (WCAG 2.2, 1.4.3)."""
    return page.evaluate(CONTRASTS)


def put_playwright_on_path():
    """That of the tests' virtual environment where it has one, else one of the tests' cache."""
    python = os.environ.get("DAYPACK_TEST_PYTHON")
    sys.path += [str(folder) for folder in pathlib.Path(python).parent.parent.glob("lib/python*/site-packages")] if python else []
    try:
        import playwright.sync_api
    except ImportError:
        pypa_packaging.put_on_path("playwright", PLAYWRIGHT, dependencies=True)


class Chromium:
    """One browser; every page that it has opened must have asked for nothing but its file, and have told no error."""

    def __init__(self):
        put_playwright_on_path()
        from playwright.sync_api import sync_playwright
        self.playwright = sync_playwright().start()
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.browser = self.playwright.chromium.launch(executable_path=PROGRAM, args=sandbox)
        self.complaints = []

    def open(self, path, **options):
        options = {"viewport": {"width": 1200, "height": 900}, **options}
        page = self.browser.new_context(**options).new_page()
        own = pathlib.Path(path).as_uri()
        page.on("request", lambda request: request.url == own or self.complaints.append(f"asked for {request.url}"))
        page.on("console", lambda message: self.complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.goto(own)
        return page

    def close(self):
        self.browser.close()
        self.playwright.stop()
        if self.complaints:
            raise AssertionError("\n".join(self.complaints))
