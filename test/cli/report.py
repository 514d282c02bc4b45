#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""daypack report of real packages: its table, its JSON and its page tell what the zip and the manifest say."""
import json
import pathlib
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

BUILD = ["-b", "aws_lambda", "--python", cli.LOCAL_PYTHON]


class Report(cli.CommandLineTest):
    def build(self, *packages, output="out.zip"):
        self.write("app.py", "def handler(event, context): return event\n")
        return self.daypack("build", *BUILD, "--add", "app.py", *packages, "-o", output)

    def test_sizes_are_those_of_the_zip(self):
        self.build("simplejson==3.19.3", "six==1.17.0")
        report = self.answer("report", "out.zip")
        with zipfile.ZipFile(self.folder / "out.zip") as archive:
            expected = {info.filename: (info.file_size, info.compress_size) for info in archive.infolist()}
        files = {file["path"]: (file["size"], file["compressed"]) for part in report["distributions"] for file in part["files"]}
        self.assertEqual(files, expected)
        self.assertEqual(report["budget"], {"unpacked": sum(size for size, _ in expected.values()), "unpacked_limit": 262144000,
                                            "zipped": (self.folder / "out.zip").stat().st_size, "zipped_limit": 0})
        self.assertEqual([(part["name"], part["version"]) for part in report["distributions"]], [("simplejson", "3.19.3"), ("six", "1.17.0"), ("", "")])
        self.assertEqual(report["sha256"], cli.sha256(self.folder / "out.zip"))
        removed = [line for line in json.loads((self.folder / "out.daypack.json").read_text())["ledger"] if line["rule"] == "tests"]
        self.assertIn({"rule": "tests", "files": len(removed), "bytes": sum(line["bytes"] for line in removed), "compressed": sum(line["compressed"] for line in removed)}, report["savings"])

    def test_the_table(self):
        self.build("simplejson==3.19.3")
        for locale, bar in (("C.UTF-8", "\u2588"), ("C", "#")):
            shown = self.daypack("report", "out.zip", env=cli.environment(LC_ALL=locale)).out
            for words in (f"AWS Lambda, Python {cli.LOCAL_PYTHON}, x86_64", "of 262.1 MB", "simplejson 3.19.3", "your own files", "saved by rule", "checks: "):
                self.assertIn(words, shown)
            self.assertIn(bar, shown)
            self.assertLessEqual(max(map(len, shown.splitlines())), 80)
        self.assertNotIn("checks", self.daypack("report", "out.zip", "--no-checks").out)

    def test_the_page_is_the_same_whenever_it_is_made(self):
        self.build("six==1.17.0", "--report", "built.html")
        self.assertEqual(self.daypack("report", "out.zip", "--html", "out.html").out, "out.html\n")
        page = (self.folder / "out.html").read_bytes()
        self.daypack("report", "out.zip", "--html", "again.html", env=cli.environment(TZ="Asia/Tokyo", LC_ALL="C"))
        self.assertEqual((self.folder / "again.html").read_bytes(), page)
        # Without findings of the sources, which there are none of, build knows the same.
        self.assertEqual((self.folder / "built.html").read_bytes(), page)

    def test_another_package(self):
        self.build("six==1.16.0", output="old.zip")
        self.build("six==1.17.0")
        report = self.answer("report", "out.zip", "--against", "old.zip")
        self.assertEqual(report["against"]["distributions"], [{"name": "six", "before": "1.16.0", "after": "1.17.0"}])
        self.assertTrue(any(reason.startswith("six 1.16.0 -> 1.17.0") for reason in report["against"]["reasons"]))
        self.assertIn("six 1.16.0 -> 1.17.0", self.daypack("report", "out.zip", "--against", "old.zip").out)
        self.assertIn("the same bytes", self.daypack("report", "out.zip", "--against", "out.zip").out)

    def test_checks_run_on_the_finished_package(self):
        self.write("key.pem", "-----BEGIN RSA PRIVATE KEY-----\n" + "A" * 64 + "\n-----END RSA PRIVATE KEY-----\n")
        self.build("--add", "key.pem", "--no-check", "secrets")
        findings = self.answer("report", "out.zip")["findings"]
        self.assertEqual([(one["check"], one["severity"]) for one in findings], [("secrets", "error")])

    def test_import_times(self):
        self.build("six==1.17.0")
        measured = subprocess.run([sys.executable, "-X", "importtime", "-c", "import json"], capture_output=True, check=True).stderr
        self.write("times.txt", measured)
        imports = self.answer("report", "out.zip", "--import-times", "times.txt")["imports"]
        self.assertIn("json.decoder", {one["module"] for one in imports})
        self.assertEqual(imports, sorted(imports, key=lambda one: -one["self"]))
        self.write("times.txt", "nothing")
        self.refused(1, "no line tells an import's time", "report", "out.zip", "--import-times", "times.txt", "--html", "out.html")

    def test_any_zip(self):
        with zipfile.ZipFile(self.folder / "any.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a/b.txt", "text" * 1000)
        finished = self.daypack("report", "any.zip", "--json")
        report = json.loads(finished.out)
        self.assertIn("no manifest", finished.err)
        self.assertEqual([(part["name"], len(part["files"])) for part in report["distributions"]], [("", 1)])
        self.assertNotIn("findings", report)
        self.refused(1, "no.zip", "report", "no.zip")


if __name__ == "__main__":
    cli.main()
