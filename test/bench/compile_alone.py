# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The processor time of compile() for every source below a folder, by the number of processors: nobody compiles faster by CPython.

usage: compile_alone.py FOLDER PROCESSORS
"""
import json
import os
import sys
import time
import warnings

warnings.simplefilter("ignore")
sources = []
for place, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name.endswith(".py"):
            with open(os.path.join(place, name), "rb") as file:
                sources.append(file.read())
start = time.process_time()
for source in sources:
    try:
        compile(source, "file.py", "exec", 0, True, 0)
    except (SyntaxError, ValueError):
        pass
print(json.dumps({"seconds": (time.process_time() - start) / int(sys.argv[2]), "bytes": 0}))
