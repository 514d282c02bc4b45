# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""moto, which stands in for AWS's own servers: Lambda, S3, IAM, STS. Every request must be signed by a key that it knows.
Installed by uv from its pinned version, kept in $XDG_CACHE_HOME.
"""
import json
import os
import subprocess
import sys
import time
import urllib.request

from lambda_emulator import free_port, installed

MOTO = "moto[server,awslambda,s3,iam]==5.2.5"  # 2026-11-20; boto3 comes with it
REGION = "us-east-1"
# 5.2.5 signs a request without a body again over its parsed parameters, so it would refuse every signed GET and DELETE of
# Lambda's. They carry no body: it hashes none.
START = """
import sys
from moto.iam.access_control import IAMRequestBase
from moto.server import main

recreate = IAMRequestBase._create_aws_request

def without_parameters(self):
    request = recreate(self)
    if self._method in ("GET", "HEAD", "DELETE"):
        request.data = self._body or b""
    return request

IAMRequestBase._create_aws_request = without_parameters
sys.exit(main())
"""
ALLOW_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
TRUST = {"Version": "2012-10-17",
         "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def post(url, text, kind):
    request = urllib.request.Request(url, text.encode(), {"Content-Type": kind})
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).close()


class Moto:
    """As long as it is entered: its endpoint, an administrator's key and secret, the ARN of a role for functions."""

    def __enter__(self):
        folder = installed(MOTO)
        sys.path.append(str(folder))  # boto3, for whoever asks it
        port = free_port()
        self.endpoint, self.host = f"http://127.0.0.1:{port}", f"127.0.0.1:{port}"
        self.key, self.secret = "x", "y"
        self.server = subprocess.Popen([sys.executable, "-c", START, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(folder)})
        try:
            self.wait()
            self.prepare()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.server.kill()
        self.server.wait()

    def wait(self):
        until = time.monotonic() + 60
        while True:
            try:  # without a container engine: an invocation answers with its payload
                return post(self.endpoint + "/moto-api/config", json.dumps({"lambda": {"use_docker": False}}), "application/json")
            except OSError:
                if time.monotonic() > until or self.server.poll() is not None:
                    raise
                time.sleep(0.05)

    def prepare(self):
        iam = self.client("iam")
        self.role = iam.create_role(RoleName="runner", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        iam.create_user(UserName="admin")
        iam.put_user_policy(UserName="admin", PolicyName="all", PolicyDocument=json.dumps(ALLOW_ALL))
        key = iam.create_access_key(UserName="admin")["AccessKey"]
        self.key, self.secret = key["AccessKeyId"], key["SecretAccessKey"]
        post(self.endpoint + "/moto-api/reset-auth", "0", "text/plain")

    def user(self, name, *actions):
        """The key and secret of a user who may do these alone."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        statement = [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]
        iam.put_user_policy(UserName=name, PolicyName="some", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    def client(self, service, endpoint=None):
        import boto3
        from botocore.config import Config
        return boto3.client(service, endpoint_url=endpoint or self.endpoint, region_name=REGION, aws_access_key_id=self.key,
                            aws_secret_access_key=self.secret, config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}))

    def environment(self, endpoint=None):
        """What the command line finds it by."""
        return {"AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret, "AWS_REGION": REGION,
                "AWS_ENDPOINT_URL": endpoint or self.endpoint, "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
                "AWS_EC2_METADATA_DISABLED": "true", "AWS_PROFILE": None}
