# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The processor time of compile() for every source below a folder, by the number of processors: nobody compiles faster by CPython.
All of them are at work, as in what it is compared with: one that shares its core or its memory with others is slower than alone.

usage: compile_alone.py FOLDER PROCESSORS
"""
import json
import multiprocessing
import os
import sys
import time
import warnings


def seconds(sources):
    warnings.simplefilter("ignore")
    start = time.process_time()
    for source in sources:
        try:
            compile(source, "file.py", "exec", 0, True, 0)
        except (SyntaxError, ValueError):
            pass
    return time.process_time() - start


def main():
    folder, processors = sys.argv[1], int(sys.argv[2])
    sources = []
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".py"):
                with open(os.path.join(place, name), "rb") as file:
                    sources.append(file.read())
    sources.sort(key=len)
    with multiprocessing.get_context("fork").Pool(processors) as pool:
        spent = pool.map(seconds, [sources[i::processors] for i in range(processors)], chunksize=1)
    print(json.dumps({"seconds": sum(spent) / processors, "bytes": 0}))


main()
