# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""A resource group where function apps are made, as azure_arm.py plays Azure; what is deployed runs: messages of an app's queue in
Azurite are given to Microsoft's worker, what it puts out goes into the other queue.
"""
import base64
import io
import json
import re
import threading
import zipfile

import azure_arm
import azurite
import lambda_emulator

QUEUES = "azure-storage-queue==12.13.0"  # 2026-11-22
GROUP = "/subscriptions/sub-1/resourceGroups/group/providers/Microsoft.Web/"
PART = re.compile(GROUP + "(sites|serverfarms)(?:/([^/]+)(.*))?$")


class Group(azure_arm.Platform):
    """As long as it is entered. `ask(folder, function, body)` is Microsoft's worker."""

    def __init__(self, storage, folder, ask):
        super().__init__()
        self.storage, self.folder, self.ask = storage, folder, ask
        self.apps, self.plans, self.ended = {}, {}, threading.Event()

    def __enter__(self):
        super().__enter__()
        self.host = threading.Thread(target=self.listen, daemon=True)
        self.host.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.host.join()
        super().__exit__()

    def manage(self, method, path, body):
        kind, name, rest = PART.match(path).groups()
        there = self.plans if kind == "serverfarms" else self.apps
        if not name:
            return 200, {"value": list(self.apps.values())}
        if method == "PUT" and not rest:
            there[name] = {**json.loads(body), "name": name}
            if kind == "sites" and there[name]["properties"]["serverFarmId"].rpartition("/")[2] not in self.plans:
                return 400, {"error": {"code": "BadRequest", "message": "there is no such plan"}}
            self.settings = {one["name"]: one["value"] for one in there[name]["properties"].get("siteConfig", {}).get("appSettings", [])}
        if name not in there:
            return 404, {"error": {"code": "ResourceNotFound", "message": "no such thing"}}
        if method == "DELETE":
            return 200, there.pop(name)
        if rest:
            return super().manage(method, azure_arm.SITE + rest, body)
        return 200, there[name]

    def queue(self, name):
        from azure.storage.queue import QueueClient
        return QueueClient.from_connection_string(self.storage.connection_string(), name)

    def listen(self):
        while not self.ended.wait(0.2):
            done = [one for one in self.deployments if self.state(one) == 4]
            if not done or "LITHOPS_IN_QUEUE" not in self.settings:
                continue
            incoming = self.queue(self.settings["LITHOPS_IN_QUEUE"])
            for message in incoming.receive_messages():
                incoming.delete_message(message)
                answer = self.run(done[-1], base64.b64decode(message.content).decode())
                self.queue(self.settings["LITHOPS_OUT_QUEUE"]).send_message(base64.b64encode(answer.encode()).decode())

    def run(self, deployment, body):
        place = self.folder / deployment["id"]
        if not place.exists():
            with zipfile.ZipFile(io.BytesIO(deployment["body"])) as archive:
                archive.extractall(place)
        try:
            said = self.ask(place, "lithops_handler", body)
        except AssertionError as error:  # the worker could not load it: whoever waits shall hear of it
            return json.dumps(str(error)[-2000:])
        return said.get("answer") or json.dumps(said)


def importable(*beside):
    """The folder with the official clients of queues and blobs, and what is wanted beside them."""
    return str(lambda_emulator.installed(QUEUES, azurite.STORAGE, *beside))
