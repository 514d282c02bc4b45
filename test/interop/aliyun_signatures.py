#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Our ACS3 and OSS V4 signatures beside those of Alibaba Cloud's own SDKs, over random requests: the same, always.

usage: aliyun_signatures.py [--seed N] [--count N]
$DAYPACK_SIGN_REQUESTS is the program of test/support/sign_requests.cpp.
"""
import datetime
import hashlib
import pathlib
import sys
from types import SimpleNamespace
from urllib.parse import parse_qsl, quote, urlsplit

for folder in ("support", "counterparts"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / folder))
import aliyun_sdk
from signatures import clock, compare, moment, query, text, value

ACS3_FIELDS = ["Content-Type", "Accept", "User-Agent", "x-acs-mine", "My-Header", "X-Acs-Credentials-Provider"]
# Of names of the query: Alibaba Cloud's documentation wants them encoded, its Python SDK forgets to. All that there are are plain.
PLAIN = "abcXYZ019-_.~"
OSS4_FIELDS = ["Content-Type", "Content-MD5", "x-oss-meta-Name", "X-Oss-Forbid-Overwrite", "If-Match", "Range", "User-Agent"]


def common(chance):
    return {"id": f"LTAI{chance.randrange(10**9)}", "secret": text(chance, 40) or "s", "token": text(chance, 60).strip() if chance.random() < 0.4 else "",
            "time": moment(chance), "method": chance.choice(["GET", "PUT", "POST", "DELETE", "HEAD"])}


def acs3(chance):
    path = "/" + "/".join(quote(text(chance, 8), safe="-_.~") for _ in range(chance.randrange(5)))
    host = chance.choice(["fcv3.cn-hangzhou.aliyuncs.com", "127.0.0.1:9000", "sts.eu-central-1.aliyuncs.com"])
    made = {**common(chance), "scheme": "acs3", "action": chance.choice(["GetFunction", "AssumeRole"]), "version": "2023-03-30",
            "nonce": f"{chance.randrange(2**128):032x}", "url": f"https://{host}{path}{query(chance, True, PLAIN)}", "body": text(chance, 200),
            "headers": [[name, value(chance)] for name in chance.sample(ACS3_FIELDS, chance.randrange(4))]}
    if made["headers"] and chance.random() < 0.2:
        made["headers"].append([made["headers"][0][0].upper(), value(chance)])
    return made


def oss4(chance):
    bucket = chance.choice(["", "my-bucket", "b"])
    key = text(chance, 20) if bucket else ""
    style = chance.random() < 0.3
    host = "127.0.0.1:9000" if style else f"{bucket}.oss-cn-hangzhou.aliyuncs.com".lstrip(".")
    path = quote((f"/{bucket}/" if style and bucket else "/") + key, safe="/~")
    presigned = chance.random() < 0.3
    made = {**common(chance), "scheme": "oss4", "region": chance.choice(["cn-hangzhou", "ap-southeast-1"]), "bucket": bucket, "key": key,
            "url": f"https://{host}{path}{query(chance, presigned)}",  # the SDK drops the second of one name from a presigned URL
            "body": text(chance, 50), "additional": chance.sample(OSS4_FIELDS + ["Host"], chance.randrange(3)),
            "headers": [[name, value(chance).strip()] for name in chance.sample(OSS4_FIELDS, chance.randrange(5))]}
    if presigned:
        made["life"] = chance.randrange(1, 604801)
    return made


def by_openapi(made):
    from alibabacloud_openapi_util.client import Client
    from alibabacloud_tea_openapi.utils import Utils
    url = urlsplit(made["url"])
    payload = hashlib.sha256(made["body"].encode()).hexdigest()
    headers = {"host": url.netloc, "x-acs-action": made["action"], "x-acs-version": made["version"], "x-acs-date": clock(made).strftime("%Y-%m-%dT%H:%M:%SZ"),
               "x-acs-signature-nonce": made["nonce"], "x-acs-content-sha256": payload, **dict(made["headers"])}
    if made["token"]:
        headers |= {"x-acs-accesskey-id": made["id"], "x-acs-security-token": made["token"]}
    request = SimpleNamespace(method=made["method"], pathname=url.path, query=dict(parse_qsl(url.query, keep_blank_values=True)), headers=headers)
    old, new = (signer.get_authorization(request, "ACS3-HMAC-SHA256", payload, made["id"], made["secret"]) for signer in (Client, Utils))
    assert old == new
    return new


def by_oss(made):
    from alibabacloud_oss_v2.credentials import StaticCredentialsProvider
    from alibabacloud_oss_v2.signer import SignerV4
    from alibabacloud_oss_v2.types import HttpRequest, SigningContext
    request = HttpRequest(made["method"], made["url"], headers=dict(made["headers"]))
    context = SigningContext(product="oss", region=made["region"], bucket=made["bucket"] or None, key=made["key"] if made["bucket"] else None, request=request,
                             signing_time=clock(made), credentials=StaticCredentialsProvider(made["id"], made["secret"], made["token"] or None).get_credentials())
    context.additional_headers = set(made["additional"])
    if "life" in made:
        context.auth_method_query, context.expiration_time = True, clock(made) + datetime.timedelta(seconds=made["life"])
    SignerV4().sign(context)
    return request.url if "life" in made else request.headers["Authorization"]


sys.exit(compare(__doc__, aliyun_sdk.importable, lambda chance: chance.choice([acs3, oss4])(chance),
                 lambda made: by_openapi(made) if made["scheme"] == "acs3" else by_oss(made)))
