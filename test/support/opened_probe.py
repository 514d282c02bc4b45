# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Runs in the Python of a package: opened_probe.py FOLDER, statements one a line on stdin, with nothing else on sys.path than
the standard library and the folder. Prints a JSON object: which files of the folder were opened or imported, and what each
statement that failed said.
"""
import io
import json
import os
import signal
import sys
import traceback

PATIENCE = 600  # seconds, for what would never end
folder = os.path.abspath(sys.argv[1])
opened, failed = set(), {}


def see(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and arguments[0].startswith(folder + "/"):
        opened.add(arguments[0])


statements = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8").read().splitlines()
out = os.dup(1)
os.dup2(os.open(os.devnull, os.O_RDWR), 1)
signal.alarm(PATIENCE)
sys.path.insert(0, folder)
sys.addaudithook(see)
for statement in statements:
    try:
        exec(compile(statement, "<probe>", "exec"), {"__name__": "probe"})
    except BaseException as error:
        failed[statement] = "".join(traceback.format_exception_only(type(error), error)).strip()
for module in list(sys.modules.values()):
    file = vars(module).get("__file__") if hasattr(module, "__dict__") else None
    if isinstance(file, str) and file.startswith(folder + "/"):
        opened.add(file)
names = sorted(os.path.relpath(path, folder) for path in opened if os.path.isfile(path) and not path.endswith(".pyc"))
os.write(out, json.dumps({"opened": names, "failed": failed}).encode())
os._exit(0)
