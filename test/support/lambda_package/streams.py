#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""A runtime for AWS_LAMBDA_EXEC_WRAPPER that streams its answers, as the event says: AWS's client for Python does not."""
import base64
import http.client
import json
import os

api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    identity = answer.getheader("Lambda-Runtime-Aws-Request-Id")
    event = json.loads(answer.read())
    path = f"/2018-06-01/runtime/invocation/{identity}/response"
    api.putrequest("POST", path)
    api.putheader("Content-Type", event.get("type", "application/octet-stream"))
    api.putheader("Lambda-Runtime-Function-Response-Mode", event.get("mode", "streaming"))
    api.putheader("Transfer-Encoding", "chunked")
    if "fails" in event:
        api.putheader("Trailer", "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body")
    api.endheaders()
    for part in event["parts"]:
        data = part.encode() * event.get("times", 1)
        api.send(b"%x\r\n%s\r\n" % (len(data), data))
    trailers = ""
    if "fails" in event:
        trailers = "Lambda-Runtime-Function-Error-Type: %s\r\nLambda-Runtime-Function-Error-Body: %s\r\n" % (
            event["fails"], base64.b64encode(json.dumps({"errorMessage": "mid stream"}).encode()).decode())
    api.send(b"0\r\n" + trailers.encode() + b"\r\n")
    said = api.getresponse()
    print("said", said.status, said.read().decode().strip(), flush=True)
