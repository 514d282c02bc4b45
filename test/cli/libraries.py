#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""--strip and --duplicates: libraries become smaller, the names of one library become links, and both is told."""
import json
import pathlib
import stat
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

OPTIONS = ["--python", "3.12", "--bytecode", "none", "--offline", "--find-links", "wheels", "--index-url", cli.CLOSED_PORT, "--check", "elf"]
CHAIN = ["demo.libs/libchain.so", "demo.libs/libchain.so.1", "demo.libs/libchain.so.1.2"]


class Libraries(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        with tempfile.TemporaryDirectory(prefix="daypack-libraries-") as folder:
            subprocess.run([sys.executable, cli.ROOT / "test/support/make_libraries.py", folder], check=True)
            module, chain = (pathlib.Path(folder, name).read_bytes() for name in ("demo/debug.so", "demo.libs/libdep.so.1"))
        more = [("demo/debug.so", module), ("demo.libs/libdep.so.1", chain), *((name, chain) for name in CHAIN)]
        cli.write_wheel(self.folder / "wheels", more=more)
        self.module, self.chain = module, chain

    def build(self, backend, *options):
        """What it prints, the archive, and lines of the ledger by path."""
        answer = self.answer("build", "-b", backend, *OPTIONS, "demo==1.0", *options)
        archive = zipfile.ZipFile(self.folder / "out.zip")
        self.addCleanup(archive.close)
        ledger = json.loads((self.folder / "out.daypack.json").read_bytes())["ledger"]
        return answer, archive, {line["path"]: line for line in ledger if line["rule"] in ("strip", "duplicates")}

    def links(self, archive):
        return {info.filename: archive.read(info).decode() for info in archive.infolist() if stat.S_ISLNK(info.external_attr >> 16)}

    def test_nothing_is_done_unasked(self):
        answer, archive, lines = self.build("aws_lambda")
        self.assertEqual(lines, {})
        self.assertEqual(archive.read("demo/debug.so"), self.module)
        self.assertEqual(self.links(archive), {})

    def test_strip(self):
        sizes = {}
        for what in "debug", "unneeded":
            answer, archive, lines = self.build("local", "--strip", what)
            self.assertEqual(set(lines) & {"demo/debug.so"}, {"demo/debug.so"})
            line, after = lines["demo/debug.so"], archive.read("demo/debug.so")
            self.assertEqual((line["change"], line["bytes"], line["bytes_after"], line["note"]), ("rewritten", len(self.module), len(after), what))
            self.assertIn({"check": "Strip", "severity": "note", "subject": "strip",
                           "message": f"made {len(lines)} file{'s' * (len(lines) > 1)} {sum(one['bytes'] - one['bytes_after'] for one in lines.values())} bytes smaller"},
                          answer["findings"])
            sizes[what] = len(after)
        self.assertLess(sizes["debug"], len(self.module))
        self.assertLessEqual(sizes["unneeded"], sizes["debug"])
        self.assertRegex(self.daypack("plan", "-b", "local", *OPTIONS, "demo==1.0", "--strip", "debug").out, r"saved by +strip: 1 file, ")
        self.refused(2, "--strip", "build", "-b", "local", *OPTIONS, "demo==1.0", "--strip", "all")

    def test_one_library_under_several_names(self):
        answer, archive, lines = self.build("aws_lambda", "--duplicates", "report")
        self.assertEqual((self.links(archive), lines), ({}, {}))
        told = [found["subject"] for found in answer["findings"] if found["check"] == "Duplicates"]
        self.assertEqual(told, ["demo.libs/libchain.so.1.2", "duplicates"])
        answer, archive, lines = self.build("aws_lambda", "--duplicates", "link")
        expected = {name: "libchain.so.1.2" for name in [*CHAIN[:2], "demo.libs/libdep.so.1"]}
        self.assertEqual(self.links(archive), expected)
        self.assertEqual(set(lines), set(expected))
        self.assertEqual(archive.read(CHAIN[2]), self.chain)
        # The loader looks for the name in DT_NEEDED and follows the link.
        self.daypack("unzip", "out.zip", "-d", "out")
        load = "import ctypes, sys; print(ctypes.CDLL(sys.argv[1]).twice())"
        loaded = subprocess.run([sys.executable, "-c", load, self.folder / "out/demo/debug.so"], capture_output=True, text=True)
        self.assertEqual(loaded.stdout, "42\n", loaded.stderr)

    def test_a_backend_without_links(self):
        self.write("function_app.py", "import azure.functions\n")
        answer, archive, lines = self.build("azure_functions", "--duplicates", "link", "--add", "function_app.py")
        self.assertEqual((self.links(archive), lines), ({}, {}))
        self.assertIn("keeps no symbolic links: equal files stay", " ".join(found["message"] for found in answer["findings"]))


if __name__ == "__main__":
    cli.main()
