# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""MinIO as the store that uploads are measured against, and boto3 as who else uploads. Whatever is said twice is said to a
process of its own: this one keeps itself small, for the peak memory of who is measured is counted from its own on."""
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "counterparts"))
import minio

BOTO3 = ["boto3[crt]==1.44.5"]  # 2026-11-20
# MiB of a part, and parts at once: the default, and the fastest of 8 to 64 MiB and 4 or 10 at once where the tables were made.
SETTINGS = {"boto3 upload_file": (8, 10), "boto3 upload_file, parts of 16 MiB": (16, 10)}
SCRIPT = """
import sys, boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
endpoint, key, secret, what, *rest = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret,
                  config=Config(s3={"addressing_style": "path"}, max_pool_connections=64))
if what == "create":
    s3.create_bucket(Bucket="bench")
if what == "empty":
    for one in s3.list_objects_v2(Bucket="bench").get("Contents", []):
        s3.delete_object(Bucket="bench", Key=one["Key"])
if what == "upload":
    config = TransferConfig(multipart_threshold=16 << 20, multipart_chunksize=int(rest[1]) << 20, max_concurrency=int(rest[2]))
    s3.upload_file(rest[0], "bench", "boto3.zip", Config=config)
"""


class Store:
    """Serves until stop()."""

    def __init__(self, peers):
        self.folder = peers.tools / "boto3"
        self.server = minio.Minio().__enter__()
        self.stop = self.server.__exit__
        self.ask("create")

    def command(self, *words):
        return ["env", f"PYTHONPATH={self.folder}", sys.executable, "-c", SCRIPT, self.server.endpoint, self.server.key, self.server.secret, *words]

    def ask(self, *words):
        subprocess.run(self.command(*words), check=True)

    def settings(self):
        return [f"{name}={value}" for name, value in self.server.environment().items() if value]


def ready(peers):
    """Whether MinIO and boto3 are here, or could be had."""
    if not minio.program(build=peers.install):
        peers.skip("MinIO", "not built yet, and there is no Go to build it")
        return False
    if not (peers.tools / "boto3/boto3").exists() and peers.install:
        subprocess.run([peers.uv(), "pip", "install", "--quiet", "--target", peers.tools / "boto3", "--python", sys.executable, *BOTO3], check=True)
    return (peers.tools / "boto3/boto3").exists() or bool(peers.skip("boto3", "not installed"))
