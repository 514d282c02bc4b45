# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What moto has not of AWS Lambda, in front of it: states that take time, RevisionIds that are checked, refusals while something
is under way, a place to download code from; and faults: answers that are lost, refused, delayed. Requests pass unchanged.
"""
import base64
import hashlib
import json
import re
import time
import uuid

from front import Front, answer

FUNCTION = re.compile(r"/2015-03-31/functions/([A-Za-z0-9-_]+)")


class Fault:
    """What happens to the next `times` requests of a method whose path has the pattern.

    kind: "lost" (moto acts, nobody hears of it), "gone" (nobody is there), or the answer itself: (status, type, message, headers).
    """

    def __init__(self, method, pattern, kind, times=1):
        self.method, self.pattern, self.kind, self.times = method, re.compile(pattern), kind, times


class States(Front):
    """As long as it is entered, in front of a host: its endpoint, what it has seen as (method, path), faults to come.

    pending: how long a change takes, in seconds. failing: a reason with which the next change ends.
    """

    def __init__(self, upstream, pending=0.0):
        super().__init__(upstream)
        self.pending, self.failing = pending, None
        self.code, self.revisions, self.busy, self.failed = {}, {}, {}, {}

    def pass_on(self, handler):
        Exchange(self, handler).run()

    def changes(self):
        """What was asked for beside looking."""
        return [(method, path) for method, path in self.seen if method not in ("GET", "HEAD")]

    def fault(self, method, path):
        with self.lock:
            for fault in self.faults:
                if fault.times and fault.method == method and fault.pattern.search(path):
                    fault.times -= 1
                    return fault.kind
        return None


class Exchange:
    def __init__(self, states, handler):
        self.states, self.handler = states, handler
        self.method, self.path = handler.command, handler.path
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        found = FUNCTION.match(self.path)
        self.function = found[1] if found else None

    def run(self):
        if self.path.startswith("/.code/"):
            return self.answer(200, [], self.states.code[self.path.split("/")[2]])
        with self.states.lock:
            self.states.seen.append((self.method, self.path))
        fault = self.states.fault(self.method, self.path)
        if fault == "gone":
            return self.hang_up()
        if isinstance(fault, tuple):
            return self.refuse(*fault)
        refusal = self.refusal()
        if refusal:
            return self.refuse(*refusal)
        status, headers, body = self.forward()
        if status // 100 == 2:
            body = self.told(body)
        return self.hang_up() if fault == "lost" else self.answer(status, headers, body)

    def hang_up(self):
        self.handler.close_connection = True
        self.handler.connection.close()

    def answer(self, status, fields, body):
        answer(self.handler, status, fields, body)

    def refuse(self, status, kind, message, headers=None):
        body = json.dumps({"Type": "User", "message": message}).encode()
        self.answer(status, [("x-amzn-ErrorType", kind), ("x-amzn-RequestId", "11111111-2222"), ("Content-Type", "application/json"), *(headers or {}).items()], body)

    def document(self):
        try:
            return json.loads(self.body or b"{}")
        except ValueError:
            return {}

    def is_change(self):
        return self.function and (self.method == "PUT" and re.search(r"/(code|configuration)$", self.path) or self.method == "POST" and self.path.endswith("/versions"))

    def refusal(self):
        if not self.is_change():
            return None
        states = self.states
        if states.busy.get(self.function, 0) > time.monotonic():
            return 409, "ResourceConflictException", "The operation cannot be performed at this time. An update is in progress for resource: " + self.function
        wanted = self.document().get("RevisionId")
        if wanted and wanted != states.revisions.setdefault(self.function, str(uuid.uuid4())):
            return 412, "PreconditionFailedException", "The Revision Id provided does not match the latest Revision Id."
        return None

    def forward(self):
        result = self.states.forward(self.handler, self.body)
        if result[0] // 100 == 2:
            self.note_change()
        return result

    def note_change(self):
        document, states = self.document(), self.states
        text = document.get("ZipFile") or document.get("Code", {}).get("ZipFile") or document.get("Content", {}).get("ZipFile")
        if text:
            code = base64.b64decode(text)
            states.code[hashlib.sha256(code).hexdigest()] = code
        name = document.get("FunctionName") if self.path == "/2015-03-31/functions" else self.function
        if self.method == "POST" and self.path == "/2015-03-31/functions" or self.is_change():
            states.revisions[name] = str(uuid.uuid4())
            states.busy[name] = time.monotonic() + states.pending
            states.failed[name], states.failing = states.failing, None

    def told(self, body):
        try:
            document = json.loads(body)
        except ValueError:
            return body
        configuration = document.get("Configuration", document)
        name = configuration.get("FunctionName") if isinstance(configuration, dict) else None
        if not name or "CodeSha256" not in configuration:
            return body
        states = self.states
        configuration["RevisionId"] = states.revisions.setdefault(name, str(uuid.uuid4()))
        busy = states.busy.get(name, 0) > time.monotonic()
        configuration["State"] = "Active"
        configuration["LastUpdateStatus"] = "InProgress" if busy else "Successful"
        if not busy and states.failed.get(name):
            configuration.update(LastUpdateStatus="Failed", LastUpdateStatusReason=states.failed[name], LastUpdateStatusReasonCode="InvalidZipFileException")
        if "Code" in document:
            digest = base64.b64decode(configuration["CodeSha256"]).hex()
            document["Code"]["Location"] = f"{states.endpoint}/.code/{digest}"
        return json.dumps(document).encode()
