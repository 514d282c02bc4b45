// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/process/runner.hpp>
#include <daypack/python.hpp>

#include <cstdint>
#include <stop_token>
#include <string>

namespace daypack {

// A CPython on this host that has been run and asked what it is. It only compiles, so its architecture and its patch
// release do not matter: bytecode is the same within a minor release.
struct Interpreter {
  std::string path = {};  // sys.executable
  Python python = {};
  std::string version = {};  // "3.12.1"
  std::uint16_t magic = 0;   // of the .pyc files that it writes
};

// The interpreter at a path, or of a name in PATH. Throws Error{interpreter_missing} when there is no such program,
// Error{usage} when it is no CPython 3 (got what, expected what).
DAYPACK_DECL Interpreter interpreter_at(const std::string& path, Runner& runner, std::stop_token stop);

// An interpreter of that minor release. A chosen one (path or name) must be right or it is an Error{usage}; without
// one, the first that works of: pythonX.Y in PATH, the versions of pyenv (newest first), `uv python find X.Y` (nothing
// is downloaded). Shims that lead nowhere are passed over. Throws Error{interpreter_missing} with the ways to get one.
DAYPACK_DECL Interpreter find_interpreter(Python python, const std::string& chosen, Runner& runner,
                                          std::stop_token stop);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/bytecode/interpreter.ipp>
#endif
