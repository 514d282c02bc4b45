# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""OSS and Function Compute 3.0 of Alibaba Cloud, as far as deployments go. No emulator of theirs exists, so what is kept is
minimal; but every signature is judged by Alibaba's own SDKs: the request that came is signed again by the official signer,
and compared. Function Compute itself is aliyun_functions.py.
"""
import base64
import calendar
import datetime
import hashlib
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

import aliyun_sdk
from aliyun_functions import Functions


class Refused(Exception):
    def __init__(self, status, code, message="", more=""):
        self.status, self.code, self.message, self.more = status, code, message, more


def crc64(data):
    from alibabacloud_oss_v2.crc import Crc64
    crc = Crc64(0)
    crc.update(data)
    return str(crc.sum64())


def fresh(stamp, form, code):
    if abs(time.time() - calendar.timegm(time.strptime(stamp, form))) > 900:
        raise Refused(403, code, stamp)


def fields_of(authorization):
    return dict(part.strip().partition("=")[::2] for part in authorization.partition(" ")[2].split(","))


class Aliyun:
    """As long as it is entered: endpoint, host, key, secret; `token` where it wants one of STS. What it has: objects and
    uploads by (bucket, key) and ID, and `fc`, its functions and layers."""
    key, secret, region = "LTAItest", "daypacksecretdaypacksecret", "cn-hangzhou"

    def __init__(self, token="", clock_ahead=0):
        self.token, self.clock_ahead = token, clock_ahead
        self.objects, self.uploads, self.buckets, self.seen, self.refused, self.nonces = {}, {}, {}, [], [], set()
        self.lock = threading.RLock()
        self.fc = Functions(self, Refused, crc64)

    def __enter__(self):
        aliyun_sdk.importable()
        cloud = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def serve(self):
                serve(cloud, self)

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = serve

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # clients that are killed
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.endpoint = f"http://{self.host}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def environment(self, endpoint=None):
        """What the command line finds it by."""
        return {"ALIBABA_CLOUD_ACCESS_KEY_ID": self.key, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": self.secret, "ALIBABA_CLOUD_SECURITY_TOKEN": self.token,
                "ALIBABA_CLOUD_REGION_ID": self.region, "ALIBABA_CLOUD_ENDPOINT": endpoint or self.endpoint, "OSS_ENDPOINT": endpoint or self.endpoint,
                "ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true", "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true", "ALIBABA_CLOUD_PROFILE": None}

    def oss(self):
        """The official client."""
        import alibabacloud_oss_v2 as oss
        settings = oss.config.load_default()
        settings.credentials_provider = oss.credentials.StaticCredentialsProvider(self.key, self.secret, self.token or None)
        settings.region, settings.endpoint, settings.use_path_style, settings.retry_max_attempts = self.region, self.endpoint, True, 1
        return oss.Client(settings)

    def functions(self):
        """The official client of Function Compute."""
        from alibabacloud_fc20230330.client import Client
        from alibabacloud_tea_openapi.utils_models import Config
        return Client(Config(access_key_id=self.key, access_key_secret=self.secret, security_token=self.token or None, endpoint=self.host,
                             protocol="http", region_id=self.region))

    def taken(self):
        """Method, path and action of what has come since."""
        with self.lock:
            seen, self.seen = self.seen, []
        return seen

    def judge_oss(self, method, url, headers, bucket, name):
        """Raises unless the SDK's signer, given the same request and time, writes the same field."""
        from alibabacloud_oss_v2.credentials import StaticCredentialsProvider
        from alibabacloud_oss_v2.signer import SignerV4
        from alibabacloud_oss_v2.types import HttpRequest, SigningContext
        given = headers.get("authorization", "")
        if not given.startswith("OSS4-HMAC-SHA256 "):
            raise Refused(403, "AccessDenied", "no signature of the fourth version")
        parts = fields_of(given)
        who, _, region, product, _ = parts["Credential"].split("/")
        if who != self.key:
            raise Refused(403, "InvalidAccessKeyId", who)
        at = datetime.datetime.strptime(headers["x-oss-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        fresh(headers["x-oss-date"], "%Y%m%dT%H%M%SZ", "RequestTimeTooSkewed") if not self.clock_ahead else self.fresh_by_own_clock(at)
        if headers.get("x-oss-security-token", "") != self.token:
            raise Refused(403, "InvalidAccessKeyId", "the security token")
        if headers.get("x-oss-content-sha256") != "UNSIGNED-PAYLOAD":
            raise Refused(400, "InvalidArgument", "x-oss-content-sha256")
        again = HttpRequest(method, url, headers={field: value for field, value in headers.items() if field != "authorization"})
        keys = StaticCredentialsProvider(self.key, self.secret, self.token or None).get_credentials()
        context = SigningContext(product=product, region=region, bucket=bucket, key=name, request=again, signing_time=at, credentials=keys)
        context.additional_headers = set(filter(None, parts.get("AdditionalHeaders", "").split(";")))
        SignerV4().sign(context)
        if fields_of(again.headers["Authorization"]) != parts:
            raise Refused(403, "SignatureDoesNotMatch")
        if self.buckets.get(bucket, region) != region:
            where = self.buckets[bucket]
            raise Refused(403, "AccessDenied", "it must be addressed by its endpoint", f"<Endpoint>oss-{where}.aliyuncs.com</Endpoint>")

    def fresh_by_own_clock(self, at):
        if abs(time.time() + self.clock_ahead - at.timestamp()) > 900:
            raise Refused(403, "RequestTimeTooSkewed")

    def judge_fc(self, method, path, headers, body):
        from alibabacloud_tea_openapi.utils import Utils
        given = headers.get("authorization", "")
        parts = fields_of(given)
        if parts.get("Credential") != self.key:
            raise Refused(404, "InvalidAccessKeyId.NotFound")
        names = parts["SignedHeaders"].split(";")
        must = {"host"} | {name for name in headers if name.startswith("x-acs-")} | ({"content-type"} & set(headers))
        if must - set(names):
            raise Refused(400, "IncompleteSignature", ",".join(sorted(must - set(names))))
        digest = hashlib.sha256(body).hexdigest()
        if digest != headers["x-acs-content-sha256"]:
            raise Refused(400, "InvalidContentSha256")
        if headers.get("x-acs-security-token", "") != self.token:
            raise Refused(403, "InvalidSecurityToken.Malformed")
        fresh(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ", "InvalidTimeStamp.Expired")
        url = urlsplit(path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        request = SimpleNamespace(method=method, pathname=url.path, query=query, headers={name: headers[name] for name in names})
        if Utils.get_authorization(request, "ACS3-HMAC-SHA256", digest, self.key, self.secret) != given:
            raise Refused(403, "SignatureDoesNotMatch")
        if headers["x-acs-signature-nonce"] in self.nonces:
            raise Refused(400, "SignatureNonceUsed")
        self.nonces.add(headers["x-acs-signature-nonce"])
        return query

    def store(self, method, path, headers, body):
        """What OSS answers: status, fields, body."""
        url = urlsplit(path)
        bucket, _, name = unquote(url.path[1:]).partition("/")
        if self.buckets and bucket not in self.buckets:
            raise Refused(404, "NoSuchBucket", bucket)
        self.judge_oss(method, path, headers, bucket or None, name or None)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        if "content-md5" in headers and base64.b64encode(hashlib.md5(body).digest()).decode() != headers["content-md5"]:
            raise Refused(400, "InvalidDigest")
        if "uploads" in query and method == "GET":
            return self.list_uploads(bucket, query)
        if "uploads" in query:
            self.refuse_overwriting(headers, bucket, name)
            upload = uuid.uuid4().hex
            self.uploads[upload] = {"bucket": bucket, "key": name, "parts": {}, "headers": headers, "begun": len(self.uploads)}
            return 200, {}, f"<InitiateMultipartUploadResult><Bucket>{bucket}</Bucket><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>".encode()
        if "uploadId" in query:
            return self.of_upload(method, query, headers, bucket, name, body)
        if method == "PUT":
            self.refuse_overwriting(headers, bucket, name)
            return 200, self.keep(bucket, name, body, headers), b""
        if method == "DELETE":
            self.objects.pop((bucket, name), None)
            return 204, {}, b""
        if (bucket, name) not in self.objects:
            raise Refused(404, "NoSuchKey", name)
        data, kept = self.objects[bucket, name]
        return 200, kept, data

    def refuse_overwriting(self, headers, bucket, name):
        if headers.get("x-oss-forbid-overwrite") == "true" and (bucket, name) in self.objects:
            raise Refused(409, "FileAlreadyExists", name)

    def keep(self, bucket, name, data, headers):
        kept = {field: value for field, value in headers.items() if field.startswith(("x-oss-meta-", "x-oss-storage-class", "x-oss-server-side"))}
        kept |= {"content-type": headers.get("content-type", "application/octet-stream"), "etag": f'"{hashlib.md5(data).hexdigest().upper()}"',
                 "x-oss-hash-crc64ecma": crc64(data)}
        self.objects[bucket, name] = data, kept
        return {"etag": kept["etag"], "x-oss-hash-crc64ecma": kept["x-oss-hash-crc64ecma"]}

    def of_upload(self, method, query, headers, bucket, name, body):
        upload = self.uploads.get(query["uploadId"])
        if not upload or (upload["bucket"], upload["key"]) != (bucket, name):
            raise Refused(404, "NoSuchUpload")
        parts = upload["parts"]
        if method == "PUT":
            parts[int(query["partNumber"])] = body
            return 200, {"etag": f'"{hashlib.md5(body).hexdigest().upper()}"', "x-oss-hash-crc64ecma": crc64(body)}, b""
        if method == "GET":
            told = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>\"{hashlib.md5(data).hexdigest().upper()}\"</ETag><Size>{len(data)}</Size></Part>"
                           for number, data in sorted(parts.items()))
            return 200, {}, f"<ListPartsResult><IsTruncated>false</IsTruncated>{told}</ListPartsResult>".encode()
        if method == "DELETE":
            del self.uploads[query["uploadId"]]
            return 204, {}, b""
        self.refuse_overwriting(headers, bucket, name)
        data = b"".join(data for _, data in sorted(parts.items()))
        kept = self.keep(bucket, name, data, upload["headers"])
        del self.uploads[query["uploadId"]]
        return 200, kept, f"<CompleteMultipartUploadResult><ETag>{escape(kept['etag'])}</ETag></CompleteMultipartUploadResult>".encode()

    def list_uploads(self, bucket, query):
        told = "".join(f"<Upload><Key>{escape(one['key'])}</Key><UploadId>{name}</UploadId><Initiated>{one['begun']:020}</Initiated></Upload>"
                       for name, one in self.uploads.items() if one["bucket"] == bucket and one["key"].startswith(query.get("prefix", "")))
        return 200, {}, f"<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>{told}</ListMultipartUploadsResult>".encode()


def serve(cloud, handler):
    body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
    headers = {name.lower(): value for name, value in handler.headers.items()}
    is_fc = headers.get("authorization", "").startswith("ACS3")
    with cloud.lock:
        cloud.seen.append((handler.command, handler.path, headers.get("x-acs-action", "")))
        try:
            if is_fc:
                query = cloud.judge_fc(handler.command, handler.path, headers, body)
                status, fields, text = cloud.fc.answer(handler.command, urlsplit(handler.path).path, query, headers["x-acs-action"], body)
            else:
                status, fields, text = cloud.store(handler.command, handler.path, headers, body)
        except Refused as refused:
            cloud.refused.append(refused.code)
            status, fields, text = refused.status, {}, cloud.fc.refusal(refused) if is_fc else (
                f"<Error><Code>{refused.code}</Code><Message>{escape(refused.message)}</Message><RequestId>R1</RequestId>{refused.more}</Error>").encode()
    handler.send_response_only(status)
    ahead = datetime.timedelta(seconds=cloud.clock_ahead)
    handler.send_header("Date", (datetime.datetime.now(datetime.timezone.utc) + ahead).strftime("%a, %d %b %Y %H:%M:%S GMT"))
    for name, value in {"x-oss-request-id": "R1", **fields, "Content-Length": str(len(text))}.items():
        handler.send_header(name, value)
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(text)
