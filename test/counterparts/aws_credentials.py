# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Those who give credentials for AWS, on 127.0.0.1, as far as their protocols go: STS below /sts, the portal of single
sign-on below /sso and its OpenID Connect below /oidc, a container's credentials below /container, the instance metadata
below /imds (version 2: without its token it answers nothing). What they give names what they were asked with.
"""
import hashlib
import http.server
import json
import threading
import time
from urllib.parse import parse_qs, urlsplit

LATER = 4 * 3600


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def named(*words):
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16].upper()


class Client(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, text, status=200):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def do(self):
        self.text = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        parts = urlsplit(self.path)
        self.query = parse_qs(parts.query)
        service, _, self.rest = parts.path.strip("/").partition("/")
        self.server.seen.append(f"{self.command} {self.path}")
        getattr(self, service)()

    do_GET = do_POST = do_PUT = do

    def sts(self):
        form = {name: values[0] for name, values in parse_qs(self.text).items()}
        if "denied" in form["RoleArn"]:
            return self.answer("<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not you</Message></Error>"
                               "<RequestId>1</RequestId></ErrorResponse>", 403)
        session = form["RoleSessionName"]
        if session.startswith(("botocore-session-", "daypack-")):
            session = "any"
        signed = self.headers.get("Authorization", "")
        caller = signed.partition("Credential=")[2].partition("/")[0]
        scope = signed.partition("Credential=")[2].split("/")[2:4]
        name = named(form["Action"], form["RoleArn"], session, form.get("ExternalId", ""), form.get("DurationSeconds", ""), caller, *scope,
                     self.headers.get("X-Amz-Security-Token", ""), form.get("WebIdentityToken", ""))
        kind = form["Action"]
        self.answer(f'<{kind}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{kind}Result><AssumedRoleUser>'
                    f"<Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser><Credentials>"
                    f"<AccessKeyId>ASIA{name}</AccessKeyId><SecretAccessKey>secret/{name}</SecretAccessKey><SessionToken>token+{name}=</SessionToken>"
                    f"<Expiration>{stamp(LATER)}</Expiration></Credentials></{kind}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>"
                    f"</{kind}Response>")

    def sso(self):
        token, role, account = self.headers.get("x-amz-sso_bearer_token", ""), self.query["role_name"][0], self.query["account_id"][0]
        if "revoked" in token:
            self.send_response(401)
            self.send_header("x-amzn-ErrorType", "UnauthorizedException")
            self.send_header("Content-Length", "2")
            self.end_headers()
            return self.wfile.write(b"{}")
        name = named(token, role, account)
        self.answer(json.dumps({"roleCredentials": {"accessKeyId": f"ASIA{name}", "secretAccessKey": f"secret/{name}",
                                                    "sessionToken": f"token+{name}", "expiration": int(time.time() + LATER) * 1000}}))

    def oidc(self):
        asked = json.loads(self.text)
        if "spent" in asked["refreshToken"]:
            return self.answer('{"error":"invalid_grant","error_description":"spent"}', 400)
        name = named(asked["clientId"], asked["clientSecret"], asked["refreshToken"], asked["grantType"])
        self.answer(json.dumps({"accessToken": "access-" + name, "expiresIn": LATER, "refreshToken": "next-" + name, "tokenType": "Bearer"}))

    def container(self):
        if "denied" in self.rest:
            return self.answer("no", 403)
        self.give(named(self.rest, self.headers.get("Authorization", "")))

    def imds(self):
        if self.command == "PUT" and self.rest == "latest/api/token":
            return self.answer("metadata-token" if self.headers.get("x-aws-ec2-metadata-token-ttl-seconds") == "21600" else "", 200)
        if self.headers.get("x-aws-ec2-metadata-token") != "metadata-token":
            return self.answer("", 401)
        if self.rest == "latest/meta-data/iam/security-credentials":
            return self.answer("a role")
        self.give(named("imds"))

    def give(self, name):
        self.answer(json.dumps({"Code": "Success", "AccessKeyId": f"ASIA{name}", "SecretAccessKey": f"secret/{name}", "Token": f"token+{name}",
                                "Expiration": stamp(LATER)}))


class AwsCredentials:
    """As long as it is entered; `url` has no slash at its end."""

    def __enter__(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Client)
        self.server.daemon_threads = True
        self.server.seen = self.seen = []
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
