#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""A package index of real wheels on 127.0.0.1: nginx over pages made from them (PEP 503, 691, 658, 714).

usage: package_index.py WHEELS     prints the addresses, and serves until its standard input ends

/simple/    HTML or JSON by the Accept field, hashes, metadata files, ranges
/private/simple/    the same for who has the login me:hidden-token-1
/slow/simple/    the same, 20 kB a second for each connection
/plain/simple/    the same without ranges; its answers have no validator either
"""
import collections
import hashlib
import html
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zipfile

LOGIN = "me:hidden-token-1"
JSON = "application/vnd.pypi.simple.v1+json"
Answer = collections.namedtuple("Answer", "connection method status body path range condition")


def program():
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or ""


def metadata_of(wheel):
    with zipfile.ZipFile(wheel) as members:
        return members.read(next(name for name in members.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)))


def entry_of(wheel, files):
    """What an index says of one wheel (PEP 691); the wheel and its metadata are put into the folder of files."""
    shutil.copy(wheel, files)
    metadata = metadata_of(wheel)
    (files / f"{wheel.name}.metadata").write_bytes(metadata)
    return {"filename": wheel.name, "url": f"../../files/{wheel.name}", "size": wheel.stat().st_size,
            "hashes": {"sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()},
            "core-metadata": {"sha256": hashlib.sha256(metadata).hexdigest()}, "yanked": False}


def link_of(entry):
    address = f"{entry['url']}#sha256={entry['hashes']['sha256']}"
    return f'<a href="{html.escape(address)}" data-core-metadata="sha256={entry["core-metadata"]["sha256"]}">{entry["filename"]}</a>'


def write_pages(wheels, root):
    (root / "files").mkdir(parents=True)
    projects = collections.defaultdict(list)
    for wheel in sorted(pathlib.Path(wheels).glob("*.whl")):
        projects[re.sub("[-_.]+", "-", wheel.name.split("-")[0]).lower()].append(entry_of(wheel, root / "files"))
    for project, entries in projects.items():
        page = root / "simple" / project
        page.mkdir(parents=True)
        (page / "index.html").write_text("<!DOCTYPE html>\n" + "\n".join(map(link_of, entries)))
        versions = sorted({entry["filename"].split("-")[1] for entry in entries})
        (page / "index.json").write_text(json.dumps({"meta": {"api-version": "1.1"}, "name": project, "versions": versions, "files": entries}))


CONFIGURATION = """
daemon off; worker_processes 1; pid @data/pid; error_log stderr warn; @user
events { worker_connections 512; }
http {
  log_format told '$connection $request_method $status $body_bytes_sent "$uri" "$http_range" "$http_if_range"';
  access_log @data/access.log told;
  client_body_temp_path @data/b; proxy_temp_path @data/p; fastcgi_temp_path @data/f; uwsgi_temp_path @data/u; scgi_temp_path @data/s;
  map $http_accept $page { default index.html; ~json index.json; }
  types { @json json; text/html html; application/octet-stream whl; }
  server {
    listen 127.0.0.1:@port @ssl; @tls root @data/root; index $page; add_header Vary Accept; keepalive_requests 10000;
    location /private/ { alias @data/root/; auth_basic index; auth_basic_user_file @data/logins; }
    location /slow/ { alias @data/root/; limit_rate 20k; sendfile_max_chunk 20k; }
    location /plain/ { alias @data/root/; max_ranges 0; etag off; add_header Last-Modified ""; }
  }
}
"""


def certify(folder):
    """A certificate authority, and a certificate of it for localhost: ca.pem, server.pem, server.key."""
    make = ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-batch"]
    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    for command in ([*make, "-x509", "-days", "2", "-subj", "/CN=daypack test authority", "-keyout", "ca.key", "-out", "ca.pem"],
                    [*make, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"],
                    ["openssl", "x509", "-req", "-days", "2", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                     "-extfile", "names", "-out", "server.pem"]):
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Index:
    """As long as it is entered. `answers()` are the requests so far, in the order in which they ended; `authority` is the
    file of who has signed its certificate, where it speaks TLS."""

    def __init__(self, wheels, tls=False):
        self.wheels, self.tls = wheels, tls

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="daypack-index-")
        data = pathlib.Path(self.folder.name)
        write_pages(self.wheels, data / "root")
        secret = subprocess.run(["openssl", "passwd", "-apr1", LOGIN.partition(":")[2]], check=True, stdout=subprocess.PIPE, text=True).stdout
        (data / "logins").write_text(f"{LOGIN.partition(':')[0]}:{secret}")
        self.log = data / "access.log"
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.host = "127.0.0.1:%d" % listener.getsockname()[1]
        if self.tls:
            certify(data)
            self.authority = data / "ca.pem"
        words = {"data": str(data), "tls": f"ssl_certificate {data}/server.pem; ssl_certificate_key {data}/server.key;" if self.tls else "",
                 "ssl": "ssl" if self.tls else "", "user": "user root;" if os.geteuid() == 0 else "", "json": JSON, "port": self.host.partition(":")[2]}
        (data / "nginx.conf").write_text(re.sub("@(data|user|json|port|tls|ssl)", lambda found: words[found[1]], CONFIGURATION))
        self.errors = (data / "errors").open("wb")
        self.server = subprocess.Popen([program(), "-e", "stderr", "-p", str(data), "-c", str(data / "nginx.conf")], stderr=self.errors)
        self.wait_for_it(data / "errors")
        return self

    def wait_for_it(self, errors):
        until = time.monotonic() + 60
        while time.monotonic() < until and self.server.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", int(self.host.partition(":")[2])), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("nginx does not start: " + errors.read_text())

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
        self.errors.close()
        self.folder.cleanup()

    def url(self, kind="", login=""):
        place = f"{login + '@' if login else ''}{self.host}/{kind + '/' if kind else ''}simple"
        return f"https://{place}".replace("127.0.0.1", "localhost") if self.tls else f"http://{place}"

    def answers(self, suffix=".whl"):
        """Of paths with this end. nginx notes a request after it has answered, but before it reads the next."""
        asking = http.client.HTTPConnection(self.host, timeout=60)
        asking.request("GET", "/")
        asking.getresponse().read()
        asking.close()
        found = []
        for line in self.log.read_text().splitlines():
            plain, path, _, asked, _, condition, _ = line.split('"')  # those of a value are escaped
            connection, method, status, body = plain.split()
            if path.endswith(suffix):
                found.append(Answer(connection, method, int(status), int(body), path, asked, condition))
        return found


if __name__ == "__main__":
    with Index(sys.argv[1]) as index:
        for address in index.url(), index.url("private", LOGIN), index.url("slow"), index.url("plain"):
            print(address, flush=True)
        sys.stdin.read()
