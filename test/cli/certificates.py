#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Whose certificates count where nobody says it: the system's, also where it keeps them elsewhere than the one that OpenSSL
was built on. Each system's folder is shown to the program alone, by a mount."""
import pathlib
import shutil
import ssl
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

MAY_MOUNT = cli.mount_privately()
NAMED = dict.fromkeys(["SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
PLACES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
          "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"]


@unittest.skipUnless(MAY_MOUNT and shutil.which("openssl"), "needs to be root, to mount, and openssl")
class Authorities(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"],
                       cwd=self.folder, check=True, capture_output=True)
        server = subprocess.Popen([sys.executable, cli.ROOT / "test/support/http_server.py", "--tls", "certificate.pem", "key.pem"],
                                  cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.communicate)
        self.port = server.stdout.readline().strip().removeprefix("port=")
        defaults = ssl.get_default_verify_paths()
        for folder in {pathlib.Path(defaults.openssl_cafile).parent, pathlib.Path("/usr/lib/ssl"), pathlib.Path("/etc/ssl")}:
            if folder.is_dir():
                self.hide(folder)

    def hide(self, folder):
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)
        self.addCleanup(subprocess.run, ["umount", folder], check=True)

    def ask(self, code, **variables):
        return self.daypack("requirements", f"https://127.0.0.1:{self.port}/ok?size=0", code=code, env=cli.environment(**{**NAMED, **variables}))

    def test_where_systems_keep_them(self):
        self.assertIn("certificate of a server is not trusted", self.ask(5).err)
        for place in map(pathlib.Path, PLACES):
            with self.subTest(place=str(place)):
                if place.is_relative_to("/etc/pki"):
                    if not pathlib.Path("/etc/pki").is_dir():
                        continue
                    self.hide("/etc/pki")
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(self.folder / "certificate.pem", place)
                self.ask(0)
                place.unlink()

    def test_what_is_named_wins(self):
        self.ask(0, SSL_CERT_FILE=str(self.folder / "certificate.pem"))
        shutil.copy(self.folder / "certificate.pem", "/etc/ssl/cert.pem")
        self.ask(1, SSL_CERT_FILE="/no/such/file")


if __name__ == "__main__":
    cli.main()
