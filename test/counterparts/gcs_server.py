# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""gcp-storage-emulator, which stands in for Google Cloud Storage; it asks for no token. Google's own client reads back.
Installed by uv from pinned versions, kept in $XDG_CACHE_HOME.
"""
import os
import subprocess
import sys
import time
import urllib.request

from lambda_emulator import free_port, installed

EMULATOR = "gcp-storage-emulator==2026.7.19"  # 2026-11-22
CLIENT = "google-cloud-storage==3.17.1"      # 2026-11-20
START = "import sys; from gcp_storage_emulator.__main__ import main; sys.exit(main())"


class GoogleStorage:
    """As long as it is entered: its endpoint, and a bucket named packages."""

    def __enter__(self):
        sys.path.append(str(installed(CLIENT)))
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        self.server = subprocess.Popen([sys.executable, "-c", START, "start", "--host", "127.0.0.1", "--port", str(port), "--in-memory",
                                        "--default-bucket", "packages"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       env={**os.environ, "PYTHONPATH": str(installed(EMULATOR))})
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(self.endpoint + "/storage/v1/b/packages").close()
                return self
            except OSError:
                if time.monotonic() > until or self.server.poll() is not None:
                    self.__exit__()
                    raise
                time.sleep(0.05)

    def __exit__(self, *_):
        self.server.kill()
        self.server.wait()

    def bucket(self):
        """As Google's own client sees it."""
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import storage
        return storage.Client(project="p", credentials=AnonymousCredentials(), client_options={"api_endpoint": self.endpoint}).bucket("packages")

    def environment(self):
        """What the command line finds it by."""
        return {"STORAGE_EMULATOR_HOST": self.endpoint, "GOOGLE_APPLICATION_CREDENTIALS": None, "CLOUDSDK_CONFIG": "/nonexistent"}
