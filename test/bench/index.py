# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""A package index on 127.0.0.1 for cold runs: the wheels of a corpus behind nginx, so that no network is measured."""
import hashlib
import json
import os
import pathlib
import re
import socket
import subprocess
import time
import zipfile

JSON = "application/vnd.pypi.simple.v1+json"  # PEP 691; uv and daypack's resolver ask for it
CONFIGURATION = """daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; {user}
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; default_type application/octet-stream; types {{ {json} json; }}
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; root {folder}/root; index index.json; absolute_redirect off; }}
}}
"""


def pinned(wheel):
    """The project's normalised name, and the version."""
    name, version = wheel.name.split("-")[:2]
    return re.sub(r"[-_.]+", "-", name).lower(), version


def digest(path):
    """Read in parts: the peak memory of who is measured is counted from this program's own on."""
    known = hashlib.sha256()
    with open(path, "rb") as file:
        while part := file.read(1 << 18):
            known.update(part)
    return known.hexdigest()


def page(wheel, files):
    """The project's page, its file and the file's metadata (PEP 658) in place."""
    (files / wheel.name).symlink_to(wheel)
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(next(name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)))
    (files / f"{wheel.name}.metadata").write_bytes(metadata)
    name, version = pinned(wheel)
    file = {"filename": wheel.name, "url": f"../../files/{wheel.name}", "size": wheel.stat().st_size, "hashes": {"sha256": digest(wheel)},
            "core-metadata": {"sha256": hashlib.sha256(metadata).hexdigest()}, "upload-time": "2026-01-01T00:00:00Z"}
    return {"meta": {"api-version": "1.1"}, "name": name, "versions": [version], "files": [file]}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Index:
    """Serves until stop()."""

    def __init__(self, nginx, wheels, folder):
        files, simple = folder / "root/files", folder / "root/simple"
        files.mkdir(parents=True)
        for wheel in wheels:
            place = simple / pinned(wheel)[0]
            place.mkdir(parents=True)
            (place / "index.json").write_text(json.dumps(page(wheel.resolve(), files)))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/simple"
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, user=user, json=JSON, port=self.port))
        self.process = subprocess.Popen([nginx, "-e", folder / "error.log", "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
        self.wait()

    def wait(self):
        for _ in range(1000):
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                time.sleep(0.01)
        raise OSError(f"nginx does not answer on port {self.port}")

    def stop(self):
        self.process.terminate()
        self.process.wait()


def requirements(wheels):
    """What `uv pip compile --generate-hashes` would write for exactly these files."""
    return "".join(f"{name}=={version} --hash=sha256:{digest(wheel)}\n" for wheel in wheels for name, version in [pinned(wheel)])
