# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Azurite, Microsoft's emulator of Azure Storage: verifies Shared Key and SAS signatures, MD5 and CRC-64 of blobs and
blocks, and If-None-Match for real. Installed by npm from its pinned version, kept in $XDG_CACHE_HOME.
"""
import base64
import datetime
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

import lambda_emulator
from toxiproxy import free_port

AZURITE = "azurite@3.37.0"  # 2026-11-20
STORAGE = "azure-storage-blob==12.31.1"
FOLDER = lambda_emulator.FOLDER / AZURITE
MAIN = FOLDER / "node_modules/azurite/dist/src/blob/main.js"


def installed():
    """Whether it is there, or could be brought."""
    if not MAIN.exists():
        if not shutil.which("npm"):
            return False
        part = FOLDER.with_name(f"{FOLDER.name}.{os.getpid()}")
        subprocess.run(["npm", "install", "--prefix", part, "--no-save", "--silent", "--ignore-scripts", AZURITE], check=True)
        try:
            part.rename(FOLDER)
        except OSError:  # somebody else was first
            shutil.rmtree(part)
    return bool(shutil.which("node"))


class Azurite:
    """As long as it is entered: its endpoint, and the account whose key Microsoft has published. With `queues`, those too."""
    account = "devstoreaccount1"
    key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

    def __init__(self, queues=False):
        self.queues = f"http://127.0.0.1:{free_port()}/{self.account}" if queues else ""

    def program(self):
        if not self.queues:
            return [MAIN]
        port = self.queues.split(":")[2].split("/")[0]
        return [MAIN.parent.parent / "azurite.js", "--queueHost", "127.0.0.1", "--queuePort", port, "--tablePort", str(free_port())]

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="daypack-azurite-")
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.endpoint = f"http://{self.host}/{self.account}"
        data = pathlib.Path(self.folder.name)
        # Its API is as old as it is: today's SDK asks for a younger one.
        with (data / "output").open("wb") as output:
            self.server = subprocess.Popen(["node", *self.program(), "--blobHost", "127.0.0.1", "--blobPort", str(self.port), "--location", data / "store",
                                            "--disableTelemetry", "--skipApiVersionCheck", "--silent"], stdout=output, stderr=output)
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return self
            except OSError:
                if time.monotonic() > until or self.server.poll() is not None:
                    said = (data / "output").read_text()
                    self.__exit__()
                    raise RuntimeError("Azurite does not start: " + said) from None
                time.sleep(0.05)

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
        self.folder.cleanup()

    def connection_string(self, endpoint=None, key=None):
        queues = f";QueueEndpoint={self.queues}" if self.queues else ""
        return f"DefaultEndpointsProtocol=http;AccountName={self.account};AccountKey={key or self.key};BlobEndpoint={endpoint or self.endpoint}{queues}"

    def environment(self, endpoint=None):
        """What daypack finds it by."""
        return {"AZURE_STORAGE_CONNECTION_STRING": self.connection_string(endpoint), "AZURE_STORAGE_ACCOUNT": None, "AZURE_STORAGE_KEY": None,
                "AZURE_STORAGE_SAS_TOKEN": None}

    def service(self):
        """The official client."""
        from azure.storage.blob import BlobServiceClient
        return BlobServiceClient.from_connection_string(self.connection_string(), retry_total=0)

    def container_sas(self, container, permissions, minutes=10):
        from azure.storage.blob import ContainerSasPermissions, generate_container_sas
        now = datetime.datetime.now(datetime.timezone.utc)
        return generate_container_sas(self.account, container, self.key, permission=ContainerSasPermissions.from_string(permissions),
                                      expiry=now + datetime.timedelta(minutes=minutes))


def other_key():
    return base64.b64encode(b"a key that is not the account's").decode()
