# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Wheels, and what becomes of them when a few things are changed in their records. All of it follows from the Random given."""
import base64
import hashlib
import io
import struct
import zipfile
import zlib

# The records of APPNOTE.TXT 6.3.10, 4.3.7, 4.3.12, 4.3.14 to 4.3.16: their fields in order, and how long each is.
LOCAL = ("4s5H3I2H", "signature version flags method time date crc compressed size name_length extra_length")
CENTRAL = ("4s6H3I5H2I", "signature made_by version flags method time date crc compressed size name_length extra_length "
           "comment_length disk internal external offset")
END = ("4s4H2IH", "signature disk directory_disk members_here members size offset comment_length")
END64 = ("4sQ2H2I4Q", "signature rest made_by version disk directory_disk members_here members size offset")
LOCATOR = ("4sIQI", "signature disk offset disks")
SENTINEL = 0xFFFFFFFF


def load(record, data, at):
    form, names = record
    return dict(zip(names.split(), struct.unpack_from("<" + form, data, at)))


def store(record, fields):
    """Numbers that do not fit are cut to what does."""
    form, names = record
    values, widths = [fields[name] for name in names.split()], {"H": 0xFFFF, "I": SENTINEL, "Q": 2**64 - 1}
    kinds = "".join(part * int(count or 1) for count, part in _parts(form))
    return b"".join(value if kind == "s" else struct.pack("<" + kind, value & widths[kind]) for kind, value in zip(kinds, values))


def _parts(form):
    count = ""
    for letter in form:
        if letter.isdigit():
            count += letter
        else:
            yield ("1" if letter == "s" else count), letter
            count = ""


