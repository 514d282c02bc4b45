// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/tree.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// Bytecode instead of sources: every pkg/mod.py becomes pkg/mod.pyc in the same folder, where Python loads it without a
// source. It starts faster; it is not smaller. The pyc is never checked against a source (PEP 552, unchecked hash), and
// tracebacks name the path where the package will lie, e.g. /var/task/pkg/mod.py.
//
// These keep their source, with a line in the ledger that says why: files that do not compile (one note counts them),
// the backend's entry files, programs in a wheel's bin folder, executable files that begin with #!, what a symbolic
// link points at, and modules known to read their own source, or that do so by their text (torch.jit.script, numba's
// cache=True). A note names own files that read sources of others (inspect.getsource and its kin). All but the programs
// have unoptimized bytecode beside them (see Compile; not for Python 3.6).
//
// Throws Error{interpreter_missing} when there is no interpreter of the target's version and something to compile, and
// what find_interpreter and compile_bytecode throw.
struct PycOnly {
  int optimize = 0;                           // 0; 1: no asserts; 2: no docstrings either, which some packages need
  std::string interpreter = {};               // a path, or a name in PATH; found when empty (bytecode/interpreter.hpp)
  bool debug_ranges = false;                  // columns in tracebacks (3.11 and later); a fifth more bytes
  std::vector<std::string> keep_source = {};  // more globs of files that keep their source

  static constexpr std::string_view name = "PycOnly";

  DAYPACK_DECL Tree operator()(const Tree& tree, Context& context) const;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/pyc_only.ipp>
#endif
