// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/python.hpp>
#include <daypack/tree.hpp>

#include <string>
#include <string_view>

namespace daypack {

namespace detail {

template <class Target>
inline constexpr bool compares_no_dates = [] {
  static_assert(Target::python >= Python{3, 7},
                "daypack: Compile is of no use for Python 3.6: it compares bytecode with the date of its source, which "
                "deploying changes. Use PycOnly{}.");
  return true;
}();

}  // namespace detail

// Bytecode beside the sources: every pkg/mod.py has pkg/__pycache__/mod.cpython-312.pyc (PEP 3147), never checked
// against the source (PEP 552, unchecked hash), so it is used whatever date the file gets where it is deployed. Starts
// as fast as PycOnly; tracebacks show lines, and inspect.getsource works. It costs the bytes of both.
//
// Optimized bytecode has the tag opt-1 or opt-2, and Python looks for it only when it is told to optimize: set
// PYTHONOPTIMIZE for the function. Programs in a wheel's bin folder are not compiled; what does not compile is listed
// in the ledger, and one note counts it.
//
// Throws Error{usage} for Python 3.6 (its bytecode knows dates only), Error{interpreter_missing} when there is no
// interpreter of the target's version and something to compile, and what find_interpreter and compile_bytecode throw.
struct Compile {
  int optimize = 0;              // 0; 1: no asserts; 2: no docstrings either
  std::string interpreter = {};  // a path, or a name in PATH; found when empty (bytecode/interpreter.hpp)
  bool debug_ranges = true;      // columns in tracebacks (3.11 and later); a fifth of the bytecode

  static constexpr std::string_view name = "Compile";

  template <class Target>
  static consteval bool demand() {
    return detail::compares_no_dates<Target>;
  }

  DAYPACK_DECL Tree operator()(const Tree& tree, Context& context) const;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/compile.ipp>
#endif
