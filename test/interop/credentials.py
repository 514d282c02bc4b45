#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""aws::Session beside botocore: for generated files and environments both find the same credentials by the same way, the
same region and the same endpoints, or both find none.

usage: credentials.py [--seed N] [--count N] [--only I]
$DAYPACK_FIND_CREDENTIALS is the program of test/support/find_credentials.cpp. botocore is installed by uv, pinned. Those
who give credentials are test/counterparts/aws_credentials.py.

Different on purpose, and not generated: AWS_REGION is heeded as well, AWS_PROFILE goes before AWS_DEFAULT_PROFILE, an
empty variable counts as none, STS at a named endpoint needs no region, mfa_serial is an error, a named endpoint wins over FIPS and dual stack where botocore
refuses, and the files of boto 2 are not read.
"""
import argparse
import calendar
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "counterparts"))
import aws_credentials
import lambda_emulator

BOTOCORE = "botocore[crt]==1.44.5"  # 2026-11-20; awscrt is what its `aws login` takes
PROGRAM = os.environ.get("DAYPACK_FIND_CREDENTIALS")
REGIONS = ["us-east-1", "eu-west-1", "eu-west-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1", "us-isob-east-1", "ap-southeast-5"]
SOURCES = {"env": "the environment", "assume-role": "role ", "assume-role-with-web-identity": "role ", "sso": "single sign-on of profile ",
           "shared-credentials-file": "profile ", "config-file": "profile ", "login": "aws login of profile ",
           "custom-process": "the credential_process of profile ", "container-role": "the container's role", "iam-role": "the instance's role a role"}
OPERATIONS = {"lambda": ("list_functions", {}), "s3": ("list_buckets", {}), "sts": ("get_caller_identity", {}),
              "sso": ("list_accounts", {"accessToken": "x"}), "sso-oidc": ("register_client", {"clientName": "a", "clientType": "public"})}
# Prints what its arguments say, in words that a shell would take apart.
TOOL = """import json, sys, time
_, kind, name = sys.argv
if kind == "fails": sys.exit("no luck")
print(json.dumps({"Version": 2 if kind == "young" else 1, "AccessKeyId": "AKIA" + name, "SecretAccessKey": "secret of " + name,
                  **({"SessionToken": "token of " + name, "Expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 9999))}
                     if kind == "lives" else {})}))
"""


class Case:
    """One user: a home folder, and the variables of his environment."""

    def __init__(self, chance, home, server):
        self.chance, self.home, self.server = chance, home, server
        self.names = chance.sample(["default", "work", "with blank", "base", "other", "x-1"], chance.choice([1, 2, 3, 4, 5]))
        if chance.random() < 0.8 and "default" not in self.names:
            self.names[0] = "default"
        self.files = {"tool.py": TOOL, "identity": "header.body.signature", "token": "Bearer from-a-file"}
        self.sessions, self.services = {}, {}
        self.environment = {"HOME": str(home), "PATH": os.environ["PATH"], "AWS_EC2_METADATA_SERVICE_ENDPOINT": server + "/imds",
                            "AWS_ENDPOINT_URL_STS": server + "/sts", "AWS_ENDPOINT_URL_SSO": server + "/sso", "AWS_ENDPOINT_URL_SSO_OIDC": server + "/oidc"}
        config = {name: self.profile(name) for name in self.names if chance.random() < 0.85}
        keys = {name: self.keys(name, "file") for name in self.names if chance.random() < 0.25}
        for name in keys:
            if chance.random() < 0.15:
                keys[name]["region"] = chance.choice(REGIONS)
        self.files[".aws/config"] = self.text(config, "config")
        if keys:
            self.files[".aws/credentials"] = self.text(keys, "credentials")
        self.surroundings(sorted({**config, **keys}))

    def keys(self, name, where):
        pair = {"aws_access_key_id": f"AKIA{self.chance.randrange(10**6)}", "aws_secret_access_key": f"a/b+{where}={name}: #;"}
        if self.chance.random() < 0.3:
            pair[self.chance.choice(["aws_session_token", "aws_security_token"])] = f"token {where}"
        if self.chance.random() < 0.04:
            pair.pop("aws_secret_access_key")
        return pair

    def profile(self, name):
        chance, said = self.chance, {}
        if chance.random() < 0.7:
            said["region"] = chance.choice(REGIONS)
        for kind in chance.choice([["keys"], ["role"], ["role"], ["role", "keys"], ["web"], ["sso"], ["sso"], ["old_sso"], ["process"], ["login"], [], []]):
            said.update(getattr(self, "with_" + kind)(name))
        if chance.random() < 0.15:
            said["endpoint_url"] = chance.choice(["http://all.example", "https://all.example/path/"])
        if chance.random() < 0.15:
            said["services"] = chance.choice(["mine", "my own"])
            self.services[said["services"]] = {service: {"endpoint_url": f"http://{service}.example:81"} for service in chance.sample(["lambda", "s3", "iam"], 2)}
            if chance.random() < 0.1:
                said["services"] = "nowhere"
        if chance.random() < 0.1:
            said["s3"] = {"use_dualstack_endpoint": chance.choice(["true", "false"]), "addressing_style": "path",
                          "us_east_1_regional_endpoint": chance.choice(["regional", "legacy"])}
        if chance.random() < 0.05:
            said["s3_us_east_1_regional_endpoint"] = "regional"
        if chance.random() < 0.1:
            said[chance.choice(["use_fips_endpoint", "use_dualstack_endpoint"])] = chance.choice(["true", "True", "false"])
        if chance.random() < 0.1:
            said["ca_bundle"] = "/etc/ssl/certs/ca-certificates.crt"
        return said

    def with_keys(self, name):
        return self.keys(name, "config")

    def with_role(self, name):
        chance = self.chance
        said = {"role_arn": f"arn:aws:iam::123456789012:role/{chance.choice(['a', 'b c', 'denied'] if chance.random() < 0.2 else ['a', 'b'])}"}
        if chance.random() < 0.8:
            said["source_profile"] = chance.choice([*self.names] * 4 + ["nobody"])
        if "source_profile" not in said or chance.random() < 0.05:
            said["credential_source"] = chance.choice(["Environment", "EcsContainer", "Ec2InstanceMetadata", "Elsewhere"])
        for key, value in (("external_id", "x&y=z /+"), ("role_session_name", "me@here"), ("duration_seconds", chance.choice(["3600", "an hour"]))):
            if chance.random() < 0.3:
                said[key] = value
        return said

    def with_web(self, name):
        said = {"role_arn": "arn:aws:iam::123456789012:role/web", "web_identity_token_file": str(self.home / "identity")}
        if self.chance.random() < 0.15:
            said.pop("role_arn")
        if self.chance.random() < 0.3:
            said["role_session_name"] = "pod"
        return said

    def token(self, key, region, start, refreshable):
        chance = self.chance
        life = chance.choice([-60, 300, 300, 300, 7200, 7200])
        token = {"startUrl": start, "region": region, "accessToken": chance.choice(["access"] * 7 + ["revoked"]), "expiresAt": aws_credentials.stamp(life)}
        if refreshable and chance.random() < 0.8:
            token.update({"clientId": "client", "clientSecret": "of the client", "refreshToken": chance.choice(["fresh", "fresh", "spent"]),
                          "registrationExpiresAt": aws_credentials.stamp(chance.choice([-60, 86400, 86400, 86400]))})
        if chance.random() < 0.9:
            self.files[f".aws/sso/cache/{hashlib.sha1(key.encode()).hexdigest()}.json"] = json.dumps(token)

    def with_sso(self, name):
        session = self.chance.choice(["corp", "the other"])
        if session not in self.sessions:
            self.sessions[session] = {"sso_region": "eu-west-1", "sso_start_url": f"https://{session[:4]}.awsapps.com/start"}
            self.token(session, "eu-west-1", self.sessions[session]["sso_start_url"], True)
        said = {"sso_session": session, "sso_account_id": "123456789012", "sso_role_name": "Dev/Op +"}
        if self.chance.random() < 0.15:
            said["sso_region"] = self.chance.choice(["eu-west-1", "eu-west-2"])
        if self.chance.random() < 0.1:
            said.pop("sso_role_name")
        return said

    def with_old_sso(self, name):
        said = {"sso_region": "eu-west-1", "sso_start_url": "https://old.awsapps.com/start", "sso_account_id": "123456789012", "sso_role_name": "Old"}
        self.token(said["sso_start_url"], "eu-west-1", said["sso_start_url"], False)
        if self.chance.random() < 0.1:
            said.pop("sso_region")
        return said

    def with_process(self, name):
        kind = self.chance.choice(["gives"] * 3 + ["lives"] * 3 + ["young", "fails"])
        return {"credential_process": f"'{sys.executable}' {self.home}/tool.py {kind} \"{name}'s own\""}

    def with_login(self, name):
        session = f"arn:aws:iam::123456789012:user/{name}"
        if self.chance.random() < 0.8:
            token = {"accessToken": {"accessKeyId": "ASIALOGIN", "secretAccessKey": "login secret", "sessionToken": "login token",
                                     "accountId": "123456789012", "expiresAt": aws_credentials.stamp(7200)},
                     "refreshToken": "r", "dpopKey": "unused", "clientId": "c", "tokenType": "urn:aws:params:oauth:token-type:access_token_sigv4"}
            self.files[f".aws/login/cache/{hashlib.sha256(session.encode()).hexdigest()}.json"] = json.dumps(token)
        return {"login_session": session}

    def text(self, sections, kind):
        """With all that an INI file may have; sometimes with what it may not."""
        chance, lines = self.chance, []
        every = [(name if name == "default" or kind == "credentials" else f"profile {name}", said) for name, said in sections.items()]
        if kind == "config":
            every += [(f"sso-session {name}", said) for name, said in self.sessions.items()]
            every += [(f"services {name}", said) for name, said in self.services.items()]
            every += [("preview", {"region": "nowhere"}), ("DEFAULT", {"parameter_validation": "false"})]
        chance.shuffle(every)
        for name, said in every:
            first, _, rest = name.partition(" ")
            if rest and kind == "config" and (" " in rest or chance.random() < 0.3):
                name = chance.choice([f'{first} "{rest}"', f"{first}  '{rest}'"])
            lines += ["", f"[{name}]" + chance.choice(["", "", "  # not a comment, but nobody minds"])]
            for key, value in said.items():
                if chance.random() < 0.15:
                    lines.append(chance.choice(["# a comment = here", "; another", "", "   # indented"]))
                between = chance.choice(["=", " = ", ":", " : "])
                if isinstance(value, dict):
                    lines.append(key.upper() + between if chance.random() < 0.1 else key + between)
                    for inner, content in value.items():
                        lines += [f"  {inner} =" if isinstance(content, dict) else f"  {inner} = {content}"]
                        lines += [f"    {a} = {b}" for a, b in content.items()] if isinstance(content, dict) else []
                else:
                    lines.append((key.upper() if chance.random() < 0.1 else key) + between + value + chance.choice(["", "  "]))
        if chance.random() < 0.04:
            lines.insert(chance.randrange(1, len(lines)), chance.choice(["no value here", "[default]", "= nothing"]))
        return chance.choice(["\n", "\n", "\r\n"]).join(lines) + "\n"

    def surroundings(self, known):
        chance, said = self.chance, self.environment
        self.profile_argument = chance.choice([*known] * 6 + ["nobody"]) if known and chance.random() < 0.3 else None
        if known and chance.random() < 0.4:
            said[chance.choice(["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])] = chance.choice([*known] * 6 + ["nobody"])
        if chance.random() < 0.2:
            said.update({"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "of the environment"})
            for name in ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"):
                if chance.random() < 0.3:
                    said[name] = name.lower()
            if chance.random() < 0.1:
                said.pop("AWS_SECRET_ACCESS_KEY")
            if chance.random() < 0.2:
                said["AWS_CREDENTIAL_EXPIRATION"] = aws_credentials.stamp(7200)
        if chance.random() < 0.15:
            said["AWS_WEB_IDENTITY_TOKEN_FILE"] = str(self.home / chance.choice(["identity", "identity", "missing"]))
            if chance.random() < 0.85:
                said["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/web"
        if chance.random() < 0.4:
            said["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = chance.choice([self.server + "/container/a", self.server + "/container/a", "http://example.org/a"])
            if chance.random() < 0.4:
                said["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = chance.choice(["Basic abc"] * 4 + ["two\nlines"])
            if chance.random() < 0.3:
                said["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = str(self.home / "token")
        if chance.random() < 0.4:
            said["AWS_EC2_METADATA_DISABLED"] = "true"
        if chance.random() < 0.3:
            said["AWS_DEFAULT_REGION"] = chance.choice(REGIONS)
        for name, value in (("AWS_ENDPOINT_URL", "http://everything.example/"), ("AWS_ENDPOINT_URL_LAMBDA", "http://lambda.example"),
                            ("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_USE_DUALSTACK_ENDPOINT", "true"), ("AWS_CA_BUNDLE", "/etc/ssl/certs/ca-certificates.crt"),
                            ("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "regional")):
            if chance.random() < 0.1:
                said[name] = value
        if chance.random() < 0.1:
            self.files["elsewhere/config"] = self.files.pop(".aws/config")
            said["AWS_CONFIG_FILE"] = chance.choice(["~/elsewhere/config", "$HOME/elsewhere/config", str(self.home / "elsewhere/config")])

    def write(self):
        shutil.rmtree(self.home, ignore_errors=True)
        for name, text in self.files.items():
            path = self.home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())

    def left(self):
        """The tokens of single sign-on, as they are afterwards; of their ends whether they have been put off."""
        found = {path.name: json.loads(path.read_text()) for path in (self.home / ".aws/sso/cache").glob("*.json")}
        for token in found.values():
            end = calendar.timegm(time.strptime(token["expiresAt"], "%Y-%m-%dT%H:%M:%SZ"))
            token["expiresAt"] = end > time.time() + aws_credentials.LATER - 600
        return found


def by_daypack(case):
    command = [PROGRAM] + ([case.profile_argument] if case.profile_argument else [])
    ran = subprocess.run(command, env={**case.environment, "DAYPACK_CACHE_DIR": str(case.home / "cache")}, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, f"{ran.returncode}: {ran.stderr}"
    return json.loads(ran.stdout)


class Asked(BaseException):
    pass


def endpoint_by_botocore(session, service):
    """Where the first request of a call goes, without its path."""
    def note(request, **_):
        raise Asked(request.url)
    operation, arguments = OPERATIONS[service]
    try:
        client = session.create_client(service, aws_access_key_id="a", aws_secret_access_key="b")
        client.meta.events.register_first("before-send", note)
        getattr(client, operation)(**arguments)
    except Asked as asked:
        for path in ("/2015-03-31/functions", "/assignment/accounts", "/client/register"):
            if str(asked).endswith(path):
                return str(asked).removesuffix(path).rstrip("/")
        return str(asked).rstrip("/")
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def by_botocore(case):
    import botocore.credentials
    import botocore.session
    import botocore.tokens
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(case.environment)
    folder = str(case.home / ".aws/sso/cache")  # otherwise those of the home folder at the time of the import
    botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR = botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR = folder
    botocore.credentials.BotoProvider.DEFAULT_CONFIG_FILENAMES = []
    try:
        session = botocore.session.Session(profile=case.profile_argument)
        found = {"region": session.get_config_variable("region"), "authorities": session.get_config_variable("ca_bundle") or ""}
        for service in OPERATIONS:
            found[service] = endpoint_by_botocore(session, service)
        try:
            credentials = session.get_credentials()
            frozen = credentials.get_frozen_credentials()
            found["credentials"] = {"id": frozen.access_key, "secret": frozen.secret_key, "token": frozen.token or "", "source": credentials.method}
        except Exception as error:
            found["credentials"] = {"error": f"{type(error).__name__}: {error}"}
        return found
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    finally:
        os.environ.clear()
        os.environ.update(before)


def differences(ours, theirs):
    if "error" in ours or "error" in theirs:  # botocore reads files when it needs them, we at once
        if "error" not in ours or "error" not in theirs.get("credentials", theirs):
            yield "all", ours, theirs
        return
    region = ours["region"] if isinstance(ours["region"], str) else None
    if region != theirs["region"]:
        yield "region", region, theirs["region"]
    if ours["authorities"] != theirs["authorities"]:
        yield "authorities", ours["authorities"], theirs["authorities"]
    for service in OPERATIONS:
        # botocore refuses what we answer by the endpoint that somebody has named; without a region it has hosts for some.
        if isinstance(theirs[service], str) and region and ours[service] != theirs[service]:
            yield service, ours[service], theirs[service]
    mine, other = ours["credentials"], theirs["credentials"]
    if other.get("error", "").startswith("NoRegionError") and "error" not in mine:
        return  # STS at an endpoint of one's own needs no region: us-east-1 signs
    if ("error" in mine) != ("error" in other):
        yield "credentials", mine, other
    elif "error" not in mine:
        for part in ("id", "secret", "token"):
            if mine[part] != other[part]:
                yield part, mine[part], other[part]
        if not mine["source"].startswith(SOURCES[other["source"]]):
            yield "source", mine["source"], other["source"]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=100)
    options.add_argument("--only", type=int)
    asked = options.parse_args()
    if not PROGRAM or not shutil.which(lambda_emulator.UV):
        print("skipped: it takes the program and uv")
        return 77
    sys.path.insert(0, str(lambda_emulator.installed(BOTOCORE)))
    wrong, ways = 0, {}
    with aws_credentials.AwsCredentials() as server, tempfile.TemporaryDirectory() as folder:
        for number in range(asked.count) if asked.only is None else [asked.only]:
            case = Case(random.Random(f"{asked.seed}/{number}"), pathlib.Path(folder) / "home", server.url)
            case.write()
            ours, after = by_daypack(case), case.left()
            case.write()
            theirs = by_botocore(case)
            found = list(differences(ours, theirs))
            if after != case.left():
                found.append(("tokens", after, case.left()))
            way = theirs.get("credentials", theirs).get("source", "error")
            ways[way] = ways.get(way, 0) + 1
            if found or asked.only is not None:
                wrong += bool(found)
                print(f"case {number} (--profile {case.profile_argument})")
                if asked.only is not None:
                    print(*(f"--- {name}\n{text}" for name, text in case.files.items()), case.environment, ours, theirs, sep="\n")
                for what, mine, other in found:
                    print(f"  {what}\n    daypack:  {mine}\n    botocore: {other}")
            if wrong == 10:
                break
    print(f"seed {asked.seed}: {sum(ways.values())} users, {wrong} different; {', '.join(f'{ways[way]} {way}' for way in sorted(ways))}")
    return 1 if wrong else 0


sys.exit(main())