def core_files(name):
    return {f"{name}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
            f"{name}-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}


def wheel(rng, name):
    """A wheel of this name as good tools make them, in one of their ways."""
    files = {f"{name}/__init__.py": b"x = 1\n" * rng.randrange(1, 90), f"{name}/empty.py": b"", f"{name}/a/b.bin": rng.randbytes(rng.randrange(1, 300)),
             f"{name}/\u00fc.txt": b"umlaut\n" * 9, f"{name}/run.sh": b"#!/bin/sh\n", **core_files(name)}
    digest = lambda data: base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    rows = [f"{path},sha256={digest(data)},{len(data)}\n" for path, data in files.items()]
    files[f"{name}-1.0.dist-info/RECORD"] = "".join(rows + [f"{name}-1.0.dist-info/RECORD,,\n"]).encode()
    out, method, wide, folders = io.BytesIO(), rng.choice([0, 8, 8]), rng.random() < 0.1, rng.random() < 0.2
    with zipfile.ZipFile(out, "w") as archive:
        for path in [f"{name}/", f"{name}/a/"] if folders else []:
            archive.writestr(zipfile.ZipInfo(path), b"")
        for path, data in files.items():
            info = zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr = method, rng.choice([0, 0o100644, 0o100755, 0o644]) << 16
            with archive.open(info, "w", force_zip64=wide) as member:
                member.write(data)
        archive.comment = rng.choice([b""] * 9 + [b"a comment"])
    return out.getvalue()


class Parts:
    """A zip taken apart; bytes() puts it together with right lengths and offsets, but for what was added to them."""

    def __init__(self, data):
        end = data.rfind(b"PK\5\6")
        self.end = load(END, data, end)
        self.gaps = {"prefix": b"", "before_directory": b"", "before_end": b"", "suffix": data[end + 22:]}
        self.zip64, self.off = None, {"members": 0, "size": 0, "offset": 0}
        self.members, at = [], self.end["offset"]
        for _ in range(self.end["members"]):
            central, at = load(CENTRAL, data, at), at + 46
            local, head = load(LOCAL, data, central["offset"]), central["offset"] + 30
            member = {"central": central, "local": local, "before": b"", "shift": 0, "comment": b""}
            for key, record, place in ("name", central, at), ("local_name", local, head):
                extra = place + record["name_length"]
                member[key] = data[place:extra]
                member["extra" if key == "name" else "local_extra"] = data[extra:extra + record["extra_length"]]
            body = head + local["name_length"] + local["extra_length"]
            member["data"] = data[body:body + central["compressed"]]
            at += central["name_length"] + central["extra_length"] + central["comment_length"]
            self.members.append(member)

    def bytes(self):
        file, directory = self.gaps["prefix"], b""
        for one in self.members:
            file += one["before"]
            offset = len(file) + one["shift"]
            file += store(LOCAL, {**one["local"], "name_length": len(one["local_name"]), "extra_length": len(one["local_extra"])})
            file += one["local_name"] + one["local_extra"] + one["data"]
            directory += store(CENTRAL, {**one["central"], "offset": offset, "name_length": len(one["name"]), "extra_length": len(one["extra"]),
                                         "comment_length": len(one["comment"])}) + one["name"] + one["extra"] + one["comment"]
        file += self.gaps["before_directory"]
        counts = {"members": len(self.members) + self.off["members"], "size": len(directory) + self.off["size"], "offset": len(file) + self.off["offset"]}
        counts["members_here"] = counts["members"]
        file += directory
        if self.zip64 is not None:
            at = len(file)
            file += store(END64, {"signature": b"PK\6\6", "rest": 44, "made_by": 45, "version": 45, "disk": 0, "directory_disk": 0, **counts, **self.zip64})
            file += store(LOCATOR, {"signature": b"PK\6\7", "disk": 0, "offset": at, "disks": 1, **self.zip64})
        return file + self.gaps["before_end"] + store(END, {**self.end, **counts}) + self.gaps["suffix"]


def _number(rng, value):
    return rng.choice([0, 1, 8, 20, 45, 0xFFFF, SENTINEL, value + 1, value - 1, value ^ (1 << rng.randrange(16)), rng.randrange(1 << 32)])


def _field(rng, record, form):
    name = rng.choice(form[1].split()[1:])
    record[name] = _number(rng, record[name])


def _repair(one, content, method):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    one["data"] = packer.compress(content) + packer.flush() if method == 8 else content
    for record in one["local"], one["central"]:
        record.update(method=method, crc=zlib.crc32(content), size=len(content), compressed=len(one["data"]))


def one_field(rng, parts, one):
    _field(rng, one["central"], CENTRAL)


def one_local_field(rng, parts, one):
    _field(rng, one["local"], LOCAL)


def both_fields(rng, parts, one):
    name = rng.choice("version flags method crc compressed size".split())
    one["central"][name] = one["local"][name] = _number(rng, one["central"][name])


def mode(rng, parts, one):
    one["central"]["external"] = rng.choice([0o100600, 0o120777, 0o040755, 0o010644, 0o777, 0]) << 16 | rng.choice([0, 0, 0x10, 0x20])


def name(rng, parts, one):
    other, own = rng.choice(parts.members)["name"], one["name"]
    one["name"] = rng.choice([own + b"2", own + b"/", own + b"/x", other, other + b"/x", b"../" + own, b"/" + own, own.replace(b"/", b"\\"), own.upper(),
                              own.replace(b"/", b"//"), b"./" + own, own + b"\0.txt", own + b"\xff", own + "\u00e9".encode(), own + b".", b"c:" + own, b"",
                              own.replace(b"/", b"/../"), own + b" ", own + "u\u0308".encode(), own + b"\n", own[:1] + b"\xc0\xaf" + own[1:]])
    if rng.random() < 0.8:
        one["local_name"] = one["name"]
    if rng.random() < 0.5:
        one["local"]["flags"] = one["central"]["flags"] = 0x800 if max(one["name"], default=0) > 127 else 0


def content(rng, parts, one):
    _repair(one, rng.randbytes(rng.randrange(40)) * rng.randrange(9), rng.choice([0, 8]))


def damage(rng, parts, one):
    data = bytearray(one["data"] or b"x")
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    one["data"] = bytes(data)


def longer(rng, parts, one):
    one["data"] += rng.randbytes(rng.randrange(1, 20))
    if rng.random() < 0.8:
        one["local"]["compressed"] = one["central"]["compressed"] = len(one["data"])


def descriptor(rng, parts, one):
    tail = struct.pack("<3I", one["central"]["crc"], one["central"]["compressed"], one["central"]["size"])
    one["before"] = rng.choice([b"", b"PK\7\x08"]) + tail
    for record in one["local"], one["central"]:
        record["flags"] |= 8
    if rng.random() < 0.5:
        one["local"].update(crc=0, compressed=0, size=0)


def extra(rng, parts, one):
    sizes = struct.pack("<2Q", one["central"]["size"], one["central"]["compressed"])
    second = rng.choice([one["name"], b"other", one["name"] + b"2"])
    field = rng.choice([(1, sizes), (1, sizes[:8]), (1, b""), (0x7075, b"\1" + struct.pack("<I", zlib.crc32(one["name"])) + second), (0x5455, b"\1" + bytes(4)),
                        (rng.randrange(65536), rng.randbytes(rng.randrange(9)))])
    text = struct.pack("<2H", field[0], len(field[1]) + rng.choice([0, 0, 0, 0, 1])) + field[1]
    for key in rng.choice([["extra"], ["local_extra"], ["extra", "local_extra"]]):
        one[key] += text
    for record in rng.choice([[], ["central"], ["central", "local"]]) if field[0] == 1 else []:
        one[record].update(size=SENTINEL, compressed=SENTINEL)


def order(rng, parts, one):
    kind, other = rng.randrange(4), rng.randrange(len(parts.members))
    if kind == 0:
        parts.members.insert(other, {**one, "local": dict(one["local"]), "central": dict(one["central"])})
    elif kind == 1 and len(parts.members) > 1:
        parts.members.remove(one)
    elif kind == 2:
        parts.members.append(parts.members.pop(other))
    else:
        one["shift"] = rng.choice([-30, -1, 1, 30, rng.randrange(-2000, 2000)])


def gap(rng, parts, one):
    text = rng.choice([b"x", b"PK", b"PK\3\4", b"PK\5\6" + bytes(18), rng.randbytes(rng.randrange(1, 40))])
    if rng.random() < 0.2:
        one["before"] += text
    else:
        key = rng.choice(list(parts.gaps))
        parts.gaps[key] += text
        if key == "suffix" and rng.random() < 0.7:
            parts.end["comment_length"] = len(parts.gaps[key])


def end(rng, parts, one):
    kind = rng.randrange(4)
    if kind == 0:
        _field(rng, parts.end, END)
    elif kind == 1:
        parts.zip64 = {}
    elif kind == 2:
        key = rng.choice("rest version disk directory_disk members_here members size offset disks".split())
        parts.zip64 = {key: _number(rng, 44)}
    else:
        parts.off[rng.choice(list(parts.off))] += rng.choice([-46, -1, 1, 46])


CHANGES = [one_field, one_local_field, both_fields, mode, name, name, content, content, damage, longer, descriptor, extra, extra, order, gap, end]


def mutant(rng, project):
    """Bytes of a wheel of that project with none to three changes, the names of those, and the CRC of its RECORD before them."""
    data, changes = wheel(rng, project), []
    parts = Parts(data)
    record = parts.members[-1]["central"]["crc"]
    for _ in range(rng.choice([0, 1, 1, 1, 1, 2, 2, 3])):
        payload = [one for one in parts.members if b"dist-info" not in one["name"]]
        change = rng.choice(CHANGES)
        change(rng, parts, rng.choice(payload if payload and rng.random() < 0.9 else parts.members))
        changes.append(change.__name__)
    data = parts.bytes()
    if changes and rng.random() < 0.05:
        data, changes = data + wheel(rng, project), [*changes, "two_archives"]
    if changes and rng.random() < 0.05:
        at = rng.randrange(len(data))
        data, changes = data[:at] + rng.choice([b"", rng.randbytes(1), data[at + 1:]]), [*changes, "cut"]
    return data, changes, record
