# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""A function that plots: it needs most of what requirements.txt asks for, and shows that it is there."""
import io
import os
import sys
import tempfile

# A function may write below its temporary folder only; matplotlib keeps its font list somewhere.
os.environ.setdefault("MPLCONFIGDIR", os.path.join(tempfile.gettempdir(), "matplotlib"))

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy
import PIL.Image
import requests
import scrapy


def plot(values):
    """The values as a line, a PNG in memory."""
    figure, axes = plt.subplots(figsize=(4, 3), dpi=100)
    axes.plot(values, marker="o")
    axes.set_title("packed by daypack")
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    plt.close(figure)
    return picture.getvalue()


def handler(event, context):
    values = event.get("values", [1, 4, 9, 16])
    picture = plot(values)
    width, height = PIL.Image.open(io.BytesIO(picture)).size
    return {
        "picture": {"format": "png", "bytes": len(picture), "width": width, "height": height},
        "sum": float(numpy.sum(values)),
        "python": "%d.%d.%d" % sys.version_info[:3],
        "versions": {module.__name__: module.__version__ for module in (matplotlib, numpy, PIL, requests, scrapy)},
        "function": context.function_name,
        "memory": context.memory_limit_in_mb,
    }
