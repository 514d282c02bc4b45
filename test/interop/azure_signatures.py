#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Our Shared Key signatures and service SAS beside those of azure-storage-blob, over random requests: the same, always.

usage: azure_signatures.py [--seed N] [--count N]
$DAYPACK_SIGN_REQUESTS is the program of test/support/sign_requests.cpp. azure-storage-blob is installed by uv, pinned.
"""
import base64
import datetime
import pathlib
import sys
from types import SimpleNamespace
from urllib.parse import quote

for folder in ("support", "counterparts"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / folder))
import lambda_emulator
from signatures import clock, compare, moment, text, value

STORAGE = "azure-storage-blob==12.31.1"  # 2026-11-20
# Without Range: the SDK says x-ms-range in its place, and would not sign it.
FIELDS = ["Content-Type", "Content-MD5", "Content-Encoding", "Content-Language", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since",
          "Date", "My-Header", "User-Agent", "Accept", "x-ms-version", "x-ms-blob-type", "x-ms-blob-content-md5", "x-ms-client-request-id", "x-ms-range"]
NAMES = "abc-_'.09!#$%&*+^`|~"  # of fields (RFC 9110): their order is not that of bytes
QUERY = ["comp", "restype", "blockid", "timeout", "snapshot", "prefix", "blocklisttype", "sv"]


def fields(chance):
    # The SDK takes x-ms- as its prefix in lower case alone, and leaves out an empty field that the service would see.
    names = set(chance.sample(FIELDS, chance.randrange(6)))
    names |= {"x-ms-meta-" + (text(chance, 6, NAMES) or "n") for _ in range(chance.randrange(5))}
    return [[name, value(chance).strip() or "v"] for name in sorted(names, key=lambda _: chance.random())]


def address(chance):
    host = chance.choice(["account.blob.core.windows.net", "127.0.0.1:10000", "Store.Example:443", "[::1]:10000"])
    path = "/" + "/".join(quote(text(chance, 8), safe="-_.~") for _ in range(chance.randrange(5)))
    names = sorted(chance.sample(QUERY, chance.choice([0, 0, 1, 2, 4])), key=lambda _: chance.random())
    query = "&".join(f"{name}={quote(text(chance, 12), safe='-_.~')}" for name in names)
    return f"{chance.choice(['https', 'http'])}://{host}{path}{'?' + query if query else ''}"


def request(chance):
    made = {"scheme": "azure", "account": text(chance, 20, "abcz019") or "a", "key": base64.b64encode(chance.randbytes(chance.choice([16, 63, 64, 65]))).decode(),
            "time": moment(chance), "method": chance.choice(["GET", "PUT", "POST", "DELETE", "HEAD"]), "url": address(chance),
            "headers": fields(chance), "body": chance.choice(["", text(chance, 200)])}
    if chance.random() < 0.3:
        lasts = chance.choice([0, chance.randrange(1, 10**9)])
        made |= {"container": text(chance, 10, "abc-09$") or "c", "blob": chance.choice(["", text(chance, 20) or "b"]), "lasts": lasts,
                 "starts": chance.random() < 0.5, "permissions": chance.choice(["r", "rw", "racwd"]) if lasts else "", "policy": "" if lasts else "stored policy",
                 "addresses": chance.choice(["", "168.1.5.60", "168.1.5.60-168.1.5.70"]), "protocol": chance.choice(["", "https", "https,http"])}
    return made


def sas_by_them(made):
    from azure.storage.blob._shared_access_signature import BlobSharedAccessSignature
    ends = clock(made) + datetime.timedelta(seconds=made["lasts"]) if made["lasts"] else None
    from azure.storage.blob import _shared_access_signature as module
    module.X_MS_VERSION = "2022-11-02"
    giver = BlobSharedAccessSignature(made["account"], made["key"])
    wish = {"permission": made["permissions"] or None, "expiry": ends, "start": clock(made) if made["starts"] else None, "policy_id": made["policy"] or None,
            "ip": made["addresses"] or None, "protocol": made["protocol"] or None}
    return giver.generate_blob(made["container"], made["blob"], **wish) if made["blob"] else giver.generate_container(made["container"], **wish)


def by_them(made):
    from azure.core.rest import HttpRequest
    from azure.storage.blob._shared.authentication import SharedKeyCredentialPolicy
    if "container" in made:
        return sas_by_them(made)
    asked = HttpRequest(made["method"], made["url"])
    asked.headers.update({**dict(made["headers"]), "x-ms-date": clock(made).strftime("%a, %d %b %Y %H:%M:%S GMT"),
                          "Content-Length": str(len(made["body"].encode()))})
    SharedKeyCredentialPolicy(made["account"], made["key"]).on_request(SimpleNamespace(http_request=asked, context=SimpleNamespace(transport=None)))
    return asked.headers["Authorization"]


sys.exit(compare(__doc__, lambda: sys.path.insert(0, str(lambda_emulator.installed(STORAGE))), request, by_them))
