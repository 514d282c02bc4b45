# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Runs contestants alternately: round by round, each once; medians, spread, processor time, peak memory, bytes."""
import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time


@dataclasses.dataclass
class Contestant:
    name: str  # of the row: "zip -r9q"
    tool: str  # of its colour in the picture: "zip"
    commands: list  # run one after the other; the time is their sum
    level: str = ""  # the label of its point
    output: pathlib.Path = None  # what it makes; removed after each run
    folder: pathlib.Path = None  # where it runs
    stage: str = ""  # of a build with --json: the seconds are those of this stage
    reports: bool = False  # prints {"seconds", "bytes"} itself: of the work alone, without reading the files
    before: object = None  # called before each run, untimed
    tree: pathlib.Path = None  # what the output has to hold


class Failed(Exception):
    pass


def measure(command, folder, log):
    """One process with its children: seconds, processor seconds, peak memory in MB (of the largest of them), what it printed.
    The system counts the peak from this program's own memory on, so it keeps itself small: see `floor`."""
    start = time.perf_counter()
    with open(log, "w") as out, open(f"{log}.err", "w") as err:
        process = subprocess.Popen([str(part) for part in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        words = pathlib.Path(f"{log}.err").read_text(errors="replace").strip()[-500:]
        raise Failed(f"exit code {process.returncode}: {words}")
    return {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "megabytes": usage.ru_maxrss / 1024}


def floor(folder):
    """What the peak memory of a program that does nothing reads as, in MB."""
    return measure(["true"], folder, folder / "floor.log")["megabytes"]


def check_contents(contestant):
    """In a process of its own, which keeps the memory of this one small."""
    script = pathlib.Path(__file__).with_name("contents.py")
    done = subprocess.run([sys.executable, script, contestant.output, contestant.tree], capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"the zip is not right: {(done.stdout.strip() or done.stderr.strip()[-300:])[:300]}")


def run_once(contestant, log, check):
    if contestant.before:
        contestant.before()
    if contestant.output:
        contestant.output.unlink(missing_ok=True)
    try:
        parts = [measure(command, contestant.folder, log) for command in contestant.commands]
        run = {"seconds": sum(part["seconds"] for part in parts), "cpu": sum(part["cpu"] for part in parts),
               "megabytes": max(part["megabytes"] for part in parts)}
        said = json.loads(pathlib.Path(log).read_text()) if contestant.reports or contestant.stage else {}
        if contestant.reports:
            run.update(said)
        if contestant.stage:
            run["seconds"] = sum(stage["seconds"] for stage in said["stages"] if stage["name"] == contestant.stage)
        if contestant.output:
            run["bytes"] = contestant.output.stat().st_size
            if check and contestant.tree:
                check_contents(contestant)
        return run
    finally:  # gone before it is written back to the disk, which would slow down the next one
        if contestant.output:
            contestant.output.unlink(missing_ok=True)


def row_of(contestant, runs):
    times = [run["seconds"] for run in runs]
    return {"name": contestant.name, "tool": contestant.tool, "level": contestant.level, "median": statistics.median(times),
            "least": min(times), "most": max(times), "runs": len(runs), "cpu": statistics.median(run["cpu"] for run in runs),
            "megabytes": max(run["megabytes"] for run in runs), "bytes": runs[-1].get("bytes", 0)}


def alternate(contestants, rounds, patience, log, warm_up=False):
    """The rows, and what failed. Who has used more than `patience` seconds is not run again; what the first run made is
    read back; warm_up adds a round that does not count."""
    runs, failures = {one.name: [] for one in contestants}, {}
    for number in range(-1 if warm_up else 0, rounds):
        for one in contestants:
            spent = sum(run["seconds"] for run in runs[one.name])
            if spent > patience or one.name in failures:
                continue
            try:
                run = run_once(one, log, check=not runs[one.name])
            except (Failed, OSError) as failure:
                failures[one.name] = {"name": one.name, "tool": one.tool, "why": str(failure)}
                print(f"  {one.name}: {failure}", file=sys.stderr)
                continue
            if number >= 0:
                runs[one.name].append(run)
            print(f"  {one.name}: {run['seconds']:.3f} s, {run.get('bytes', 0) / 1e6:.2f} MB", file=sys.stderr, flush=True)
    return [row_of(one, runs[one.name]) for one in contestants if runs[one.name]], list(failures.values())
