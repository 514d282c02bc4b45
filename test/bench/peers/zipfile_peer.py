# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Zips the files below the current folder with Python's zipfile. usage: zipfile_peer.py LEVEL ZIP"""
import os
import sys
import zipfile

with zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED, compresslevel=int(sys.argv[1]), strict_timestamps=False) as archive:
    for folder, _, names in os.walk("."):
        for name in names:
            archive.write(os.path.join(folder, name))
