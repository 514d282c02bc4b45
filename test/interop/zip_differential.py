#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The strict reader beside Python's zipfile and uv, over mutated wheels: never a third answer.

usage: zip_differential.py [--seed N] [--count N] [--seconds N]
What our reader accepts, zipfile must read and uv must install, both with the same names and contents. $DAYPACK_READ_ZIPS
is the program of test/support/read_zips.cpp; $DAYPACK_UV is uv. With --seconds it goes on until these are over.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import zip_mutants

READER = os.environ.get("DAYPACK_READ_ZIPS")
UV = os.environ.get("DAYPACK_UV") or shutil.which("uv")
BATCH = 250
# What uv writes itself (PEP 376, 610): no part of the archive. RECORD it rewrites.
OF_UV = {"INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json", "RECORD"}
# Where another may refuse what we accept: its words, and why nobody gets another tree by that.
COMMENT = "uv takes some comments for a zip, those seen held control characters; ours are refused when they hold a record's signature"
LAXER = "libdeflate reads these codes, which RFC 1951, 3.2.6, forbids and no compressor makes; size and CRC still hold"
EXCEPTIONS = {
    "comment that appears to be an embedded ZIP": COMMENT,
    "decompressing data: invalid literal/length code": LAXER,
    "decompressing data: invalid distance code": LAXER,
    "decompressing data: too many length or distance symbols": LAXER,
}


def judged(name, data):
    return [name.encode().hex(), len(data), zlib.crc32(data), zlib.adler32(data)]


