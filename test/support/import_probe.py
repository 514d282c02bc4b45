# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Runs in the Python of a package: import_probe.py FOLDER, statements one a line on stdin. Prints a JSON object: what each
statement that failed said, and what importlib.metadata tells of each distribution in the folder.

Each statement has a process of its own, forked before anything of the folder was imported.
"""
import importlib.metadata
import io
import json
import os
import signal
import sys
import tempfile
import traceback

PATIENCE = 600  # seconds, for what would never end


def start(statement, said):
    """A process of its own for it, which writes the last line of what goes wrong."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(0, 1)
        os.dup2(0, 2)
        signal.alarm(PATIENCE)
        exec(compile(statement, "<probe>", "exec"), {"__name__": "probe"})
        code = 0
    except BaseException as error:
        said.write("".join(traceback.format_exception_only(type(error), error)).strip().encode(errors="replace"))
        said.flush()
    os._exit(code)


def failures(statements):
    """What each statement that failed said; as many at once as there are processors."""
    failed, running, waiting = {}, {}, list(reversed(statements))
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            statement, said = waiting.pop(), tempfile.TemporaryFile()
            running[start(statement, said)] = statement, said
        child, status = os.wait()
        statement, said = running.pop(child)
        with said:
            said.seek(0)
            if status != 0:
                failed[statement] = said.read().decode(errors="replace") or f"ended with status {status}"
    return {statement: failed[statement] for statement in statements if statement in failed}


def described(name):
    """What importlib.metadata's functions give for a distribution, but for files(), which lists what an installer wrote."""
    metadata = importlib.metadata.metadata(name)
    points = sorted([point.group, point.name, point.value] for point in importlib.metadata.distribution(name).entry_points)
    return {"version": importlib.metadata.version(name), "requires": importlib.metadata.requires(name), "entry_points": points,
            "metadata": [[key, str(value)] for key, value in metadata.items()], "text": metadata.get_payload()}


folder = sys.argv[1]
sys.path.insert(0, folder)
os.chdir(tempfile.gettempdir())
statements = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8").read().splitlines()
failed = failures(statements)
names = {one.metadata["Name"] for one in importlib.metadata.distributions(path=[folder])}
json.dump({"failed": failed, "distributions": {name: described(name) for name in names if name}}, sys.stdout)
