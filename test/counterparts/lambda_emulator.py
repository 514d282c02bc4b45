# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""AWS's Lambda runtime interface emulator with AWS's runtime client, on an unpacked package: installed by uv from their
pinned versions, kept in $XDG_CACHE_HOME. The package is /var/task in namespaces of its own; nothing of the machine changes.
"""
import fcntl
import json
import os
import pathlib
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

UV = os.environ.get("DAYPACK_UV", "uv")
EMULATOR = "aws-sam-cli==1.170.0"  # its wheel has the emulator's binary, 2026-11-20
CLIENT = {(3, 8): "awslambdaric==2.2.1", (3, 9): "awslambdaric==4.0.4"}.get(sys.version_info[:2], "awslambdaric==4.2.2")
VERSION = "%d.%d" % sys.version_info[:2]
FOLDER = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "daypack-test-tools"
BINARY = "aws-lambda-rie-" + {"aarch64": "arm64"}.get(platform.machine(), platform.machine())

# What the image of python3.10 does (2023-07-25), in other words.
BOOTSTRAP = f"""#!/bin/sh
export AWS_EXECUTION_ENV=AWS_Lambda_python{VERSION}
wrapper=$AWS_LAMBDA_EXEC_WRAPPER
[ -n "$wrapper" ] || exec /var/lang/bin/python{VERSION} /var/runtime/bootstrap.py
[ -f "$wrapper" ] || {{ echo "$wrapper: does not exist"; exit 127; }}
[ -x "$wrapper" ] || {{ echo "$wrapper: is not an executable"; exit 126; }}
exec "$wrapper" /var/lang/bin/python{VERSION} /var/runtime/bootstrap.py
"""
START = """
import os, site, sys
task = os.environ["LAMBDA_TASK_ROOT"]
first = [task]
if "PYTHONPATH" not in os.environ:
    first += ["/opt/python/lib/python%d.%d/site-packages" % sys.version_info[:2], "/opt/python"]
sys.path[:0] = first
for folder in first:
    site.addsitedir(folder)
os.environ.setdefault("PYTHONPATH", os.environ["LAMBDA_RUNTIME_DIR"])
import awslambdaric.__main__
awslambdaric.__main__.main([task, os.environ["_HANDLER"]])
"""
# $1 package, $2 layers, $3 Python, $4 runtime client, $5 the emulator's folder, $6 "drop" or "keep"; then the command.
NAMESPACE = """set -e
exec 3<"$1" 4<"$2" 5<"$3" 6<"$4" 7<"$5"   # held open: /var and /tmp are about to be hidden
rights=$6
shift 6
put() { mkdir -p "$2"; mount -c --rbind "/proc/self/fd/$1" "$2"; mount -o remount,bind,ro "$2"; }
mount -t tmpfs -o mode=755 none /var
put 3 /var/task; put 4 /opt; put 5 /var/lang; put 6 /var/runtime; put 7 /var/rapid
mount -o remount,bind,ro /var
mount -t tmpfs -o size=512m,mode=1777 none /tmp
exec 3<&- 4<&- 5<&- 6<&- 7<&-
cd /var/task
[ "$rights" = keep ] || exec setpriv --pdeathsig KILL --reuid 993 --regid 990 --clear-groups --no-new-privs "$@"
exec setpriv --pdeathsig KILL --no-new-privs "$@"
"""
UNSHARE = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"] + ([] if os.geteuid() == 0 else ["--map-root-user"])


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def installed(what, *options):
    """The folder of a pinned package, installed on first use; whole or not at all, however many ask for it at once."""
    folder = FOLDER / f"{what.replace('==', '-')}-python{VERSION}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            part = folder.with_name(folder.name + ".part")
            shutil.rmtree(part, ignore_errors=True)
            # Copied: a package that writes into itself where it runs must not change what uv keeps for everybody.
            subprocess.run([UV, "pip", "install", "--quiet", "--link-mode", "copy", "--python", sys.executable, *options, "--target", part, what],
                           check=True)
            part.rename(folder)
    return folder


def runtime():
    folder = installed(CLIENT, "--only-binary", ":all:", "--compile-bytecode")
    for name, text in ("bootstrap", BOOTSTRAP), ("bootstrap.py", START):
        path = folder / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            path.chmod(0o755)
    return folder


def permitted():
    """Whether there is uv, and this machine lets us mount what nobody else sees."""
    command = [*UNSHARE, "mount", "-t", "tmpfs", "none", "/var"]
    return bool(shutil.which(UV) and shutil.which("unshare")) and subprocess.run(command, capture_output=True).returncode == 0


class Emulator:
    """As long as it is entered. The environment is added to the image's; a timeout in seconds holds for all its events."""

    def __init__(self, task, handler, layers=None, timeout=30, environment=None):
        self.task, self.handler, self.layers, self.timeout = task, handler, layers, timeout
        self.more = environment or {}

    def environment(self):
        return {"PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin", "LANG": "en_US.UTF-8", "TZ": ":UTC",
                "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
                "LAMBDA_TASK_ROOT": "/var/task", "LAMBDA_RUNTIME_DIR": "/var/runtime", "_HANDLER": self.handler,
                "AWS_LAMBDA_FUNCTION_TIMEOUT": str(self.timeout), **self.more}

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="daypack-emulator-")
        self.log = pathlib.Path(self.folder.name) / "log"
        empty = pathlib.Path(self.folder.name) / "empty"
        empty.mkdir()
        os.chmod(self.folder.name, 0o755)
        port, api = free_port(), free_port()
        self.url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
        variables = [f"{name}={value}" for name, value in self.environment().items()]
        command = [*UNSHARE, "/bin/sh", "-c", NAMESPACE, "sh", self.task, self.layers or empty, sys.base_prefix, runtime(),
                   installed(EMULATOR, "--no-deps", "--python-version", "3.12") / "samcli/local/rapid", "drop" if os.geteuid() == 0 else "keep", "/usr/bin/env", "-i",
                   *variables, f"/var/rapid/{BINARY}", "--runtime-interface-emulator-address", f"127.0.0.1:{port}",
                   "--runtime-api-address", f"127.0.0.1:{api}", "/var/runtime/bootstrap"]
        with self.log.open("wb") as log:
            self.server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return self
            except OSError:
                if time.monotonic() > until or self.server.poll() is not None:
                    raise RuntimeError("the emulator does not start: " + self.log.read_text())
                time.sleep(0.01)

    def __exit__(self, *_):
        self.server.kill()
        self.server.wait()
        self.folder.cleanup()

    def invoke(self, event, **headers):
        """The bytes that it answers."""
        request = urllib.request.Request(self.url, json.dumps(event).encode(), {"Content-Type": "application/json", **headers})
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=120) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            return error.read()
