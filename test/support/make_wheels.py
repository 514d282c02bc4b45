#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Writes wheels, right ones and tampered ones, each in a folder named for what is odd in it: make_wheels.py FOLDER"""

import base64
import hashlib
import pathlib
import sys
import zipfile

FOLDER = pathlib.Path(sys.argv[1])
HELLO = b"print('hello')\n" * 50
PURE = "Wheel-Version: {}\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


LARGE = bytes(range(256)) * (36 << 10)  # 9 MiB: more than is inflated as a whole


def digest(data, algorithm="sha256"):
    return algorithm + "=" + base64.urlsafe_b64encode(hashlib.new(algorithm, data).digest()).rstrip(b"=").decode()


class Wheel:
    def __init__(self, name="demo", version="1.0", file=None):
        self.file = file or f"{name}-{version}-py3-none-any.whl"
        self.info = f"{name}-{version}.dist-info"
        self.data = f"{name}-{version}.data"
        self.files = {
            f"{name}/__init__.py": HELLO,
            f"{name}/empty.py": b"",
            f"{name}/run.sh": b"#!/bin/sh\n",
            f"{self.info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\ntext\n".encode(),
            f"{self.info}/WHEEL": PURE.format("1.0").encode(),
        }
        self.modes = {f"{name}/run.sh": 0o100755, f"{name}/empty.py": 0o644}
        self.folders = []
        self.rows = lambda rows: rows

    def text(self, path, text):
        self.files[path] = text if isinstance(text, bytes) else text.encode()
        return self

    def write(self, oddity, late=()):
        """`late` files are put into the zip but not into RECORD."""
        record = f"{self.info}/RECORD"
        rows = self.rows([f"{path},{digest(data)},{len(data)}" for path, data in self.files.items()] + [f"{record},,"])
        files = dict(self.files)
        files.update(dict(late))
        if rows is not None:
            files[record] = "".join(row + "\n" for row in rows).encode(errors="surrogateescape")
        path = FOLDER / oddity / self.file
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            for name in self.folders:
                out.writestr(zipfile.ZipInfo(name), b"")
            for name, data in files.items():
                info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
                info.external_attr = self.modes.get(name, 0o100644) << 16
                info.compress_type = zipfile.ZIP_DEFLATED
                out.writestr(info, data)


def with_rows(change, oddity):
    wheel = Wheel()
    wheel.rows = change
    wheel.write(oddity)


def replaced(old, new):
    return lambda rows: [row.replace(old, new) for row in rows]


Wheel().write("good")
with_rows(
    lambda rows: [
        rows[0].replace("/", "\\", 1).replace(f",{len(HELLO)}", f"=,{len(HELLO)}"),
        "./" + rows[1],
        "/" + rows[2],
        '"' + rows[3].replace(",", '",', 1) + "\r",
    ]
    + rows[4:],
    "sloppy_record",
)
with_rows(lambda rows: [f"demo/__init__.py,{digest(HELLO, 'sha512')},"] + rows[1:], "sha512")
wheel = Wheel()
wheel.files["demo/large.bin"] = LARGE
wheel.write("large")

