#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Our signatures beside those of botocore, over random requests: the same, always.

usage: sigv4.py [--seed N] [--count N]
$DAYPACK_SIGN_REQUESTS is the program of test/support/sign_requests.cpp. botocore is installed by uv, pinned.
"""
import pathlib
import sys
from urllib.parse import quote

for folder in ("support", "counterparts"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / folder))
import lambda_emulator
from signatures import clock, compare, moment, query, text, value

BOTOCORE = "botocore==1.44.5"  # 2026-11-20
WORDS = ["", ".", "..", "functions", "my-fn", "arn:aws:lambda:eu-west-1:123456789012:function:f", "pkg", "x.zip", "versions"]
FIELDS = ["Content-Type", "X-Amz-Meta-Name", "x-amz-checksum-sha256", "If-None-Match", "My-Header", "Content-MD5", "Range", "User-Agent", "Expect",
          "X-Amzn-Trace-Id", "x-amz-acl"]


def path(chance):
    segments = [chance.choice(WORDS) if chance.random() < 0.6 else text(chance, 8) for _ in range(chance.randrange(6))]
    # Some clients leave more as it is than others; all of it may stand in a path.
    return "/" + "/".join(quote(segment, safe=chance.choice(["-_.~", "-_.~:$&+=@!*'(),;"])) for segment in segments)


def request(chance):
    service = chance.choice(["lambda", "s3", "sts"])
    presigned = chance.random() < 0.3  # without a name twice: botocore drops the second
    host = chance.choice([f"{service}.eu-west-1.amazonaws.com", "127.0.0.1:9000", "Store.Example:443", "localhost:80", "[::1]:9000"])
    made = {
        "service": service, "region": chance.choice(["us-east-1", "eu-west-1", "cn-north-1"]), "id": f"AKID{chance.randrange(10**9)}",
        "secret": text(chance, 40), "token": text(chance, 60) if chance.random() < 0.4 else "",
        "time": moment(chance),
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
    botocore.auth.get_current_datetime = lambda *_, **__: clock(made).replace(tzinfo=None)
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


sys.exit(compare(__doc__, lambda: sys.path.insert(0, str(lambda_emulator.installed(BOTOCORE))), request, by_botocore))
