# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""MinIO, an S3 store that verifies signatures, checksums and parts for real: built by Go from its pinned version, kept in
$XDG_CACHE_HOME. It takes minutes, so CI goes without it: `minio.py` builds it by hand.

usage: minio.py     builds it where that is needed, prints the settings, and serves until its standard input ends
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import package_index
from toxiproxy import free_port

PACKAGE = "github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c"
FOLDER = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "daypack-test-tools" / "minio-20260212"


def program(build=False):
    """Its path; empty where it is not built, and is not to be."""
    if build and not (FOLDER / "minio").exists() and shutil.which("go"):
        subprocess.run(["go", "install", PACKAGE], env={**os.environ, "GOBIN": str(FOLDER)}, check=True)
    return str(FOLDER / "minio") if (FOLDER / "minio").exists() else ""


class Minio:
    """As long as it is entered: its endpoint, the key and the secret; `authority` is the file of who has signed its
    certificate, where it speaks TLS."""
    key, secret, region = "daypacktest", "daypacksecret", "us-east-1"

    def __init__(self, tls=False, **environment):
        self.tls, self.more = tls, environment

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="daypack-minio-")
        data = pathlib.Path(self.folder.name)
        port = free_port()
        self.host = f"localhost:{port}" if self.tls else f"127.0.0.1:{port}"
        self.endpoint = f"http{'s' if self.tls else ''}://{self.host}"
        (data / "certs").mkdir()
        if self.tls:
            package_index.certify(data)
            self.authority = data / "ca.pem"
            shutil.copy(data / "server.pem", data / "certs/public.crt")
            shutil.copy(data / "server.key", data / "certs/private.key")
        settings = {"MINIO_ROOT_USER": self.key, "MINIO_ROOT_PASSWORD": self.secret, "MINIO_BROWSER": "off", "MINIO_UPDATE": "off",
                    "MINIO_CALLHOME_ENABLE": "off", "HOME": str(data), **self.more}
        with (data / "output").open("wb") as output:
            self.server = subprocess.Popen([program(), "server", "--certs-dir", str(data / "certs"), "--quiet", "--address", f"127.0.0.1:{port}",
                                            str(data / "drive")], stdout=output, stderr=output, env={**os.environ, **settings})
        until = time.monotonic() + 60
        while not self.answers(port):
            if time.monotonic() > until or self.server.poll() is not None:
                said = (data / "output").read_text()
                self.__exit__()
                raise RuntimeError("MinIO does not start: " + said)
            time.sleep(0.05)
        return self

    def answers(self, port):
        import ssl
        whatever = urllib.request.HTTPSHandler(context=ssl._create_unverified_context())
        try:
            urllib.request.build_opener(urllib.request.ProxyHandler({}), whatever).open(f"{self.endpoint}/minio/health/ready", timeout=5).close()
        except OSError:
            return False
        return True

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
        self.folder.cleanup()

    def environment(self, endpoint=None):
        """What daypack finds it by."""
        return {"AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret, "AWS_REGION": self.region, "AWS_ENDPOINT_URL_S3": endpoint or self.endpoint,
                "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true", "AWS_PROFILE": None,
                **({"AWS_CA_BUNDLE": str(self.authority), "SSL_CERT_FILE": str(self.authority)} if self.tls else {})}

    def client(self, service, endpoint=None, **options):
        import boto3
        from botocore.config import Config
        return boto3.client(service, endpoint_url=endpoint or self.endpoint, region_name=self.region, aws_access_key_id=self.key, aws_secret_access_key=self.secret,
                            verify=str(self.authority) if self.tls else None, config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}), **options)


if __name__ == "__main__":
    program(build=True)
    with Minio() as minio:
        print(" ".join(f"{name}={value}" for name, value in minio.environment().items() if value), flush=True)
        sys.stdin.read()
