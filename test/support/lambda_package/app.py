# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""A function of many kinds for test/interop/rie.py: the event names the one that answers."""
import asyncio
import base64
import decimal
import http.client
import logging
import os
import signal
import sys


class Wrong(Exception):
    pass


def handler(event, context):
    return globals()[event["case"]](event, context)


def answer(event, context):
    return {"event": event, "list": [1, 2.5, -3e100, True, None, ""], "nested": {"a": {"b": []}}}


def nothing(event, context):
    pass


def unicode(event, context):
    return {"text": event["text"] + "žluťoučký kůň 🐎 \u2028 \x00 \x7f"}


def numbers(event, context):
    return [10**30, 0.1, -0.0, 1e-320, decimal.Decimal("1.10"), decimal.Decimal("1E+5")]


def not_a_number(event, context):
    return [float("nan"), float("inf")]


def half_a_pair(event, context):
    return "\ud800"


def a_set(event, context):
    return {1}


def some_bytes(event, context):
    return bytes(range(256))


def bytes_within(event, context):
    return {"body": b"x"}


def as_base64(event, context):
    return {"isBase64Encoded": True, "body": base64.b64encode(bytes(range(256))).decode()}


async def coroutine(event, context):
    return 1


def awaited(event, context):
    return asyncio.run(coroutine(event, context))


def generator(event, context):
    yield 1


def raises(event, context):
    raise ValueError(event["text"])


def raises_because(event, context):
    try:
        {}["missing"]
    except KeyError as error:
        raise Wrong("the cause is lost") from error


def raises_own(event, context):
    raise type("Überfehler", (Exception,), {})("")


def recurses(event, context):
    return recurses(event, context)


def exits(event, context):
    sys.exit(event["with"])


def exits_at_once(event, context):
    os._exit(42)


def interrupted(event, context):
    raise KeyboardInterrupt


def signalled(event, context):
    os.kill(os.getpid(), getattr(signal, event["signal"]))


def large(event, context):
    return "x" * event["size"]


def length(event, context):
    return len(event["text"])


def deep(event, context):
    nested = []
    for _ in range(event["depth"]):
        nested = [nested]
    return nested


def logs(event, context):
    print("to stdout, ü")
    print("to stderr", file=sys.stderr)
    logging.getLogger().warning("to the logger")
    os.write(1, b"to the file\n")
    return "logged"


def environment(event, context):
    return dict(os.environ)


def tells_context(event, context):
    left = context.get_remaining_time_in_millis()
    return {"function": context.function_name, "version": context.function_version, "memory": context.memory_limit_in_mb,
            "id": context.aws_request_id, "in time": 0 < left <= event["timeout"] * 1000,
            "client": context.client_context, "identity": repr(context.identity), "tenant": context.tenant_id,
            "arn": context.invoked_function_arn.split(":")[:4] + context.invoked_function_arn.split(":")[5:]}


def places(event, context):
    def writable(path):
        try:
            open(path, "w").close()
            return True
        except OSError as error:
            return error.errno
    return {"sys.path": sys.path[:6], "argv": sys.argv, "cwd": os.getcwd(), "file": __file__, "name": __name__, "executable": sys.executable,
            "user": [os.getuid(), os.getgid()], "runs": os.access("/var/task/wrapper", os.X_OK),
            "writable": {path: writable(path) for path in ("/var/task/x", "/opt/x", "/var/runtime/x", "/var/x", "/tmp/x")},
            "tmp": os.statvfs("/tmp").f_blocks * os.statvfs("/tmp").f_frsize, "stdin": os.read(0, 1).decode()}


def asks(event, context):
    told = []
    token = {"Authorization": "Bearer " + os.environ["AWS_LAMBDA_METADATA_TOKEN"]}
    for variable, method, path, headers in [
            ("AWS_LAMBDA_METADATA_API", "GET", "/2026-01-15/metadata/execution-environment", token),
            ("AWS_LAMBDA_METADATA_API", "GET", "/2026-01-15/metadata/execution-environment", {}),
            ("AWS_LAMBDA_METADATA_API", "POST", "/2026-01-15/metadata/execution-environment", token),
            ("AWS_LAMBDA_RUNTIME_API", "POST", "/2018-06-01/runtime/invocation/another/response", {}),
            ("AWS_LAMBDA_RUNTIME_API", "POST", "/2018-06-01/runtime/invocation/another/error", {}),
            ("AWS_LAMBDA_RUNTIME_API", "POST", "/2018-06-01/runtime/init/error", {})]:
        connection = http.client.HTTPConnection(os.environ[variable])
        connection.request(method, path, b"1" if method == "POST" else None, headers)
        answer = connection.getresponse()
        told.append([method, path, answer.status, answer.getheader("Cache-Control"), answer.read().decode().strip()])
    return told


def layered(event, context):
    import both, both_site, deep_one
    return [both.n, both_site.n, deep_one.n, both.__file__, sorted(os.listdir("/opt")), open("/opt/lib/data").read()]


def wrapped(event, context):
    return {"words": os.environ.get("WORDS"), "options": sys.flags.dont_write_bytecode, "in": os.environ["AWS_EXECUTION_ENV"]}
