#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What Python's zipfile reads from a zip: name, mode, size, CRC-32, SHA-256 of each member, in order. zip_members.py ZIP"""
import hashlib
import sys
import zipfile

with zipfile.ZipFile(sys.argv[1]) as archive:
    for info in archive.infolist():
        data = archive.read(info)
        print(info.filename, oct(info.external_attr >> 16)[2:], len(data), f"{info.CRC:08x}", hashlib.sha256(data).hexdigest(), sep="\t")
