# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""One release of pypa's packaging for the tests that compare with it."""
import fcntl
import os
import pathlib
import subprocess
import sys

PACKAGING = "26.3"


def with_packaging():
    """Puts the pinned release of packaging on the path; installs it into the tests' cache the first time."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "daypack-test"
    folder = cache / f"packaging-{PACKAGING}"
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / "packaging.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
                            "--upgrade", "--target", folder, f"packaging=={PACKAGING}"], check=True, stdout=sys.stderr)
            (folder / "complete").touch()
    sys.path.insert(0, str(folder))
