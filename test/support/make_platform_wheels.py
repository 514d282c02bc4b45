#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Writes empty wheels under the names that are given: make_platform_wheels.py FOLDER "FILE|REQUIREMENT|..." ..."""
import base64
import hashlib
import pathlib
import sys
import zipfile

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for argument in sys.argv[2:]:
    file, *requirements = argument.split("|")
    name, version, *tags = file[: -len(".whl")].split("-")
    info = f"{name}-{version}.dist-info"
    pythons, abis, platforms = (part.split(".") for part in tags)
    lines = [f"Tag: {python}-{abi}-{platform}\n" for python in pythons for abi in abis for platform in platforms]
    files = {
        f"{name}.py": f"file = {file!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        + "".join(f"Requires-Dist: {requirement}\n" for requirement in requirements),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n" + "".join(lines),
    }
    rows = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}\n"
        for path, text in files.items()
    )
    with zipfile.ZipFile(folder / file, "w") as wheel:
        for path, text in {**files, f"{info}/RECORD": f"{rows}{info}/RECORD,,\n"}.items():
            wheel.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), text)
