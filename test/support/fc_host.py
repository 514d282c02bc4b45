# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Calls a function as Function Compute does: handler(event, context), with the event's bytes (documents, "Event handlers",
2026-11-22).

usage: fc_host.py FOLDER HANDLER     the event comes by stdin; prints the answer, or {"errorMessage"}
"""
import importlib
import json
import sys
import types

sys.path.insert(0, sys.argv[1])
module, _, name = sys.argv[2].rpartition(".")
answers, sys.stdout = sys.stdout, sys.stderr
try:
    context = types.SimpleNamespace(request_id="1-6741", function=types.SimpleNamespace(name="f", handler=sys.argv[2]))
    said = getattr(importlib.import_module(module), name)(sys.stdin.buffer.read(), context)
    answers.write(said if isinstance(said, str) else json.dumps(said))
except Exception as error:
    answers.write(json.dumps({"errorMessage": repr(error), "errorType": type(error).__name__}))
