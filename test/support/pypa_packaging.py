# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""One release each of pypa's packaging and pip for the tests that compare with them."""
import fcntl
import os
import pathlib
import subprocess
import sys

PACKAGING = "26.3"
PIP = "26.3"


def with_packaging():
    """Puts the pinned release of packaging on the path; installs it into the tests' cache the first time."""
    put_on_path("packaging", PACKAGING)


def with_pip():
    """The same for pip, which needs Python 3.10."""
    put_on_path("pip", PIP)


def put_on_path(name, version, dependencies=False):
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "daypack-test"
    folder = cache / f"{name}-{version}"
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            # The system's own Python may have no pip.
            python = os.environ.get("DAYPACK_TEST_PYTHON", sys.executable)
            subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                            *([] if dependencies else ["--no-deps"]), "--upgrade", "--target", folder, f"{name}=={version}"], check=True, stdout=sys.stderr)
            (folder / "complete").touch()
    sys.path.insert(0, str(folder))
