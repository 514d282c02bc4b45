// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/interpreter.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/finding.hpp>
#include <daypack/policy.hpp>
#include <daypack/zip/reader.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace daypack {

// What is known of the bytecode in a finished archive.
struct BytecodeProof {
  std::size_t files = 0;               // members that end in .pyc
  std::size_t loaded = 0;              // of them, what an interpreter has read whole; 0 when none was asked
  std::vector<Finding> findings = {};  // sorted; the subject is the member's name

  // Members of which an import would fail, or that name files of another machine.
  DAYPACK_DECL std::size_t faults() const;
};

// Looks at every .pyc of an archive as the target's Python would: the magic number, the flags of PEP 552, and the
// source beside it. With an interpreter of the target's minor release the code is read, too (marshal.loads gives a code
// object), by as many processes as the pool has threads: one that crashes or hangs costs that file; hashes are compared
// with sources; and every co_filename has to lie where the package does when it runs.
//
// What an import would trip over is an error: another magic number, or code that does not load, where nothing else
// stands for the module; so is a co_filename of another machine in bytecode that is never compared with a source, as
// daypack makes it. What no import loads is a warning: bytecode for another Python, of another source, without its
// source in __pycache__, or beside its source out of it; and what is compared with the time of a source, which a zip
// does not keep. Nothing is written.
//
// Throws Error{damaged_zip} for a member that cannot be inflated, Error{tool_failed} when the interpreter cannot serve
// at all, Error{cancelled} when stopped.
DAYPACK_DECL BytecodeProof prove_bytecode(const zip::Reader& archive, const TargetFacts& target, const Context& context,
                                          const Interpreter* interpreter = nullptr);

namespace detail {

// What the processes run. Requests: lengths of the header, of the .pyc and of a source to be compared, the .pyc, the
// source; answers: 0, or 1 for failed, length, then the names that the code says of its files, one a line, or the
// reason. Lengths are four bytes, little-endian.
inline constexpr std::string_view proof_worker = R"(
import sys
sys.path = [entry for entry in sys.path if entry]
import _imp
import marshal

kind = type((lambda: 0).__code__)

def names_of(code, names):
    names.add(code.co_filename)
    for constant in code.co_consts:
        if type(constant) is kind:
            names_of(constant, names)

def answer(head, data, source):
    try:
        code = marshal.loads(data[head:])
        if type(code) is not kind:
            return 1, 'holds no code but ' + type(code).__name__
        if source and _imp.source_hash(int.from_bytes(data[:4], 'little'), source) != data[8:16]:
            return 1, 'is of another source than the one beside it'
        names = set()
        names_of(code, names)
        return 0, '\n'.join(sorted(names))
    except Exception as error:
        return 1, 'does not load: ' + type(error).__name__ + ': ' + str(error)

def serve(read, write, flush):
    while True:
        lengths = read(12)
        if len(lengths) < 12:
            return
        head, size, beside = [int.from_bytes(lengths[at:at + 4], 'little') for at in (0, 4, 8)]
        failed, text = answer(head, read(size), read(beside))
        text = text.encode('utf-8', 'backslashreplace')
        write(bytes((failed,)) + len(text).to_bytes(4, 'little') + text)
        flush()

serve(sys.stdin.buffer.read, sys.stdout.buffer.write, sys.stdout.buffer.flush)
)";

}  // namespace detail

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/bytecode/proof.ipp>
#endif
