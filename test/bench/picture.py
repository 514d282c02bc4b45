# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Size over time as SVG: a panel per corpus, a point per tool and level, the line of daypack's best points."""
import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, TOP, GAP = 480, 330, 62, 78, 24  # of a panel with its axes; what stands left of and above it
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - GAP, HEIGHT - 84
MARKS = {  # one shape and one colour each, told apart in light, in dark and without colours
    "daypack": ("#d9480f", "circle"), "zip": ("#1971c2", "square"), "7z": ("#2f9e44", "triangle"), "bsdtar": ("#9c36b5", "diamond"),
    "python zipfile": ("#e8a100", "square"), "mtzip": ("#0c8599", "triangle"), "libzip": ("#868e96", "diamond"),
    "minizip": ("#c2255c", "cross")}
STYLE = """text { font: 11px sans-serif; fill: #212529 } .title { font-size: 14px; font-weight: bold } .axis { stroke: #868e96; fill: none }
.grid { stroke: #868e96; stroke-opacity: .25 } .back { fill: #ffffff }
@media (prefers-color-scheme: dark) { text { fill: #e9ecef } .back { fill: #161b22 } }"""
SHAPES = {"circle": "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z", "square": "M-4 -4h8v8h-8z", "triangle": "M0 -5L5 4H-5z",
          "diamond": "M0 -5.5L5.5 0L0 5.5L-5.5 0z", "cross": "M-4 -4L4 4M-4 4L4 -4"}


def mark(tool, x, y):
    colour, shape = MARKS[tool]
    stroke = f'stroke="{colour}" stroke-width="2" fill="none"' if shape == "cross" else f'fill="{colour}"'
    return f'<path transform="translate({x:.1f} {y:.1f})" d="{SHAPES[shape]}" {stroke}/>'


def front(rows):
    """The points that none is both faster and smaller than."""
    best, kept = math.inf, []
    for row in sorted(rows, key=lambda row: (row["median"], row["bytes"])):
        if row["bytes"] < best:
            best = row["bytes"]
            kept.append(row)
    return kept


def ticks(low, high):
    """About five round numbers."""
    step = 10 ** math.floor(math.log10((high - low) / 2 or 1))
    while (high - low) / step > 6:
        step *= 2 if str(step).strip("0.")[0] in "15" else 2.5
    return [step * number for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


class Panel:
    def __init__(self, corpus, rows, left, top):
        self.corpus, self.rows, self.left, self.top = corpus, rows, left, top
        times, sizes = [row["median"] for row in rows], [row["bytes"] / 1e6 for row in rows]
        self.times = (math.log10(min(times)) - 0.2, math.log10(max(times)) + 0.1)
        margin = (max(sizes) - min(sizes)) * 0.08 or 1
        self.sizes = (min(sizes) - margin, max(sizes) + margin)

    def x(self, seconds):
        return self.left + (math.log10(seconds) - self.times[0]) / (self.times[1] - self.times[0]) * PLOT_WIDTH

    def y(self, megabytes):
        return self.top + (self.sizes[1] - megabytes) / (self.sizes[1] - self.sizes[0]) * PLOT_HEIGHT

    def axes(self):
        right, bottom = self.left + PLOT_WIDTH, self.top + PLOT_HEIGHT
        yield f'<text class="title" x="{self.left}" y="{self.top - 10}">{escape(self.corpus)}</text>'
        yield f'<rect class="axis" x="{self.left}" y="{self.top}" width="{PLOT_WIDTH}" height="{PLOT_HEIGHT}"/>'
        for decade in range(-4, 4):
            for digit in (1, 2, 5):
                seconds = digit * 10.0 ** decade
                if self.times[0] <= math.log10(seconds) <= self.times[1]:
                    x = self.x(seconds)
                    yield f'<path class="grid" d="M{x:.1f} {self.top}V{bottom}"/>'
                    yield f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{seconds:g}</text>'
        for megabytes in ticks(*self.sizes):
            y = self.y(megabytes)
            yield f'<path class="grid" d="M{self.left} {y:.1f}H{right}"/>'
            yield f'<text x="{self.left - 6}" y="{y + 4:.1f}" text-anchor="end">{megabytes:g}</text>'
        yield f'<text x="{(self.left + right) / 2:.0f}" y="{bottom + 32}" text-anchor="middle">seconds (logarithmic)</text>'
        middle = (self.top + bottom) / 2
        yield f'<text transform="translate({self.left - 46} {middle:.0f}) rotate(-90)" text-anchor="middle">MB of the zip</text>'

    def points(self):
        line = " ".join(f"{self.x(row['median']):.1f},{self.y(row['bytes'] / 1e6):.1f}"
                        for row in front(row for row in self.rows if row["tool"] == "daypack"))
        yield f'<polyline points="{line}" fill="none" stroke="{MARKS["daypack"][0]}" stroke-width="1.5"/>'
        for row in self.rows:
            x, y = self.x(row["median"]), self.y(row["bytes"] / 1e6)
            yield mark(row["tool"], x, y)
            side = (-7, 12, "end") if row["tool"] == "daypack" else (7, -4, "start")
            yield f'<text x="{x + side[0]:.1f}" y="{y + side[1]:.1f}" text-anchor="{side[2]}">{escape(row["level"])}</text>'


def legend(tools):
    for number, tool in enumerate(tools):
        x, y = LEFT + number % 5 * 180, 22 + number // 5 * 20
        words = "daypack (line: its best)" if tool == "daypack" else tool
        yield mark(tool, x, y - 4) + f'<text x="{x + 12}" y="{y}">{escape(words)}</text>'


def picture(tables):
    """The SVG of the zip scene's tables. libdeflate alone makes no zip and has no point."""
    panels = [Panel(table["corpus"], [row for row in table["rows"] if row["tool"] in MARKS], LEFT + number % 2 * WIDTH, TOP + number // 2 * HEIGHT)
              for number, table in enumerate(tables)]
    width, height = LEFT // 2 + WIDTH * min(2, len(panels)), TOP + HEIGHT * math.ceil(len(panels) / 2) - 20
    width = max(width, LEFT + 5 * 180)
    tools = [tool for tool in MARKS if any(row["tool"] == tool for panel in panels for row in panel.rows)]
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
             "<title>Size of the zip over time, by tool and level</title>", f"<style>{STYLE}</style>",
             f'<rect class="back" width="{width}" height="{height}"/>', *legend(tools)]
    for panel in panels:
        lines += [*panel.axes(), *panel.points()]
    return "\n".join([*lines, "</svg>"]) + "\n"