# tampered
wheel = Wheel()
wheel.files["demo/large.bin"] = LARGE
wheel.write("large_changed", late={"demo/large.bin": LARGE[:-1] + b"x"}.items())
Wheel().write("changed_file", late={"demo/__init__.py": b"print('hallo')\n" * 50}.items())
Wheel().write("changed_size", late={"demo/__init__.py": b"print()\n"}.items())
Wheel().write("extra_file", late={"demo/extra.py": b""}.items())
Wheel().write("pth_on_top", late={"demo.pth": b"import os\n"}.items())
with_rows(lambda rows: rows + [f"demo/gone.py,{digest(b'')},0"], "missing_file")
with_rows(lambda rows: rows + rows[:1], "duplicated_row")
with_rows(replaced(digest(b"")[7:], "?" * 43), "bad_base64")
with_rows(replaced(digest(b"")[7:], digest(b"")[7:20]), "short_hash")
with_rows(lambda rows: [f"demo/__init__.py,{digest(HELLO, 'md5')},{len(HELLO)}"] + rows[1:], "md5")
with_rows(lambda rows: ["demo/__init__.py,,"] + rows[1:], "no_hash")
with_rows(lambda rows: [rows[0] + ",more"] + rows[1:], "four_fields")
with_rows(lambda rows: [row + "x" if row.endswith(",0") else row for row in rows], "bad_size")
with_rows(lambda rows: rows + [f"../../outside.py,{digest(b'')},0"], "row_that_leaves")
with_rows(lambda rows: rows + [f"/etc/passwd,{digest(b'')},0"], "absolute_row")
with_rows(lambda rows: rows + [f",{digest(b'')},0"], "row_without_name")
with_rows(lambda rows: ['"' + rows[0]] + rows[1:], "open_quote")
with_rows(lambda rows: ["./" + rows[0]] + rows, "duplicated_in_disguise")
with_rows(lambda rows: [rows[0].replace(",", ",\u00a0", 1)] + rows[1:], "odd_blank")
with_rows(lambda rows: [rows[0].rsplit(",", 1)[0] + ",-1"] + rows[1:], "negative_size")
with_rows(lambda rows: [rows[0].rsplit(",", 1)[0] + ",99999999999999999999"] + rows[1:], "huge_size")
with_rows(lambda rows: [f"demo/__init__.py,{digest(HELLO, 'sha1')},{len(HELLO)}"] + rows[1:], "sha1")
with_rows(lambda rows: [rows[0].replace("sha256=", "")] + rows[1:], "no_algorithm")
with_rows(lambda rows: [row.replace("demo/empty", "demo/\udcff") for row in rows], "not_utf8")
Wheel().write("unlisted_signature", late={"demo-1.0.dist-info/RECORD.p7s": b"x"}.items())
with_rows(lambda rows: rows + ["demo-1.0.dist-info/RECORD.jws,,"], "absent_signature")
with_rows(lambda rows: None, "no_record")
wheel = Wheel()
wheel.modes["demo/empty.py"] = 0o120777
wheel.text("demo/empty.py", "__init__.py").write("symlink")
Wheel().text("../outside.py", "").write("escaping")
Wheel().text("/etc/passwd", "").write("absolute")
Wheel(file="other-1.0-py3-none-any.whl").write("other_name")
Wheel(file="demo-2.0-py3-none-any.whl").write("other_version")
Wheel().text("demo-1.0.dist-info/METADATA", "Name: other\nVersion: 1.0\n").write("other_metadata_name")
Wheel().text("demo-1.0.dist-info/METADATA", "Name: demo\nVersion: 1.1\n").write("other_metadata_version")
Wheel().text("more-1.0.dist-info/METADATA", "Name: more\n").write("two_dist_infos")
wheel = Wheel()
wheel.files = {"demo.py": b""}
wheel.info = "demo"
wheel.write("no_dist_info")
for name in "METADATA", "WHEEL":
    wheel = Wheel()
    del wheel.files[f"{wheel.info}/{name}"]
    wheel.write(f"no_{name.lower()}")
Wheel().text("demo-1.0.dist-info/WHEEL", PURE.format("2.0")).write("wheel_version_2")
Wheel().text("demo-1.0.dist-info/WHEEL", PURE.format("1.9")).write("wheel_version_1_9")
Wheel().text("demo-1.0.dist-info/WHEEL", "Generator: test\n").write("no_wheel_version")

# layouts
wheel = Wheel()
wheel.folders = ["demo/", f"{wheel.data}/", f"{wheel.data}/scripts/"]
for scheme in "purelib", "platlib", "data":
    wheel.text(f"{wheel.data}/{scheme}/{scheme}/file.txt", scheme)
wheel.text(f"{wheel.data}/scripts/demo-tool", "#!python -s\nimport demo\n").text(
    f"{wheel.data}/headers/demo.h", "int x;\n"
)
wheel.text(f"{wheel.info}/INSTALLER", "pip\n").text(f"{wheel.info}/RECORD.jws", "{}")
wheel.text(f"{wheel.info}/entry_points.txt", "[console_scripts]\ndemo = demo:main\n[plugins]\nx = demo:x\n")
wheel.text("demo-nspkg.pth", "import sys\n").text("demo.data/keep.txt", "not a data folder\n")
wheel.write("data_folders")
Wheel().text("demo-1.0.data/include/x.h", "").write("unknown_scheme")
Wheel().text("demo-1.0.data/scripts/sub/x", "").write("script_in_folder")
Wheel().text("demo-1.0.data/purelib/demo/__init__.py", "other\n").write("data_over_root")
Wheel("Demo_Pkg.x", "1.0.0", "demo_pkg_x-1.0-py3-none-any.whl").write("old_names")

# several wheels in one folder
for name in "one", "two":
    Wheel(name).text("shared/__init__.py", "").text("LICENSE", name).text("README.md", "same").write("agreeing")
    Wheel(name).text("shared/code.py", name).write("conflicting")
    Wheel(name).text("docs/index.rst", name).text(f"{name}-1.0.data/data/share/man/man1/demo.1", name).write("manuals")
    Wheel(name).text("docs/conf.py", name).write("code_in_docs")
    Wheel(name).write("plain")
    Wheel(name).write("pair_with_extra_files", late={f"{name}/extra.py": b""}.items())
Wheel("three").text("one", "a file where one has a folder").write("file_and_folder")
Wheel("one").write("file_and_folder")
