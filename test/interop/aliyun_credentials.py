#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""aliyun::Session beside alibabacloud_credentials: for generated files and environments both find the same credentials, or both
find none.

usage: aliyun_credentials.py [--seed N] [--count N] [--only I]
$DAYPACK_FIND_CREDENTIALS is the program of test/support/find_credentials.cpp.

Different on purpose, and not generated: what is configured and fails is an error of ours, while the SDK goes on to the next; a
profile may have the mode CredentialsURI, as the CLI has it. STS and the instance's metadata have hosts that nobody can name in
another way: test/credentials/aliyun.cpp plays them.
"""
import argparse
import http.server
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "counterparts"))
import aliyun_sdk
import lambda_emulator

PROGRAM = os.environ.get("DAYPACK_FIND_CREDENTIALS")
# The SDK reads the environment where it is imported, so each case has a process of its own.
THEIRS = """
import json, sys
from alibabacloud_credentials.client import Client
try:
    found = Client().get_credential()
    print(json.dumps([found.access_key_id, found.access_key_secret, found.security_token or ""]))
except Exception:
    print("null")
"""


class Giver(http.server.BaseHTTPRequestHandler):
    """A credentials URI."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        word = self.path.strip("/")
        ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        given = {"Code": "Failed" if word == "failed" else "Success", "AccessKeyId": f"STS.{word}", "AccessKeySecret": "s", "SecurityToken": "t=/+", "Expiration": ends}
        if word == "half":
            del given["AccessKeySecret"]
        text = json.dumps(given).encode()
        self.send_response(404 if word == "absent" else 200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def profile(chance, name):
    mode = chance.choice(["AK", "AK", "StsToken", "OAuth"])
    made = {"name": name, "mode": mode, "access_key_id": f"LTAI{chance.randrange(10**6)}", "access_key_secret": "secret +/=", "region_id": "cn-hangzhou"}
    if mode in ("StsToken", "OAuth") or chance.random() < 0.2:
        made["sts_token"] = "token\u00e9"
    if mode == "OAuth":
        made |= {"oauth_site_type": "CN", "oauth_refresh_token": "r", "oauth_access_token": "a", "oauth_access_token_expire": 1,
                 "sts_expiration": int(time.time()) + 7200}
    return made


def case(chance, home, server):
    """An environment; the files lie in its home."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
    names = chance.sample(["default", "work", "with blank", "x-1"], chance.randrange(5))
    if names:
        (home / ".aliyun").mkdir(parents=True)
        current = chance.choice(names + ["gone"])
        text = json.dumps({"current": current, "profiles": [profile(chance, name) for name in names], "meta_path": ""}, ensure_ascii=chance.random() < 0.5)
        (home / ".aliyun/config.json").write_text(text, encoding="utf-8")
        if chance.random() < 0.4:
            environment["ALIBABA_CLOUD_PROFILE"] = chance.choice(names)
    if chance.random() < 0.3:
        environment |= {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIENV", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "env secret"}
        if chance.random() < 0.5:
            environment["ALIBABA_CLOUD_SECURITY_TOKEN"] = "env token"
    if chance.random() < 0.3:
        environment["ALIBABA_CLOUD_CLI_PROFILE_DISABLED"] = chance.choice(["true", "TRUE", "false", ""])
    if chance.random() < 0.5:
        environment["ALIBABA_CLOUD_CREDENTIALS_URI"] = server + chance.choice(["/one", "/two", "/failed", "/half", "/absent"])
    return environment


def ours(environment):
    done = subprocess.run([PROGRAM, "--aliyun"], env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    found = told.get("credentials", told)
    return ([found["id"], found["secret"], found["token"]], found["source"]) if "id" in found else (None, found["error"])


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=60)
    options.add_argument("--only", type=int)
    asked = options.parse_args()
    if not PROGRAM or not shutil.which(lambda_emulator.UV):
        print("skipped: it takes the program and uv")
        return 77
    sdk = aliyun_sdk.importable()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Giver)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    wrong, sources = 0, {}
    for number in range(asked.count) if asked.only is None else [asked.only]:
        with tempfile.TemporaryDirectory(prefix="daypack-aliyun-") as folder:
            environment = case(random.Random(f"{asked.seed}-{number}"), pathlib.Path(folder), f"http://127.0.0.1:{server.server_address[1]}")
            mine, words = ours(environment)
            theirs = json.loads(subprocess.run([sys.executable, "-c", THEIRS], env={**environment, "PYTHONPATH": sdk}, capture_output=True, text=True,
                                               check=True).stdout.splitlines()[-1])
            kind = "none" if mine is None else words.partition(" ")[0]
            sources[kind] = sources.get(kind, 0) + 1
            if mine != theirs:
                wrong += 1
                print(f"case {number}: {environment}\n  daypack: {mine} ({words})\n  they:    {theirs}")
    print(f"seed {asked.seed}: {sources}, {wrong} found otherwise")
    return 1 if wrong else 0


sys.exit(main())
