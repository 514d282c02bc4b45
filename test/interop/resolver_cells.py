#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""uv and pip give one result: the same names, versions, files and hashes, for every corpus of test/data (support/cells.py).

The pip is that of the first python3 of PATH.
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cells

RESOLVERS = ["uv", "pip"]


class SameByBoth(cells.CellsTest):
    one = ("mapbox", "3.13", "arm64")

    def resolved(self, resolver, corpus, python, arch, environment):
        """The pins as lines, and how long resolving took. The package is built, as only Vendor says which wheels are taken."""
        options = [*self.options(corpus, python, arch), "--resolver", resolver, "-o", f"{resolver}.zip"]
        if (corpus, python, arch) in cells.IMPOSSIBLE:
            words = self.daypack("build", *options, env=environment, code=1).err
            self.assertIn("no wheel", words)
            self.assertIn(cells.IMPOSSIBLE[corpus, python, arch], words)
            return [], 0
        answer = self.answer("build", *options, env=environment, timeout=1800)
        manifest = json.loads((self.folder / f"{resolver}.daypack.json").read_bytes())
        (self.folder / f"{resolver}.zip").unlink()
        pins = [" ".join(one[field] for field in ("name", "version", "file", "sha256")) for one in manifest["distributions"]]
        self.assertEqual(len(pins), len(answer["distributions"]))
        return pins + [f"digest {answer['sha256']}"], next(one["seconds"] for one in answer["stages"] if one["name"] == "Resolve")

    def check(self, corpus, python, arch, environment):
        (by_uv, uv_seconds), (by_pip, pip_seconds) = (self.resolved(one, corpus, python, arch, environment) for one in RESOLVERS)
        self.assertEqual(by_uv, by_pip)
        if (corpus, python, arch) in cells.IMPOSSIBLE:
            return "refused by both"
        return f"{len(by_uv) - 1:3} pins, uv {uv_seconds:5.1f} s, pip {pip_seconds:5.1f} s"


if __name__ == "__main__":
    cells.main()
