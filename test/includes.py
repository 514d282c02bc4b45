#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What a light header may not pull in, and what it costs to compile, beside the budget. Times are printed
(test/run.sh shows them at its end); only an include can fail.

usage: includes.py -IDIR COMPILER
"""
import os
import re
import subprocess
import sys
import tempfile

FORBIDDEN = re.compile(r"/boost/(beast|asio|process|json)/|/boost/(beast|asio|process|json)\.hpp$|/openssl/"
                       r"|/c\+\+/(\d+/|v1/)(regex|iostream)$")
PIPELINE = """#include <daypack/daypack.hpp>
using namespace daypack;
auto pack() { return target<aws::Lambda, 3.12_py> | Resolve{} | Vendor{} | Prune{} | PycOnly{} | Zip{}; }
"""
BACKEND = "#include <daypack/backends/aws.hpp>\n"
MATRIX = """#include <daypack/daypack.hpp>
using namespace daypack;
void pack(const Requirements& requirements, const Context& context) {
  const auto stages = Resolve{} | Vendor{} | Prune{} | PycOnly{} | Zip{};
  matrix<backends<BACKENDS>, pythons<PYTHONS>>::each([&](auto here) { static_cast<void>((here | stages)(requirements, context)); });
}
"""
CELL = MATRIX.replace("BACKENDS", "aws::Lambda").replace("PYTHONS", "3.12_py")
SIX_BY_SIX = MATRIX.replace("BACKENDS", "aws::Lambda, aws::Layer, azure::Functions, azure::Premium, aliyun::Fc, gcp::Functions").replace(
    "PYTHONS", "3.9_py, 3.10_py, 3.11_py, 3.12_py, 3.13_py, 3.14_py")
MODES = {"header-only": [], "compiled": ["-DDAYPACK_SEPARATE_COMPILATION"]}
# Must not compile: what a mistake costs.
MISTAKE = """#include <daypack/daypack.hpp>
using namespace daypack;
auto pack = target<aws::Lambda, 3.12_py> | Resolve{} | Zip{};
"""
# Seconds; from the design's budget.
BUDGETS = [("one pipeline", PIPELINE, "compiled", 0.8), ("one pipeline", PIPELINE, "header-only", 1.5),
           ("backends/aws.hpp", BACKEND, "compiled", 0.2), ("one mistake", MISTAKE, "compiled", 0.8)]


def run(compiler, include, mode, source, *flags):
    command = [compiler, "-std=c++20", include, *MODES[mode], *flags, "-x", "c++", source]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def forbidden(compiler, include, mode, source):
    files = run(compiler, include, mode, source, "-M").replace("\\\n", " ").split()
    return sorted(name for name in files if FORBIDDEN.search(name))


def cost(compiler, include, mode, source, compiles=True):
    """Processor time, where it is short the least of three: other work on the machine hardly changes it; and MB at most."""
    command = [compiler, "-std=c++20", include, *MODES[mode], "-c", "-O0", "-o", "/dev/null", source]
    times, memory = [], 0
    while not times or len(times) < 3 and times[0] < 5:
        program = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
        if (program.returncode == 0) != compiles:
            sys.exit(f"{' '.join(command)}: exit {program.returncode}")
        times.append(used.ru_utime + used.ru_stime)
        memory = max(memory, used.ru_maxrss / 1000)
    return min(times), memory


def main():
    include, compiler = sys.argv[1:]
    failed = False
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as source:
        def write(text):
            source.seek(0)
            source.truncate()
            source.write(text)
            source.flush()

        for mode in MODES:
            write("#include <daypack/daypack.hpp>\n")
            names = forbidden(compiler, include, mode, source.name)
            print(f"daypack.hpp, {mode}: {len(names)} forbidden headers")
            print("".join(f"  {name}\n" for name in names[:8]), end="")
            failed = failed or bool(names)
        # The check itself has to be able to fail.
        write("#include <iostream>\n#include <regex>\n#include <boost/asio/io_context.hpp>\n#include <openssl/sha.h>\n")
        failed = failed or len(forbidden(compiler, include, "compiled", source.name)) < 4
        for name, text, mode, budget in BUDGETS:
            write(text)
            took, memory = cost(compiler, include, mode, source.name, text is not MISTAKE)
            print(f"compile time: {name + ', ' + mode:32} {took:6.2f} s of {budget} s {memory:6.0f} MB{'  over' if took > budget else ''}")
        write(CELL)
        cell, _ = cost(compiler, include, "compiled", source.name)
        write(SIX_BY_SIX)
        matrix, memory = cost(compiler, include, "compiled", source.name)
        print(f"compile time: {'6 x 6 targets, compiled':32} {matrix:6.2f} s of {1.5 * cell:.1f} s {memory:6.0f} MB{'  over' if matrix > 1.5 * cell else ''}")
    return failed


try:
    sys.exit(main())
except subprocess.CalledProcessError as error:
    sys.exit(f"{' '.join(error.cmd)}\n{error.stderr}")
