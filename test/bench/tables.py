# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The report as markdown, and its place in the documentation."""
import re

TITLES = {"zip": "Zip of {}", "walk": "Walk", "splice": "Splice of all wheels of {}", "large": "One large file, beside libdeflate on one core",
          "entries": "Many entries", "build": "Warm build of {}", "warm": "Stages of a warm build of {}", "cold": "Cold build of {}",
          "bytecode": "Bytecode of {}", "start": "Importing all of {}",
          "rebuild": "Building {} again", "fleet": "Functions with the packages of {}", "upload": "Upload of 1 GB"}
BEGIN, END = "<!-- test/bench/run writes from here -->", "<!-- to here -->"


def seconds(value):
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def table(measured):
    """Times beside those of the first row, which is daypack's."""
    rows, base = measured["rows"], measured["rows"][0]
    if measured["scene"] == "zip":
        base = next((row for row in rows if row["name"] == "daypack balanced"), base)
    with_bytes = any(row["bytes"] for row in rows)
    heading = ["what", "median s", "least to most", "rounds", "time x", "CPU s", "peak MB"] + (["MB", "size x"] if with_bytes else [])
    files = f" ({measured['files']:,} files, {measured['unpacked'] / 1e6:.0f} MB)" if measured.get("files") else ""
    lines = [f"### {TITLES[measured['scene']].format(measured['corpus'])}{files}", "", "| " + " | ".join(heading) + " |",
             "| --- " * len(heading) + "|"]
    for row in rows:
        cells = [row["name"], seconds(row["median"]), f"{seconds(row['least'])} to {seconds(row['most'])}", str(row["runs"]),
                 f"{row['median'] / base['median']:.2f}", seconds(row["cpu"]), f"{row['megabytes']:.0f}"]
        if with_bytes:
            cells += [f"{row['bytes'] / 1e6:.2f}", f"{row['bytes'] / base['bytes']:.4f}"] if row["bytes"] else ["", ""]
        lines.append("| " + " | ".join(cells) + " |")
    return lines + [""]


def amount(value, unit):
    shown = {"B": lambda: f"{value / 1e6:.2f} MB", "s": lambda: f"{seconds(value)} s", "MB": lambda: f"{value:.0f} MB",
             "us": lambda: f"{value:.1f} us"}
    return shown.get(unit, lambda: f"{value} {unit}")()


def goals(judged):
    lines = ["### Goals", "", "| goal | corpus | got | wanted |  |", "| --- | --- | --- | --- | --- |"]
    for goal in judged:
        lines.append(f"| {goal['goal']} | {goal['corpus']} | {amount(goal['ours'], goal['unit'])} | {amount(goal['bound'], goal['unit'])} "
                     f"| {'reached' if goal['reached'] else '**not reached**'} |")
    return lines + [""]


def markdown(report):
    versions = ", ".join(f"{name} {said}" for name, said in report["versions"].items())
    lines = [f"Measured {report['date']} on {report['processors']} processors ({report['processor']}), load {report['load']} when it began; "
             f"at most {report['rounds']} rounds, fewer for who took more than {report['patience']:g} s. A program that does nothing "
             f"reads as {report['floor']:.0f} MB of peak memory.", "", f"Peers: {versions}."]
    lines += [f"Skipped: {'; '.join(report['skipped'])}."] if report["skipped"] else []
    lines += ["", *goals(report["goals"])]
    for measured in report["tables"]:
        lines += table(measured)
    lines += [f"Failed: {failed['name']}, {failed['corpus']}: {failed['why']}" for failed in report["failures"]]
    return "\n".join(lines).rstrip() + "\n"


def into_page(page, text, begin=BEGIN):
    """The page with the text between its two marks."""
    whole = page.read_text()
    written, count = re.subn(f"{re.escape(begin)}.*{re.escape(END)}", lambda _: f"{begin}\n{text}{END}", whole, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"{page}: no place to write to: expected one line {begin!r} and one {END!r}")
    page.write_text(written)
