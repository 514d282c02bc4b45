// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/interpreter.hpp>
#include <daypack/bytes.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

struct BytecodeOptions {
  int optimize = 0;           // as -O: 0, 1 without asserts, 2 without docstrings too
  bool debug_ranges = false;  // columns for the ^^^^ of tracebacks, Python 3.11 and later; a fifth of the bytes
  std::chrono::milliseconds patience{60'000};  // for one file; then it counts as failed
};

struct SourceFile {
  std::string name = {};  // co_filename: what tracebacks will say
  Blob source = {};
};

// A whole .pyc file, or why there is none, e.g. "SyntaxError: invalid syntax (line 3)".
struct Bytecode {
  Blob pyc = {};
  std::string reason = {};
  bool by_chance = false;  // the process crashed or hung: another run may do better
  bool ok() const noexcept { return reason.empty(); }
};

// Compiles source(0) ... source(count - 1) by as many processes of that interpreter as the pool has threads, and gives
// each to made() as soon as it is there. The bytes depend on the interpreter, the options, the name and the source
// only, not on the number of processes nor on the order. The header says "unchecked hash" (PEP 552); Python 3.6 does
// not know that and gets the timestamp 0. source and made are called from several threads, once for each file, the
// lowest first: put the largest there. What they throw ends the work. A process that crashes or hangs costs time only:
// the files that it had are sent again one by one, and the one that ends two processes alone has failed. Throws
// Error{tool_failed} when the interpreter cannot serve at all, Error{cancelled} when stopped; no process is left.
DAYPACK_DECL void compile_bytecode(const Interpreter& interpreter, const BytecodeOptions& options, std::size_t count,
                                   const std::function<SourceFile(std::size_t)>& source,
                                   const std::function<void(std::size_t, Bytecode)>& made, const Context& context);

// What the bytes depend on beside names and sources, as text: for keys of caches.
DAYPACK_DECL std::string bytecode_recipe(const Interpreter& interpreter, const BytecodeOptions& options);

namespace detail {

// What the processes run. Requests: length of the name, length of the source, 1 for the last of a batch, name, source;
// answers: 0 or 1 for failed, 0 or 1 for "take another process from now on", length, then the .pyc or the reason.
// Lengths are four bytes, little-endian. A batch is answered at once: who listens takes a processor from those who
// compile. The bytes must not tell what else the process has seen; docs/design/bytecode.md has the causes. So nothing
// is imported but what the interpreter has loaded anyway; before 3.11, a process in which compiling has loaded a module
// (a codec for a coding cookie) retires; strings of one character and names that the compiler itself uses are met at
// the start; and equal constant sets of a file are made one object, filled in one order. Compiling leaves no cycles:
// where it changes no byte (from 3.11 on), the collector of cycles rests.
inline constexpr std::string_view bytecode_worker = R"(
import sys
sys.path = [entry for entry in sys.path if entry]
import _imp
import marshal
import _frozen_importlib_external as external

if sys.version_info < (3, 12):
    characters = [sys.intern(chr(code)) for code in range(256)]
    compile("""
class C(B):
    x: int = 0
    def f(self, *a, k=1, **b) -> int: return super().f(f'{a!r:>{b}}')
async def a():
    async with x as y: [z async for z in y]
    async for i in x: yield await i
import a.b as c
from a import *
with x: assert y, lambda: 0
try: [i for i in {i for i in x}]
except E as e: {i: i for i in (i for i in x)}
finally: print(x[1:2, ...], not x, -x, x @ x)
""", '', 'exec', 0, True)

def plain(constant):
    return marshal.dumps(constant, 0)

def with_constants(code, constants):
    if hasattr(code, 'replace'):
        return code.replace(co_consts=constants)
    return code_type(code.co_argcount, code.co_kwonlyargcount, code.co_nlocals, code.co_stacksize, code.co_flags,
                     code.co_code, constants, code.co_names, code.co_varnames, code.co_filename, code.co_name,
                     code.co_firstlineno, code.co_lnotab, code.co_freevars, code.co_cellvars)

code_type = type(plain.__code__)

def has_sets(code):
    codes = [code]
    for code in codes:
        for constant in code.co_consts:
            kind = type(constant)
            if kind is code_type:
                codes.append(constant)
            elif kind is frozenset:
                return True
    return False

def settled(code, sets):
    constants = None
    for index, constant in enumerate(code.co_consts):
        if type(constant) is code_type:
            other = settled(constant, sets)
        elif type(constant) is frozenset:
            items = sorted(constant, key=plain)
            other = sets.setdefault(tuple(map(plain, items)), frozenset(items))
        else:
            continue
        if other is not constant:
            constants = constants or list(code.co_consts)
            constants[index] = other
    return with_constants(code, tuple(constants)) if constants else code

unchecked = (1).to_bytes(4, 'little')

def answer(source, name, optimize, magic):
    try:
        code = compile(source, name, 'exec', 0, True, optimize)
        if has_sets(code):
            code = settled(code, {})
        if sys.version_info < (3, 7):
            return 0, external._code_to_bytecode(code, 0, len(source) & 0xffffffff), b''
        # As external._code_to_hash_pyc(), unchecked, without its copies.
        return 0, external.MAGIC_NUMBER + unchecked + _imp.source_hash(magic, source), marshal.dumps(code)
    except Exception as error:
        reason = type(error).__name__ + ': ' + (getattr(error, 'msg', None) or str(error))
        if getattr(error, 'lineno', None):
            reason += ' (line %d)' % error.lineno
        return 1, reason.encode('utf-8', 'backslashreplace'), b''

def serve(read, write, flush, optimize):
    magic = int.from_bytes(external.MAGIC_NUMBER, 'little')
    modules = len(sys.modules)
    if sys.version_info >= (3, 11):
        import gc
        gc.disable()
    write(external.MAGIC_NUMBER)
    flush()
    while True:
        head = read(9)
        if len(head) < 9:
            return
        name = read(int.from_bytes(head[:4], 'little')).decode('utf-8', 'surrogateescape')
        source = read(int.from_bytes(head[4:8], 'little'))
        failed, begin, rest = answer(source, name, optimize, magic)
        retires = len(sys.modules) != modules and sys.version_info < (3, 11)
        write(bytes((failed, retires)) + (len(begin) + len(rest)).to_bytes(4, 'little') + begin)
        write(rest)
        if head[8] or retires:
            flush()

read = open(0, 'rb', 1 << 16, closefd=False).read
out = open(1, 'wb', 1 << 20, closefd=False)
serve(read, out.write, out.flush, int(sys.argv[1]))
)";

}  // namespace detail

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/bytecode/compiler.ipp>
#endif
