# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""toxiproxy, which spoils TCP connections on demand: built by Go from its pinned version, kept in $XDG_CACHE_HOME."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.request

PACKAGE = "github.com/Shopify/toxiproxy/v2/cmd/server@v2.5.0"
FOLDER = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "daypack-test-tools" / "toxiproxy-2.5.0"


def program():
    """Its path; empty where it is not built and there is no Go."""
    if not (FOLDER / "server").exists() and shutil.which("go"):
        subprocess.run(["go", "install", PACKAGE], env={**os.environ, "GOBIN": str(FOLDER)}, check=True)
    return str(FOLDER / "server") if (FOLDER / "server").exists() else ""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Toxiproxy:
    """As long as it is entered, in front of one address."""

    def __init__(self, upstream):
        self.upstream = upstream

    def __enter__(self):
        port = free_port()
        self.api, self.host = f"http://127.0.0.1:{port}", f"127.0.0.1:{free_port()}"
        self.server = subprocess.Popen([program(), "-host", "127.0.0.1", "-port", str(port)], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while True:
            try:
                self.ask("/proxies", name="p", listen=self.host, upstream=self.upstream)
                return self
            except OSError:
                if time.monotonic() > until or self.server.poll() is not None:
                    raise
                time.sleep(0.05)

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()

    def ask(self, path, **words):
        request = urllib.request.Request(self.api + path, json.dumps(words).encode(), {"Content-Type": "application/json"})
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).close()

    def toxic(self, kind, stream="downstream", **attributes):
        self.ask("/proxies/p/toxics", type=kind, stream=stream, attributes=attributes)

    def up(self, enabled):
        self.ask("/proxies/p", enabled=enabled)

    def clear(self):
        self.ask("/reset")
