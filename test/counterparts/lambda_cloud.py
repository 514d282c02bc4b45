# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""moto, whose functions really run: what stands in front of it calls them by AWS's own emulator, with boto3 as Lambda has
it. Answers to calls that wait, and runs those that do not (Event) on its own.
"""
import base64
import io
import json
import pathlib
import re
import shutil
import tempfile
import threading
import zipfile

import front
import lambda_emulator
import moto_server

BOTO3 = "boto3==1.44.5"  # 2026-11-22; Lambda has one of its own
INVOCATION = re.compile("/2015-03-31/functions/([^/]+)/invocations$")
CODE = re.compile("/2015-03-31/functions(/([^/]+)/code)?$")


class LambdaCloud(front.Front):
    """As long as it is entered."""

    def __init__(self, moto):
        super().__init__(moto.host)
        self.moto, self.emulators, self.calling = moto, {}, threading.Lock()

    def __enter__(self):
        self.holder = tempfile.TemporaryDirectory(prefix="daypack-cloud-")
        self.folder = pathlib.Path(self.holder.name)
        self.folder.chmod(0o755)
        shutil.copytree(lambda_emulator.installed(BOTO3), self.folder / "opt/python")
        return super().__enter__()

    def __exit__(self, *_):
        super().__exit__()
        self.end(list(self.emulators))
        self.holder.cleanup()

    def end(self, names):
        for name in names:
            if name in self.emulators:
                self.emulators.pop(name).__exit__()
                shutil.rmtree(self.folder / name)

    def changes(self):
        """What was asked to be made, changed or deleted: methods and paths."""
        return [(method, path) for method, path in self.seen if method != "GET" and not INVOCATION.search(path) and "/functions" in path]

    def pass_on(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        path = handler.path.partition("?")[0]
        with self.lock:
            self.seen.append((handler.command, path))
        called = INVOCATION.search(path)
        if called:
            return self.call(handler, called[1], body)
        status, fields, text = self.forward(handler, body)
        if status < 300 and handler.command in ("POST", "PUT") and CODE.search(path):
            self.keep_code(CODE.search(path)[2] or json.loads(body)["FunctionName"], json.loads(body))
        front.answer(handler, status, fields, text)

    def keep_code(self, name, asked):
        code = asked.get("Code", asked)
        content = base64.b64decode(code["ZipFile"]) if "ZipFile" in code else self.moto.client("s3").get_object(
            Bucket=code["S3Bucket"], Key=code["S3Key"])["Body"].read()
        with self.calling:
            self.end([name])
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(self.folder / name)

    def emulator(self, name):
        if name not in self.emulators:
            made = self.moto.client("lambda").get_function_configuration(FunctionName=name)
            variables = {**made.get("Environment", {}).get("Variables", {}), "AWS_REGION": moto_server.REGION}
            started = lambda_emulator.Emulator(self.folder / name, made["Handler"], layers=self.folder / "opt", timeout=made["Timeout"], environment=variables)
            self.emulators[name] = started.__enter__()
        return self.emulators[name]

    def invoke(self, name, body):
        with self.calling:  # one at a time, as one instance does
            return self.emulator(name).invoke(json.loads(body))

    def call(self, handler, name, body):
        if handler.headers.get("X-Amz-Invocation-Type") == "Event":
            threading.Thread(target=self.invoke, args=(name, body), daemon=True).start()
            return front.answer(handler, 202, [("x-amzn-RequestId", "1")], b"")
        said = self.invoke(name, body)
        failed = [("X-Amz-Function-Error", "Unhandled")] if b'"errorType"' in said else []
        front.answer(handler, 200, failed, said)
