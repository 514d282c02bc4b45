# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Azure as far as deployments of functions go: who gives tokens, the resource manager, an app's deployment site (Kudu). Written
for the tests from what azure-cli 2.91.0 and azure-functions-core-tools expect (2026-11-20): no emulator of these exists.
"""
import base64
import json
import time
from urllib.parse import parse_qs, urlsplit

from front import Front, answer
from store_faults import reset

SITE = "/subscriptions/sub-1/resourceGroups/group/providers/Microsoft.Web/sites/app"


class Platform(Front):
    """As long as it is entered: its endpoint is all of Azure. `faults` are (method, words of the path, kind): "lost" acts and says
    nothing, "gone" does not even act, a number is the status that is answered; each is met once."""

    tenant, client, secret, user, password = "tenant-1", "client-1", "hidden-secret-value-1", "$app", "hidden-password"

    def __init__(self, sku="FlexConsumption", seconds=0.3):
        super().__init__("")
        self.sku, self.seconds = sku, seconds  # that a deployment takes
        self.settings, self.memory, self.deployments, self.synced = {"THEIRS": "stays"}, 2048, [], 0
        self.fails_with, self.log = None, []

    def environment(self):
        """What daypack finds it by."""
        return {"AZURE_TENANT_ID": self.tenant, "AZURE_CLIENT_ID": self.client, "AZURE_CLIENT_SECRET": self.secret, "AZURE_SUBSCRIPTION_ID": "sub-1",
                "AZURE_AUTHORITY_HOST": self.endpoint, "AZURE_STORAGE_ACCOUNT": None, "AZURE_STORAGE_CONNECTION_STRING": None}

    def options(self):
        return {"app": "app", "group": "group", "management_url": self.endpoint, "scm_url": self.endpoint}

    def changes(self):
        with self.lock:
            return [(method, path) for method, path in self.seen if method != "GET" and not path.endswith("/list") and "oauth2" not in path]

    def pass_on(self, handler):
        url = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        with self.lock:
            self.seen.append((handler.command, url.path))
            met = next((one for one in self.faults if one[0] == handler.command and one[1] in handler.path), None)
            if met:
                self.faults.remove(met)
            kind = met[2] if met else None
            status, said = (kind, {}) if isinstance(kind, int) else (0, {}) if kind == "gone" else self.act(handler, url, body)
        if kind in ("gone", "lost"):
            return reset(handler)
        text = said if isinstance(said, bytes) else json.dumps(said).encode()
        return answer(handler, status, [("Content-Type", "application/json")], b"" if status == 204 else text)

    def act(self, handler, url, body):
        if url.path == f"/{self.tenant}/oauth2/v2.0/token":
            return self.token({name: values[0] for name, values in parse_qs(body.decode()).items()})
        basic = "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        allowed = ["Bearer " + self.bearer()] + ([basic] if url.path.startswith("/api/") and self.sku != "FlexConsumption" else [])
        if handler.headers["Authorization"] not in allowed:
            return 401, b""
        if url.path.startswith("/api/"):
            return self.kudu(handler, url, body)
        if parse_qs(url.query) != {"api-version": ["2025-05-01"]}:
            return 400, {"error": {"code": "MissingApiVersionParameter", "message": "no"}}
        return self.manage(handler.command, url.path, body)

    def bearer(self):
        return "token-for-the-resource-manager"

    def token(self, form):
        if (form.get("client_id"), form.get("client_secret")) != (self.client, self.secret):
            return 401, {"error": "invalid_client", "error_description": f"AADSTS7000215: Invalid client secret {form.get('client_secret')} provided."}
        if form.get("scope") != self.endpoint + "/.default":
            return 400, {"error": "invalid_scope", "error_description": "AADSTS70011: " + str(form.get("scope"))}
        return 200, {"token_type": "Bearer", "expires_in": 3599, "access_token": self.bearer()}

    def manage(self, method, path, body):
        part = path.removeprefix(SITE)
        if not path.startswith(SITE):
            return 404, {"error": {"code": "ResourceNotFound", "message": "no such thing"}}
        if (method, part) == ("POST", "/config/appsettings/list"):
            return 200, {"properties": self.settings}
        if (method, part) == ("PUT", "/config/appsettings"):
            self.settings = json.loads(body)["properties"]
            return 200, {"properties": self.settings}
        if (method, part) == ("POST", "/syncfunctiontriggers"):
            self.synced += 1
            return 204, {}
        if (method, part) == ("PUT", ""):
            site = json.loads(body)
            assert site["properties"]["functionAppConfig"]["runtime"] == {"name": "python"}, "the rest of the site is put back"
            self.memory = site["properties"]["functionAppConfig"]["scaleAndConcurrency"]["instanceMemoryMB"]
        return 200, {"name": "app", "location": "westeurope", "properties": {
            "sku": self.sku, "defaultHostName": "app.azurewebsites.net",
            "functionAppConfig": {"runtime": {"name": "python"}, "scaleAndConcurrency": {"instanceMemoryMB": self.memory, "maximumInstanceCount": 100}}}}

    def kudu(self, handler, url, body):
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        flex = self.sku == "FlexConsumption"
        if handler.command == "POST":
            good = (url.path, query) == ("/api/publish", {"RemoteBuild": "false", "Deployer": "daypack"}) if flex else \
                url.path == "/api/zipdeploy" and query["isAsync"] == "true"
            if not good or handler.headers["Content-Type"] != "application/zip" or not body.startswith(b"PK"):
                return 400, b"not as the deployment site wants it"
            if any(self.state(one) in (0, 1, 2) for one in self.deployments):
                return 409, b"There is a deployment currently in progress. Please try again when it completes."
            self.deployments.append({"id": f"d{len(self.deployments) + 1}", "message": query.get("message", ""), "deployer": query["Deployer"],
                                     "began": time.monotonic(), "body": body, "ends": self.fails_with or 4})
            return 202, self.deployments[-1]["id"].encode() if flex else b""
        which = url.path.removeprefix("/api/deployments/")
        if which.endswith("/log"):
            return 200, self.log
        found = [one for one in self.deployments if which in ("latest", one["id"])]
        if not found:
            return 404, b""
        state = self.state(found[-1])
        return 200 if state > 2 else 202, {"id": found[-1]["id"], "status": state, "message": found[-1]["message"], "deployer": found[-1]["deployer"],
                                           "complete": state > 2, "status_text": "", "progress": ""}

    def state(self, deployment):
        part = (time.monotonic() - deployment["began"]) / self.seconds
        return deployment["ends"] if part >= 1 else int(part * 3)
