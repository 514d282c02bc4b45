#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Whether a zip holds the files of a folder, all of them and nothing else, read back by Python's zipfile.

usage: contents.py ZIP FOLDER       says what differs; fails when something does
"""
import os
import sys
import zipfile
import zlib


def crc_of(file):
    crc = 0
    while part := file.read(1 << 20):
        crc = zlib.crc32(part, crc)
    return crc


def differences(path, folder):
    with zipfile.ZipFile(path) as archive:
        held = {info.filename.removeprefix("./"): info for info in archive.infolist() if not info.is_dir()}
        if len(held) != sum(not info.is_dir() for info in archive.infolist()):
            yield "a name stands twice"
        for place, _, names in os.walk(folder):
            for name in names:
                file = os.path.join(place, name)
                info = held.pop(os.path.relpath(file, folder), None)
                if info is None:
                    yield f"missing: {file}"
                    continue
                with open(file, "rb") as source, archive.open(info) as member:
                    if crc_of(source) != crc_of(member):
                        yield f"differs: {file}"
    yield from (f"too much: {name}" for name in held)


if __name__ == "__main__":
    found = list(differences(*sys.argv[1:]))
    print("\n".join(found[:10]))
    sys.exit(bool(found))
