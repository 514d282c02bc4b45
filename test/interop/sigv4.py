#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Our signatures beside those of botocore, over random requests: the same, always.

usage: sigv4.py [--seed N] [--count N]
$DAYPACK_SIGN_REQUESTS is the program of test/support/sign_requests.cpp. botocore is installed by uv, pinned.
"""
import argparse
import datetime
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
from urllib.parse import parse_qsl, quote, urlsplit

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "counterparts"))
import lambda_emulator

BOTOCORE = "botocore==1.44.5"  # 2026-11-20
PROGRAM = os.environ.get("DAYPACK_SIGN_REQUESTS")
LETTERS = "abcXYZ019-_.~ +%/:$&=?#@!*'(),;\u00e9\u00df\u4e2d\U0001f40d\"<>[]{}|\\^`\t"
WORDS = ["", ".", "..", "functions", "my-fn", "arn:aws:lambda:eu-west-1:123456789012:function:f", "pkg", "x.zip", "versions"]
FIELDS = ["Content-Type", "X-Amz-Meta-Name", "x-amz-checksum-sha256", "If-None-Match", "My-Header", "Content-MD5", "Range", "User-Agent", "Expect",
          "X-Amzn-Trace-Id", "x-amz-acl"]


def text(chance, longest):
    return "".join(chance.choice(LETTERS) for _ in range(chance.randrange(longest + 1)))


def path(chance):
    segments = [chance.choice(WORDS) if chance.random() < 0.6 else text(chance, 8) for _ in range(chance.randrange(6))]
    # Some clients leave more as it is than others; all of it may stand in a path.
    return "/" + "/".join(quote(segment, safe=chance.choice(["-_.~", "-_.~:$&+=@!*'(),;"])) for segment in segments)


def query(chance, plain):
    pairs, names = [], set()
    for _ in range(chance.choice([0, 0, 1, 2, 5])):
        name = quote(text(chance, 5) or "q", safe="-_.~")
        if plain and name in names:  # botocore drops the second one from a presigned URL
            continue
        names.add(name)
        pairs.append(name if chance.random() < 0.2 else name + "=" + quote(text(chance, 8), safe="-_.~"))
    return "?" + "&".join(pairs) if pairs else ""


def value(chance):
    return "".join(chance.choice("abc XYZ  09=/,;*\"\t") for _ in range(chance.randrange(20)))


def request(chance):
    service = chance.choice(["lambda", "s3", "sts"])
    presigned = chance.random() < 0.3
    host = chance.choice([f"{service}.eu-west-1.amazonaws.com", "127.0.0.1:9000", "Store.Example:443", "localhost:80", "[::1]:9000"])
    made = {
        "service": service, "region": chance.choice(["us-east-1", "eu-west-1", "cn-north-1"]), "id": f"AKID{chance.randrange(10**9)}",
        "secret": text(chance, 40), "token": text(chance, 60) if chance.random() < 0.4 else "",
        "time": (datetime.datetime(1999, 12, 31) + datetime.timedelta(seconds=chance.randrange(10**9 * 2))).strftime("%Y%m%dT%H%M%SZ"),
        "method": chance.choice(["GET", "PUT", "POST", "DELETE", "HEAD"]), "url": chance.choice(["https://", "http://"]) + host + path(chance) + query(chance, presigned),
        "headers": [[name, value(chance)] for name in chance.sample(FIELDS, chance.randrange(5))], "body": "" if presigned else chance.choice(["", text(chance, 200)]),  # botocore would put it into the query
    }
    if made["headers"] and chance.random() < 0.2:
        made["headers"].append([made["headers"][0][0].upper(), value(chance)])
    if presigned:
        made["life"] = chance.randrange(1, 604801)
    elif service == "s3" and chance.random() < 0.3:
        made["headers"].append(["X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"])
    return made


def by_botocore(made):
    import botocore.auth
    import botocore.awsrequest
    import botocore.config
    import botocore.credentials
    clock = datetime.datetime.strptime(made["time"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda *_, **__: clock.replace(tzinfo=None)
    asked = botocore.awsrequest.AWSRequest(method=made["method"], url=made["url"], data=made["body"].encode())
    unsigned = False
    for name, content in made["headers"]:
        if content == "UNSIGNED-PAYLOAD":
            unsigned = True
        else:
            asked.headers.add_header(name, content)
    asked.context["client_config"] = botocore.config.Config(s3={"payload_signing_enabled": not unsigned})
    keys = botocore.credentials.Credentials(made["id"], made["secret"], made["token"] or None)
    kind = ("S3" if made["service"] == "s3" else "") + ("SigV4QueryAuth" if "life" in made else "SigV4Auth")
    life = {"expires": made["life"]} if "life" in made else {}
    getattr(botocore.auth, kind)(keys, made["service"], made["region"], **life).add_auth(asked)
    return asked.url if life else asked.headers["Authorization"]


def parts(url):
    """What has to be the same of a presigned URL: botocore writes some characters of the query in another way."""
    split = urlsplit(url)
    return split.path, sorted(parse_qsl(split.query, keep_blank_values=True))


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=5000)
    asked = options.parse_args()
    if not PROGRAM or not shutil.which(lambda_emulator.UV):
        print("skipped: it takes the program and uv")
        return 77
    sys.path.insert(0, str(lambda_emulator.installed(BOTOCORE)))
    chance = random.Random(asked.seed)
    requests = [request(chance) for _ in range(asked.count)]
    told = "".join(json.dumps(made) + "\n" for made in requests)
    ours = subprocess.run([PROGRAM], input=told, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(ours) == len(requests), f"{len(ours)} answers"
    wrong = 0
    for made, mine in zip(requests, ours):
        theirs = by_botocore(made)
        if (parts(mine) != parts(theirs)) if "life" in made else mine != theirs:
            wrong += 1
            print(f"{json.dumps(made)}\n  daypack:  {mine}\n  botocore: {theirs}")
            if wrong == 10:
                break
    print(f"seed {asked.seed}: {len(requests)} requests, {wrong} signed otherwise")
    return 1 if wrong else 0


sys.exit(main())
