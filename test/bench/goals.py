# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The goals: each judged by the two numbers that it compares, from one run. They inform; nothing fails on them."""
from scenes import CORES, FLEET, PINNED

MEMORY = 256
WHOLE_MEMORY = 200  # with bytecode, of 507 MB unpacked
BUILD_MEMORY = 64  # of a build with 60 wheels
UPLOAD_MEMORY = 128  # of 1 GB


class Judge:
    def __init__(self, report):
        self.tables = {(table["scene"], table["corpus"]): {row["name"]: row for row in table["rows"]} for table in report["tables"]}
        self.goals = []

    def rows(self, scene):
        return [(corpus, rows) for (kind, corpus), rows in self.tables.items() if kind == scene]

    def say(self, goal, corpus, ours, bound, reached, unit):
        self.goals.append({"goal": goal, "corpus": corpus, "ours": ours, "bound": bound, "unit": unit, "reached": bool(reached)})

    def at_most(self, goal, corpus, ours, bound, unit):
        self.say(goal, corpus, ours, bound, ours <= bound, unit)

    def beside(self, goal, corpus, rows, ours, theirs, key, factor=1.0):
        """Ours is at most `factor` times theirs, if both ran."""
        if ours in rows and theirs in rows:
            self.at_most(goal, corpus, rows[ours][key], rows[theirs][key] * factor, {"median": "s", "bytes": "B"}[key])

    def pareto(self, corpus, rows):
        """For every peer's point one of ours that is faster and not larger."""
        ours = [row for row in rows.values() if row["tool"] == "daypack"]
        peers = [row for row in rows.values() if row["tool"] not in ("daypack", "libdeflate")]
        beaten = [peer for peer in peers if any(one["median"] < peer["median"] and one["bytes"] <= peer["bytes"] for one in ours)]
        left = [peer["name"] for peer in peers if peer not in beaten]
        self.say("zip: faster and not larger than each point of the peers" + (f" (not: {', '.join(left)})" if left else ""),
                 corpus, len(beaten), len(peers), not left, "points")

    def zip(self, corpus, rows):
        self.pareto(corpus, rows)
        if corpus in PINNED:
            self.beside("balanced: 10 times faster than zip -r9q", corpus, rows, "daypack balanced", "zip -r9q", "median", 0.1)
            self.beside("balanced: 1.5 times faster than mtzip 6", corpus, rows, "daypack balanced", "mtzip 6", "median", 1 / 1.5)
            for peer in ("zip -r9q", "mtzip 6"):
                self.beside(f"balanced: smaller than {peer}", corpus, rows, "daypack balanced", peer, "bytes")
            self.beside("balanced: within 1.2 of libdeflate alone", corpus, rows, "daypack balanced", "libdeflate 6, all cores", "median", 1.2)
            self.beside("level 8: 2 times faster than 7z -mx5", corpus, rows, "daypack 8", "7z -tzip -mx5", "median", 0.5)
            self.beside("level 8: not larger than 7z -mx5", corpus, rows, "daypack 8", "7z -tzip -mx5", "bytes")
            for key, words in (("bytes", "smaller"), ("median", "faster")):
                self.beside(f"smallest: {words} than 7z -mx9", corpus, rows, "daypack smallest", "7z -tzip -mx9", key)

    def splice(self, corpus, rows):
        for row in ("splice", "splice, digests"):
            self.beside(f"{row}: at most 1.5 times cp", corpus, rows, row, "cp", "median", 1.5)

    def large(self, corpus, rows):
        for ours, theirs in (("daypack balanced", "libdeflate 6, one core"), ("daypack smallest", "libdeflate 12, one core")):
            self.beside(f"{ours}: {0.75 * CORES:g} times faster than libdeflate on one core", corpus, rows, ours, theirs, "median",
                        1 / (0.75 * CORES))
            self.beside(f"{ours}: at most 0.3 % larger", corpus, rows, ours, theirs, "bytes", 1.003)

    def walk(self, corpus, rows):
        for peer in ("fd -u", "find"):
            self.beside(f"walk: not slower than {peer}", corpus, rows, "daypack walk", peer, "median")
        self.beside("walk with sizes: not slower than find with sizes", corpus, rows, "daypack walk, with sizes", "find, with sizes", "median")

    def entries(self, _, rows):
        """From each count to the next: time grows at most a quarter faster than the count."""
        counted = [(int(name.split()[0].replace(",", "")), row) for name, row in rows.items()]
        for (fewer, small), (more, big) in zip(counted, counted[1:]):
            self.at_most(f"linear time: {more:,} entries at most 1.25 times as long per entry as {fewer:,}", "entries",
                         big["median"] / more * 1e6, 1.25 * small["median"] / fewer * 1e6, "us")

    def build(self, corpus, rows):
        self.beside("warm build: 100 times faster than uv and zip -r9q", corpus, rows, "daypack build",
                    "uv pip install --target + zip -r9q", "median", 0.01)
        if {"daypack build", "cp of the zip"} <= rows.keys():
            self.at_most("warm build: at most 2 times cp and 0.05 s", corpus, rows["daypack build"]["median"],
                         2 * rows["cp of the zip"]["median"] + 0.05, "s")

    def warm(self, corpus, rows):
        if corpus == "lithops-aws":
            self.at_most("vendor from the cache: at most 0.03 s", corpus, rows["Vendor, wheels cached"]["median"], 0.03, "s")
        self.at_most("resolve with a fresh lock: at most 0.02 s", corpus, rows["Resolve, the lock is fresh"]["median"], 0.02, "s")
        self.at_most(f"warm build: at most {BUILD_MEMORY} MB", corpus, rows["Vendor, wheels cached"]["megabytes"], BUILD_MEMORY, "MB")

    def cold(self, corpus, rows):
        self.beside("cold: at most 1.3 times uv pip install --target", corpus, rows, "daypack build", "uv pip install --target", "median", 1.3)
        if "daypack build, locked" in rows:  # the other one runs uv
            self.at_most(f"cold build: at most {BUILD_MEMORY} MB", corpus, rows["daypack build, locked"]["megabytes"], BUILD_MEMORY, "MB")

    def bytecode(self, corpus, rows):
        compileall = next(name for name in rows if name.startswith("compileall"))
        self.beside("bytecode: faster than compileall on all cores", corpus, rows, "PycOnly", compileall, "median")
        self.beside("bytecode: 0.9 of the bound", corpus, rows, "PycOnly", "processor time of compile() alone, by the processors", "median", 1 / 0.9)
        self.at_most("bytecode from the cache: at most 0.06 s", corpus, rows["PycOnly, cached"]["median"], 0.06, "s")

    def rebuild(self, corpus, rows):
        for ours, cp, factor, more in (("all cached", "cp of the zip", 3, 0.1), ("one own file changed", "cp of the zip", 3, 0.15),
                                       ("smallest, all cached", "cp of the smallest zip", 3, 0.1)):
            self.at_most(f"{ours}: at most {factor} times cp and {more:g} s", corpus, rows[ours]["median"], factor * rows[cp]["median"] + more, "s")
        self.at_most(f"a whole build: at most {WHOLE_MEMORY} MB", corpus,
                     max(row["megabytes"] for row in rows.values() if row["tool"] == "daypack"), WHOLE_MEMORY, "MB")

    def fleet(self, corpus, rows):
        one, many, written = (rows[name]["median"] for name in ("1 function", f"{FLEET} functions", f"cp of {FLEET} zips"))
        self.at_most(f"{FLEET} functions with one set of packages: at most 3 times one, but for writing", corpus, many - written, 3 * one, "s")

    def upload(self, corpus, rows):
        for peer in (name for name in rows if name != "daypack deploy"):
            self.beside(f"upload: at least 0.8 of the speed of {peer}", corpus, rows, "daypack deploy", peer, "median", 1 / 0.8)
        self.at_most(f"upload: at most {UPLOAD_MEMORY} MB", corpus, rows["daypack deploy"]["megabytes"], UPLOAD_MEMORY, "MB")

    def start(self, corpus, rows):
        for words in "", ", pruned":
            self.beside(f"start: PycOnly{words} faster than sources", corpus, rows, f"PycOnly{words}", f"sources only{words}", "median")

    def memory(self):
        """The most that daypack took in any scene, and where."""
        peaks = [(row["megabytes"], f"{row['name']}, {corpus}") for (_, corpus), rows in self.tables.items() for row in rows.values()
                 if row["tool"] == "daypack"]
        if peaks:
            most, where = max(peaks)
            self.at_most(f"memory: at most {MEMORY} MB for any input (most: {where})", "all", most, MEMORY, "MB")


def judge(report):
    judged = Judge(report)
    for (scene, corpus), rows in judged.tables.items():
        getattr(judged, scene)(corpus, rows)
    judged.memory()
    return judged.goals
