# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Function Compute 3.0 as aliyun.py plays it: functions, layers, versions, aliases, with the refusals of the service."""
import base64
import json

LIMIT = 104857600  # of a package in base64
SETTINGS = ("functionName", "runtime", "handler", "memorySize", "cpu", "diskSize", "timeout", "role", "environmentVariables", "layers", "description",
            "internetAccess", "instanceConcurrency", "tags")


class Functions:
    """functions by name, each as GetFunction tells it, with `versions` and `aliases` beside; layers by name, lists of versions.

    busy: so many times GetFunction tells of a state that is not final. states: whether it tells states at all. fails: the reason
    for which a function never runs. runs: what answers calls, given a function, its zip and the event; else the call is told.
    """

    def __init__(self, cloud, refused, crc64):
        self.cloud, self.Refused, self.crc64 = cloud, refused, crc64
        self.functions, self.versions, self.aliases, self.layers, self.published = {}, {}, {}, {}, {}
        self.busy, self.states, self.fails, self.waiting = 0, True, "", 0
        self.runs, self.zips = None, {}

    def refusal(self, refused):
        return json.dumps({"Code": refused.code, "Message": refused.message, "RequestId": "R1"}).encode()

    def answer(self, method, path, query, action, body):
        try:
            spec = json.loads(body or b"{}")
        except ValueError:
            raise self.Refused(400, "InvalidArgument", "the body is no JSON")
        version, *parts = path.strip("/").split("/")
        if version != "2023-03-30":
            raise self.Refused(404, "PathNotSupported", path)
        found = getattr(self, action, None)
        if not found or action[0].islower():
            raise self.Refused(400, "InvalidAction.NotFound", action)
        result = found(method, parts, query, spec)
        if action == "InvokeFunction" and self.runs:
            return 200, {"Content-Type": "application/json"}, self.runs(self.of(parts[1]), self.zips[self.of(parts[1])["codeChecksum"]], body)
        if action == "InvokeFunction" and spec.get("fail"):
            return 200, {"X-Fc-Error-Type": "UnhandledInvocationError"}, b'{"errorMessage": "no luck"}'
        return (204, {}, b"") if result is None else (200, {"Content-Type": "application/json"}, json.dumps(result).encode())

    def expect(self, method, parts, *shape):
        """The words of the path that stand for `None` in its shape."""
        if (method, len(parts)) != (shape[0], len(shape) - 1) or any(word not in (None, part) for part, word in zip(parts, shape[1:])):
            raise self.Refused(404, "PathNotSupported", f"{method} {'/'.join(parts)}")
        return [part for part, word in zip(parts, shape[1:]) if word is None]

    def code_of(self, spec):
        code = spec.get("code") or {}
        if "zipFile" in code:
            if len(code["zipFile"]) > LIMIT:
                raise self.Refused(400, "InvalidArgument", f"payload size exceeds maximum allowed size (max: {LIMIT})")
            data = base64.b64decode(code["zipFile"], validate=True)
        else:
            data = self.cloud.objects.get((code.get("ossBucketName"), code.get("ossObjectName")), (None,))[0]
            if data is None:
                raise self.Refused(400, "InvalidArgument", "OSS object does not exist")
        if not data.startswith(b"PK"):
            raise self.Refused(400, "InvalidArgument", "the code is no zip")
        if code.get("checksum") not in (None, self.crc64(data)):
            raise self.Refused(400, "InvalidArgument", f"checksum of the code is {self.crc64(data)}, not {code['checksum']}")
        self.zips[self.crc64(data)] = data
        return {"codeChecksum": self.crc64(data), "codeSize": len(data)}

    def check(self, spec):
        if spec.get("memorySize", 256) % 64 or not 128 <= spec.get("memorySize", 256) <= 32768:
            raise self.Refused(400, "InvalidArgument", "memorySize")
        cpu, memory = spec.get("cpu"), spec.get("memorySize")
        if cpu and memory and not cpu * 1024 <= memory <= cpu * 4096:
            raise self.Refused(400, "InvalidArgument", "cpu : memory")
        for arn in spec.get("layers") or []:
            name, number = arn.split(":layers/")[1].split("/versions/")
            if not any(one["version"] == int(number) for one in self.layers.get(name, [])):
                raise self.Refused(404, "LayerNotFound", arn)
        if sum(len(name) + len(value) for name, value in (spec.get("environmentVariables") or {}).items()) > 4096:
            raise self.Refused(400, "InvalidArgument", "environmentVariables")

    def of(self, name):
        if name not in self.functions:
            raise self.Refused(404, "FunctionNotFound", f"function '{name}' does not exist")
        return self.functions[name]

    def told(self, function):
        told = {**function, "layers": [{"arn": arn} for arn in function.get("layers") or []]}
        if self.states:
            waits, self.waiting = self.waiting > 0, max(0, self.waiting - 1)
            told |= {"state": "Pending" if waits else "Failed" if self.fails else "Active", "lastUpdateStatus": "InProgress" if waits else "Successful"}
            if self.fails and not waits:
                told |= {"stateReason": self.fails, "stateReasonCode": "InvalidCode"}
        return told

    def CreateFunction(self, method, parts, query, spec):
        self.expect(method, parts, "POST", "functions")
        name = spec["functionName"]
        if name in self.functions:
            raise self.Refused(409, "FunctionAlreadyExists", name)
        if unknown := set(spec) - set(SETTINGS) - {"code"}:
            raise self.Refused(400, "InvalidArgument", str(unknown))
        self.check(spec)
        usual = {"timeout": 3, "memorySize": 128, "cpu": 0.1, "diskSize": 512, "environmentVariables": {}}
        own = {**usual, **{key: value for key, value in spec.items() if key != "code"}, **self.code_of(spec)}
        self.functions[name] = {**own, "functionArn": f"acs:fc:{self.cloud.region}:123456:functions/{name}", "functionId": "f-1"}
        self.versions[name], self.aliases[name], self.waiting = [], {}, self.busy
        return self.told(self.functions[name])

    def ListFunctions(self, method, parts, query, _):
        self.expect(method, parts, "GET", "functions")
        found = [self.told(one) for name, one in sorted(self.functions.items()) if name.startswith(query.get("prefix", ""))]
        begin = int(query.get("nextToken") or 0)
        more = {"nextToken": str(begin + 2)} if begin + 2 < len(found) else {}  # short pages, so that there are several
        return {"functions": found[begin:begin + 2], **more}

    def DeleteFunction(self, method, parts, query, _):
        name, = self.expect(method, parts, "DELETE", "functions", None)
        self.of(name)
        del self.functions[name]

    def GetFunction(self, method, parts, query, _):
        name, = self.expect(method, parts, "GET", "functions", None)
        function, version = self.of(name), query.get("qualifier", "LATEST")
        if version == "LATEST":
            return self.told(function)
        found = next((one for one in self.versions[name] if one["versionId"] == version), None)
        if not found:
            raise self.Refused(404, "VersionNotFound", version)
        return self.told(found["function"])

    def UpdateFunction(self, method, parts, query, spec):
        name, = self.expect(method, parts, "PUT", "functions", None)
        function = self.of(name)
        if self.waiting > 0:
            raise self.Refused(409, "ConcurrentUpdateError", name)
        if unknown := set(spec) - set(SETTINGS) - {"code"} | set(spec) & {"functionName", "tags"}:
            raise self.Refused(400, "InvalidArgument", str(unknown))
        self.check({**{key: function.get(key) for key in ("memorySize", "cpu")}, **spec})
        code = self.code_of(spec) if spec.get("code") else {}
        function |= {**{key: value for key, value in spec.items() if key != "code"}, **code}
        self.waiting = self.busy
        return self.told(function)

    def PublishFunctionVersion(self, method, parts, query, spec):
        name, = self.expect(method, parts, "POST", "functions", None, "versions")
        function, versions = self.of(name), self.versions[name]
        self.published[name] = self.published.get(name, 0) + 1
        versions.append({"versionId": str(self.published[name]), "description": spec.get("description", ""), "function": dict(function)})
        return {key: value for key, value in versions[-1].items() if key != "function"}

    def ListFunctionVersions(self, method, parts, query, _):
        name, = self.expect(method, parts, "GET", "functions", None, "versions")
        self.of(name)
        newest = [{"versionId": one["versionId"], "description": one["description"]} for one in self.versions[name][::-1]]
        begin = int(query.get("nextToken") or 0)
        limit = min(int(query.get("limit") or 2), 2)  # short pages, so that there are several
        more = {"nextToken": str(begin + limit)} if begin + limit < len(newest) else {}
        return {"direction": "BACKWARD", "versions": newest[begin:begin + limit], **more}

    def DeleteFunctionVersion(self, method, parts, query, _):
        name, version = self.expect(method, parts, "DELETE", "functions", None, "versions", None)
        if any(alias["versionId"] == version for alias in self.aliases[name].values()):
            raise self.Refused(400, "InvalidArgument", "an alias points to it")
        self.versions[name] = [one for one in self.versions[name] if one["versionId"] != version]

    def ListAliases(self, method, parts, query, _):
        name, = self.expect(method, parts, "GET", "functions", None, "aliases")
        return {"aliases": list(self.aliases[name].values())}

    def GetAlias(self, method, parts, query, _):
        name, alias = self.expect(method, parts, "GET", "functions", None, "aliases", None)
        if alias not in self.aliases.get(name, {}):
            raise self.Refused(404, "AliasNotFound", alias)
        return self.aliases[name][alias]

    def alias(self, name, spec):
        numbers = [one["versionId"] for one in self.versions[name]]
        if spec["versionId"] not in numbers or any(one not in numbers for one in spec.get("additionalVersionWeight") or {}):
            raise self.Refused(404, "VersionNotFound", spec["versionId"])
        self.aliases[name][spec["aliasName"]] = {"additionalVersionWeight": {}, **spec}
        return self.aliases[name][spec["aliasName"]]

    def CreateAlias(self, method, parts, query, spec):
        name, = self.expect(method, parts, "POST", "functions", None, "aliases")
        if spec["aliasName"] in self.aliases[name]:
            raise self.Refused(409, "AliasAlreadyExists", spec["aliasName"])
        return self.alias(name, spec)

    def UpdateAlias(self, method, parts, query, spec):
        name, alias = self.expect(method, parts, "PUT", "functions", None, "aliases", None)
        self.GetAlias("GET", parts, query, spec)
        return self.alias(name, {"aliasName": alias, **spec})

    def InvokeFunction(self, method, parts, query, spec):
        """Answers what it was called with, and by which version; fails where it is told to."""
        name, = self.expect(method, parts, "POST", "functions", None, "invocations")
        self.of(name)
        return {"called": query.get("qualifier"), "with": spec}

    def CreateLayerVersion(self, method, parts, query, spec):
        name, = self.expect(method, parts, "POST", "layers", None, "versions")
        versions = self.layers.setdefault(name, [])
        number = versions[-1]["version"] + 1 if versions else 1
        versions.append({"layerName": name, "version": number, "layerVersionArn": f"acs:fc:{self.cloud.region}:123456:layers/{name}/versions/{number}",
                         "compatibleRuntime": spec.get("compatibleRuntime", []), "description": spec.get("description", ""), **self.code_of(spec)})
        return versions[-1]

    def ListLayerVersions(self, method, parts, query, _):
        name, = self.expect(method, parts, "GET", "layers", None, "versions")
        if name not in self.layers:
            raise self.Refused(404, "LayerNotFound", name)
        newest = [one for one in self.layers[name][::-1] if one["version"] <= int(query.get("startVersion") or 10**9)]
        limit = int(query.get("limit") or 20)
        more = {"nextVersion": newest[limit]["version"]} if limit < len(newest) else {}
        return {"layers": newest[:limit], **more}

    def DeleteLayerVersion(self, method, parts, query, _):
        name, number = self.expect(method, parts, "DELETE", "layers", None, "versions", None)
        self.layers[name] = [one for one in self.layers[name] if one["version"] != int(number)]