def by_python(path):
    """Its members, or why it refuses: any exception is a refusal."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [judged(info.orig_filename, archive.read(info)) for info in archive.infolist()], None
    except Exception as error:  # zipfile raises what its inner parts raise
        return None, f"{type(error).__name__}: {error}"


def still_a_wheel(project, members, record):
    """Whether the files that PEP 427 asks of a wheel are what they were: else installers refuse it for other reasons."""
    info = f"{project}-1.0.dist-info/"
    core = {name: zlib.crc32(data) for name, data in zip_mutants.core_files(project).items()}
    found = {bytes.fromhex(member[0]).decode(): member[2] for member in members}
    infos = {name.split("/")[0] for name in found if name.split("/")[0].lower().endswith(".dist-info")}
    return infos == {info[:-1]} and found.get(info + "RECORD") == record and all(found.get(name) == crc for name, crc in core.items())


def install(folder, wheels):
    """None when uv installs all of these, else its words."""
    target = folder / "target"
    shutil.rmtree(target, ignore_errors=True)
    command = [UV, "pip", "install", "--quiet", "--no-config", "--python", sys.executable, "--no-deps", "--no-index", "--no-build", "--link-mode", "copy",
               "--cache-dir", str(folder / "cache"), "--target", str(target), *map(str, wheels)]
    finished = subprocess.run(command, capture_output=True, text=True)
    return finished.stderr.strip() or "no words" if finished.returncode else None


def refused_by_uv(folder, wheels):
    """Each wheel that uv refuses, with its words. uv installs all or nothing, so lots are halved."""
    words = install(folder, wheels)
    if words is None:
        return {}
    if len(wheels) == 1:
        return {wheels[0]: words}
    half = len(wheels) // 2
    return {**refused_by_uv(folder, wheels[:half]), **refused_by_uv(folder, wheels[half:])}


def tree_of(folder):
    return {path.relative_to(folder).as_posix(): zlib.crc32(path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


class Differential:
    def __init__(self, seed, folder):
        self.rng, self.folder = random.Random(seed), folder
        self.number, self.failures = 0, []
        self.faults, self.counts = collections.Counter(), collections.Counter()

    def batch(self):
        shutil.rmtree(self.folder / "wheels", ignore_errors=True)
        (self.folder / "wheels").mkdir()
        made = []
        for _ in range(BATCH):
            project = f"m{self.number}"
            data, changes, record = zip_mutants.mutant(self.rng, project)
            path = self.folder / "wheels" / f"{project}-1.0-py3-none-any.whl"
            path.write_bytes(data)
            made.append((path, project, changes, record))
            self.number += 1
        asked = "".join(f"{path}\n" for path, *_ in made)
        answers = subprocess.run([READER], input=asked, capture_output=True, text=True, check=True).stdout.splitlines()
        assert len(answers) == len(made), "the reader answered not all"
        accepted = [(*one, answer) for one, answer in zip(made, map(json.loads, answers)) if self.compare(*one, answer)]
        if UV:
            self.compare_with_uv(accepted)

    def compare(self, path, project, changes, record, answer):
        """Beside zipfile; whether uv is to be asked too."""
        members, refusal = by_python(path)
        if "fault" in answer:
            self.faults[answer["fault"]] += 1
            self.counts["refused by us, read by zipfile" if members is not None else "refused by both"] += 1
            if not changes:
                self.fail(path, changes, f"a wheel without changes is refused: {answer['fault']}")
            return False
        self.counts["accepted"] += 1
        self.counts["accepted with changes"] += bool(changes)
        if refusal and self.known(refusal):
            return False
        if members != answer["members"]:
            self.fail(path, changes, f"accepted, but zipfile has other members: {refusal or 'another tree'}")
            return False
        return still_a_wheel(project, members, record)

    def compare_with_uv(self, accepted):
        refused = refused_by_uv(self.folder, [one[0] for one in accepted])
        for path, words in refused.items():
            if not self.known(words):
                self.fail(path, next(one[2] for one in accepted if one[0] == path), "accepted, but refused by uv: " + words)
        accepted = [one for one in accepted if one[0] not in refused]
        if accepted and refused:
            install(self.folder, [one[0] for one in accepted])
        tree = tree_of(self.folder / "target") if accepted else {}
        self.counts["installed by uv"] += len(accepted)
        own = {f"{one[1]}-1.0.dist-info/{name}" for one in accepted for name in OF_UV}
        for path, _, changes, _, answer in accepted:
            ours = {bytes.fromhex(name).decode(): crc for name, _, crc, _ in answer["members"] if not name.endswith("2f")}
            other = [name for name, crc in ours.items() if name not in own and tree.get(name) != crc]
            if other:
                self.fail(path, changes, f"accepted, but uv installs another tree: {other}")
            for name in ours:
                tree.pop(name, None)
        more = set(tree) - own - {".lock"}
        if more:
            self.failures.append(f"uv installs what nobody has: {sorted(more)}")

    def known(self, words):
        known = any(exception in words for exception in EXCEPTIONS)
        self.counts["known exceptions"] += known
        return known

    def fail(self, path, changes, words):
        kept = pathlib.Path(tempfile.gettempdir()) / f"daypack-differential-{path.name}"
        shutil.copy(path, kept)
        self.failures.append(f"{kept} ({', '.join(changes) or 'no changes'}): {words}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--count", type=int, default=2000, help="mutants at least")
    parser.add_argument("--seconds", type=int, default=0, help="go on for so long")
    options = parser.parse_args()
    if not READER:
        print("DAYPACK_READ_ZIPS does not name the reading program")
        return 77
    print(f"seed {options.seed}, Python {sys.version.split()[0]}" + ("" if UV else "; uv is not installed"), flush=True)
    until = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory(prefix="daypack-differential-") as holder:
        run = Differential(options.seed, pathlib.Path(holder))
        while run.number < options.count or time.monotonic() < until:
            run.batch()
    print(f"{run.number} wheels: " + ", ".join(f"{count} {what}" for what, count in sorted(run.counts.items())))
    print("refused for: " + ", ".join(f"{count} {fault}" for fault, count in run.faults.most_common()))
    print("\n".join(run.failures[:20]))
    # Both kinds must be there in numbers, or nothing was tested.
    few = run.counts["accepted with changes"] < run.number // 10 or len(run.faults) < 20 or bool(UV) and run.counts["installed by uv"] < run.number // 20
    if few:
        print("too few of a kind: the mutants no longer test the reader")
    return 1 if run.failures or few else 0


if __name__ == "__main__":
    sys.exit(main())
