# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Remote caches of Bazel's HTTP protocol on 127.0.0.1: nginx with its WebDAV module, which keeps whatever is put, and
bazel-remote, which looks at it: built by Go from its pinned version, kept in $XDG_CACHE_HOME.

usage: bazel_cache.py [bazel-remote]     prints the address, and serves until its standard input ends
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

import package_index

LOGIN = "me:hidden-token-1"
MODULE, VERSION = "github.com/buchgr/bazel-remote", "v1.3.3"
FOLDER = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "daypack-test-tools" / f"bazel-remote-{VERSION}"


def nginx():
    """The path of one that takes PUT; empty where there is none."""
    program = package_index.program()
    said = subprocess.run([program, "-V"], capture_output=True, text=True).stderr if program else ""
    return program if "http_dav_module" in said else ""


def bazel_remote(build=False):
    """Its path; empty where it is not built, and is not to be."""
    if build and not (FOLDER / "bazel-remote").exists() and shutil.which("go"):
        go = {"check": True, "env": {**os.environ, "GOFLAGS": "-mod=mod -buildvcs=false"}}
        with tempfile.TemporaryDirectory() as module:
            subprocess.run(["go", "mod", "init", "daypack.test/tools"], cwd=module, capture_output=True, **go)
            subprocess.run(["go", "mod", "edit", f"-require={MODULE}@{VERSION}"], cwd=module, **go)
            found = subprocess.run(["go", "mod", "download", "-json", f"{MODULE}@{VERSION}"], cwd=module, stdout=subprocess.PIPE, **go)
            shutil.copy(pathlib.Path(json.loads(found.stdout)["Dir"]) / "go.sum", module)  # its own pinned sums
            (pathlib.Path(module) / "tools.go").write_text(f'package main\nimport _ "{MODULE}/server"\n')
            subprocess.run(["go", "build", "-o", FOLDER / "bazel-remote", MODULE], cwd=module, **go)
    return str(FOLDER / "bazel-remote") if (FOLDER / "bazel-remote").exists() else ""


CONFIGURATION = """
daemon off; worker_processes 1; pid @data/pid; error_log stderr warn; @user
events { worker_connections 512; }
http {
  log_format told '$request_method $status $uri';
  access_log @data/access.log told;
  client_body_temp_path @data/b; proxy_temp_path @data/p; fastcgi_temp_path @data/f; uwsgi_temp_path @data/u; scgi_temp_path @data/s;
  client_max_body_size 0; keepalive_requests 100000;
  server {
    listen 127.0.0.1:@port @ssl; @tls root @data/root;
    location / { dav_methods PUT; create_full_put_path on; @login }
    location /read/ { alias @data/root/; limit_except GET HEAD { deny all; } }
  }
}
"""


class Cache:
    """As long as it is entered. `requests()` are those so far, as (method, status, "ac" or "cas"), in no order that counts;
    `authority` is the file of who has signed its certificate, where it speaks TLS."""

    def __init__(self, kind="nginx", login=False, tls=False):
        self.kind, self.login, self.tls = kind, login, tls

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="daypack-cache-")
        self.data = pathlib.Path(self.folder.name)
        user, _, password = LOGIN.partition(":")
        secret = subprocess.run(["openssl", "passwd", "-apr1", password], check=True, stdout=subprocess.PIPE, text=True).stdout
        (self.data / "logins").write_text(f"{user}:{secret}")
        if self.tls:
            package_index.certify(self.data)
            self.authority = self.data / "ca.pem"
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.host = "127.0.0.1:%d" % listener.getsockname()[1]
        (self.data / "root").mkdir()
        self.log = self.data / ("access.log" if self.kind == "nginx" else "output")
        with (self.data / "output").open("wb") as output:
            self.server = subprocess.Popen(self.nginx_command() if self.kind == "nginx" else self.bazel_command(), stdout=output, stderr=output)
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", int(self.host.partition(":")[2])), 1).close()
                return self
            except OSError:
                if time.monotonic() > until or self.server.poll() is not None:
                    raise RuntimeError(f"{self.kind} does not start: " + (self.data / "output").read_text())
                time.sleep(0.02)

    def nginx_command(self):
        if os.geteuid() == 0:
            os.chmod(self.data, 0o755)
        words = {"data": str(self.data), "port": self.host.partition(":")[2], "ssl": "ssl" if self.tls else "",
                 "tls": f"ssl_certificate {self.data}/server.pem; ssl_certificate_key {self.data}/server.key;" if self.tls else "",
                 "user": "user root;" if os.geteuid() == 0 else "",
                 "login": f"auth_basic cache; auth_basic_user_file {self.data}/logins;" if self.login else ""}
        (self.data / "nginx.conf").write_text(re.sub("@(data|user|port|tls|ssl|login)", lambda found: words[found[1]], CONFIGURATION))
        return [nginx(), "-e", "stderr", "-p", str(self.data), "-c", str(self.data / "nginx.conf")]

    def bazel_command(self):
        command = [bazel_remote(), "--host", "127.0.0.1", "--port", self.host.partition(":")[2], "--grpc_port", "0", "--dir", str(self.data / "root"), "--max_size", "1"]
        command += ["--htpasswd_file", str(self.data / "logins")] if self.login else []
        return command + (["--tls_cert_file", str(self.data / "server.pem"), "--tls_key_file", str(self.data / "server.key")] if self.tls else [])

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
        self.folder.cleanup()

    def url(self, login="", path=""):
        host = self.host.replace("127.0.0.1", "localhost") if self.tls else self.host
        return f"http{'s' if self.tls else ''}://{login + '@' if login else ''}{host}{path}"

    def requests(self):
        """nginx notes a request after it has answered, but before it reads the next; bazel-remote notes no hits of ac."""
        if self.kind == "nginx":
            whatever = ssl._create_unverified_context()
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=whatever)).open(self.url() + "/end").close()
        found = re.findall(r"(GET|PUT|HEAD) (\d+) .*/(ac|cas)/[0-9a-f]{64}$", self.log.read_text(), re.MULTILINE)
        return [(method, int(status), store) for method, status, store in found]

    def stored(self, store):
        """The files of values; of nginx, for bazel-remote has them in a form of its own."""
        return sorted((self.data / "root" / store).glob("*"))


if __name__ == "__main__":
    kind = sys.argv[1] if len(sys.argv) > 1 else "nginx"
    if kind != "nginx":
        bazel_remote(build=True)
    with Cache(kind) as cache:
        print(cache.url(), flush=True)
        sys.stdin.read()
