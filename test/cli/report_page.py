#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The page of daypack report as a browser shows it: Debian's Chromium, moved by Playwright. Without Chromium it is skipped."""
import hashlib
import json
import pathlib
import sys
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import browser

EVIL = ["</script><script>document.title='stolen'</script>.py", "<img src=x onerror=\"document.title='stolen'\">.txt", "\"'><b>&lt;.so", "\u202etxt.exe",
        "<!--<script>.json"]


def kind_of(number):
    return ["core.so", "module.pyc", "table.bin", "README.txt"][number % 4]


class Page(cli.CommandLineTest):
    @classmethod
    def setUpClass(cls):
        cls.chromium = browser.Chromium()
        cls.addClassCleanup(cls.chromium.close)

    def package(self, files, name="out"):
        """A zip of these files {path: (distribution, bytes)} with its manifest, as build leaves them."""
        path = self.folder / f"{name}.zip"
        entries = []
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for member, (distribution, size) in sorted(files.items()):
                archive.writestr(zipfile.ZipInfo(member), bytes(size), zipfile.ZIP_DEFLATED)
                info = archive.getinfo(member)
                entries.append({"path": member, "mode": "file", "size": size, "compressed": info.compress_size, "distribution": distribution})
        data = path.read_bytes()
        names = sorted({entry["distribution"] for entry in entries} - {""})
        document = {"format": 1, "daypack": "0", "target": {"backend": "aws_lambda", "python": "3.12", "arch": "x86_64"}, "handler": "",
                    "archive": {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}, "unzipped": sum(size for _, size in files.values()),
                    "codec": "zlib", "level": 6, "bytecode": {"files": 0, "proven": 0},
                    "distributions": [{"name": one, "version": "1.0", "file": f"{one}.whl", "sha256": "00"} for one in names], "entries": entries,
                    "ledger": [{"change": "removed", "path": "a/tests/a.py", "bytes": 5000, "bytes_after": 0, "compressed": 2000, "distribution": "a", "rule": "tests", "note": ""}]}
        (self.folder / f"{name}.daypack.json").write_text(json.dumps(document))
        return path

    def opened(self, files, **options):
        """The page of a package of these files, and what it asked of the network and told the console."""
        self.package(files)
        self.daypack("report", "out.zip", "--html", "out.html", "--no-checks")
        return self.chromium.open(self.folder / "out.html", **options)

    def usual(self):
        return {"big/core.so": ("big", 800_000), "big/sub/a.pyc": ("big", 300_000), "big/sub/b.pyc": ("big", 200_000), "big/sub/deep/c.bin": ("big", 90_000),
                "small/x.pyc": ("small", 150_000), "small/y.pyc": ("small", 120_000), "app.py": ("", 40_000)}

    def cells(self, page):
        return page.locator("#cells button").evaluate_all("cells => cells.map(cell => cell.getAttribute('aria-label'))")

    def here(self, page):
        return page.locator("#crumbs button").all_inner_texts()

    def test_the_mouse(self):
        page = self.opened(self.usual())
        self.assertEqual([words.split(",")[0] for words in self.cells(page)], ["big 1.0", "small 1.0", "your own files"])
        self.assertIn("1.4 MB unpacked, 81.8 %, 4 files", self.cells(page)[0])
        page.get_by_role("button", name="big 1.0,").click()
        page.get_by_role("button", name="sub,").click()
        self.assertEqual(self.here(page), ["out.zip", "big 1.0", "sub"])
        page.get_by_role("button", name="a.pyc,").click()  # a file is told, not opened
        self.assertIn("big/sub/a.pyc", page.get_by_role("status").inner_text())
        page.get_by_role("navigation").get_by_role("button", name="out.zip").click()
        self.assertEqual(self.here(page), ["out.zip"])
        page.locator("#map").hover(position={"x": 100, "y": 100})
        self.assertIn("unpacked", page.locator("#tip").inner_text())
        page.get_by_role("row", name="small").get_by_role("button").click()
        self.assertEqual(self.here(page), ["out.zip", "small 1.0"])

    def test_the_keyboard(self):
        page = self.opened(self.usual())
        focused = lambda: page.evaluate("document.activeElement.getAttribute('aria-label') || ''").split(",")[0]
        page.locator("#crumbs button").focus()
        page.keyboard.press("Tab")
        self.assertEqual(focused(), "big 1.0")
        page.keyboard.press("ArrowRight")
        self.assertEqual(focused(), "small 1.0")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        self.assertEqual((self.here(page)[-1], focused()), ("big 1.0", "core.so"))
        page.keyboard.press("End")
        self.assertEqual(focused(), "sub")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        self.assertEqual((self.here(page)[-1], focused()), ("big 1.0", "sub"))
        page.keyboard.press("Escape")
        self.assertEqual((self.here(page), focused()), (["out.zip"], "big 1.0"))
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        self.assertEqual(ring, "solid", "the focus is not seen")

    def test_search_and_measure(self):
        page = self.opened(self.usual())
        page.get_by_label("Search files").fill("SUB/")
        self.assertEqual(page.get_by_role("status").inner_text(), "3 files found, 590.0 kB unpacked")
        self.assertEqual(page.locator("#parts tbody tr:visible").count(), 1)
        self.assertIn("not found", self.cells(page)[1])
        page.get_by_role("button", name="big/sub/deep/c.bin").click()
        self.assertEqual(self.here(page)[-1], "deep")
        page.get_by_label("Search files").fill("no such file")
        self.assertEqual(page.get_by_role("status").inner_text(), "nothing found")
        page.keyboard.press("Escape")
        self.assertEqual(page.locator("#parts tbody tr:visible").count(), 3)
        page.get_by_role("navigation").get_by_role("button", name="out.zip").click()
        page.get_by_role("radio", name="in the zip").check(force=True)
        self.assertIn("in the zip", self.cells(page)[0])
        files = page.locator("#parts").get_by_role("button", name="Files", exact=True)
        files.click()
        files.click()
        self.assertEqual(page.locator("#parts th[aria-sort]").get_attribute("aria-sort"), "ascending")
        self.assertEqual(page.locator("#parts tbody th").first.inner_text(), "your own files")

    def test_names_and_roles(self):
        page = self.opened(self.usual())
        tree = page.locator("main").aria_snapshot()
        for words in ['heading "out.zip" [level=1]', 'searchbox "Search files"', 'radio "unpacked" [checked]', 'group "Sizes"', 'group "Treemap.', 'status',
                      'navigation "Where you are in the package"', 'table "Distributions and what they take"', 'rowheader "big"',
                      'button "big 1.0, 1.4 MB unpacked, 81.8 %, 4 files"']:
            self.assertIn(words, tree)
        nameless = page.locator("button, input").evaluate_all("all => all.filter(one => !(one.textContent || one.getAttribute('aria-label') || one.labels?.length)).length")
        self.assertEqual(nameless, 0)

    def test_hostile_names(self):
        page = self.opened({**{f"bad/{number}/{name}": ("bad", 9000 - number) for number, name in enumerate(EVIL)}, "app.py": ("", 10)})
        page.get_by_role("button", name="bad 1.0,").click()
        page.get_by_label("Search files").fill("bad/")
        self.assertEqual(sorted(page.locator("#found tbody button").all_inner_texts())[0], f"bad/0/{EVIL[0]}")
        self.assertEqual((page.title(), page.locator("main img, main script, table b, #crumbs b").count()), ("out.zip - package report", 0))

    def test_light_and_dark(self):
        shades = {}
        for scheme in ("light", "dark"):
            page = self.opened(self.usual(), color_scheme=scheme)
            colours = page.evaluate("""() => { const canvas = document.getElementById("canvas"), data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                const seen = new Set(); for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 4).join()); return seen.size }""")
            self.assertGreater(colours, 20, "the map is blank")
            self.assertGreater(len(page.screenshot()), 10_000)
            shades[scheme] = page.evaluate("[document.body, document.querySelector('.quiet'), document.querySelector('h1')].map(one => getComputedStyle(one).color + getComputedStyle(document.body).backgroundColor)")
            self.assertEqual([pair for pair in browser.contrasts(page) if pair[0] < 4.5], [], f"contrast, {scheme}")
        self.assertNotEqual(shades["light"], shades["dark"])

    def test_without_javascript(self):
        page = self.opened(self.usual(), java_script_enabled=False)
        self.assertFalse(page.locator("#explore").is_visible())
        self.assertEqual(page.locator("#parts tbody th").all_inner_texts(), ["big", "small", "your own files"])
        page.locator("summary").first.click()
        self.assertTrue(page.get_by_text("big/sub/deep/c.bin").is_visible())

    def test_ten_thousand_files(self):
        files = {f"p{one}/m{two}/f{three}/{kind_of(three)}": (f"p{one}", 50 + 7 * ((one * 31 + two * 17 + three) % 97)) for one in range(20) for two in range(20) for three in range(25)}
        began = time.monotonic()
        page = self.opened(files)
        loaded = time.monotonic()
        self.assertLess(page.locator("#cells button").count(), 100)
        page.locator("#cells button").first.click()
        page.get_by_label("Search files").fill("core")
        self.assertIn(" files found", page.get_by_role("status").inner_text())
        print(f"10,000 files: made and open after {loaded - began:.2f} s, drilled down and searched after {time.monotonic() - loaded:.2f} s more")


if __name__ == "__main__":
    if not browser.PROGRAM:
        print("skipped: no chromium on this machine")
        sys.exit(77)
    cli.main()
