# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Azure's own worker code, asked to load and call what lies in a folder. It needs uv, and a Python 3.13 on this machine: the
worker runs on no older one."""
import json
import os
import subprocess

import cli

UV = os.environ.get("DAYPACK_UV", "uv")
PYTHON = next((path for path, version in cli.pythons() if version == "3.13"), None)
HOST = cli.ROOT / "test/support/azure_host.py"
LIBRARIES = ["azure-functions-runtime", "azure-functions-runtime-v1", "azure-functions"]


def ask(test, root, function, body):
    """What Microsoft's worker finds in the folder, and what the function answers there."""
    command = [UV, "run", "--no-project", "--quiet", "--python", PYTHON, *(word for one in LIBRARIES for word in ("--with", one)),
               "python", "-P", HOST, root, function, body]
    finished = subprocess.run(command, cwd=test.folder, capture_output=True, text=True, env=cli.environment(), timeout=300)
    test.assertEqual(finished.returncode, 0, finished.stderr)
    return json.loads(finished.stdout.splitlines()[-1])
