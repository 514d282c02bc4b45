// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/bytecode/proof.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/finding.hpp>
#include <daypack/report/report.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// What a rehearsal of a package has shown.
struct Verification {
  // A module that was imported, or the handler.
  struct Module {
    std::string name = {};          // "numpy", "google.cloud.storage"; "app.handler" for the handler
    std::string distribution = {};  // normalised; empty for the user's own
    bool imported = false;
    std::chrono::duration<double> time{};  // of the import, with all that it imports
    std::uint64_t memory = 0;              // bytes, the most that its process held, the interpreter's own included
  };

  BytecodeProof bytecode = {};       // of the package and its layers
  std::size_t proven = 0;            // .pyc of the package itself that an interpreter has read
  std::string interpreter = {};      // that imported, "3.12.1"; empty: nothing was imported, a finding says why
  bool isolated = false;             // in namespaces of its own, where the package lies as it does in the target
  bool offline = false;              // without a network of the kernel's; else connections were refused in Python
  std::vector<Module> modules = {};  // sorted by name
  std::vector<Report::Import> imports = {};  // each module that was imported on the way, the slowest first
  std::vector<Finding> findings = {};        // sorted; those of the bytecode too

  // The imports as `python -X importtime` writes them, for `daypack report --import-times`.
  DAYPACK_DECL std::string import_log() const;
};

// Rehearses the finished zip on this machine: proves its bytecode (bytecode/proof.hpp), then imports, each in a process
// of its own, every top-level module of each distribution and of the user's own code, and the handler; asks
// importlib.metadata for each distribution that keeps its metadata. The package is unpacked once, by its digest, and
// read-only; where the system permits it lies at the backend's own places, with attached layers, and nothing else of
// this machine but the interpreter and the system's libraries is there. sys.path, LD_LIBRARY_PATH and the variables are
// the backend's; site-packages of this machine are not looked into; HOME and TMPDIR are private; there is no network.
//
// A module that fails is an error with its cause: the rule that removed what is missing, or that no distribution has
// it; the library that is missing and which file needs it; the exception and its place; a signal; the time. What fails
// because it asks for a display, a GPU, a network, another system or a package of the runtime is told as a note: "not
// rehearsed". For another architecture, or without an interpreter of the target's version, what can be told without
// running is checked, with a warning that says so. The manifest of the archive that it gives tells how much bytecode
// was read. Findings go to the observer; errors among them end the pipeline: Error{verification}, with each as a cause.
// Throws also what find_interpreter says of a chosen interpreter, Error{damaged_zip, unwritable, cancelled}.
struct Verify {
  static constexpr std::string_view name = "Verify";
  std::string handler = {};                    // empty: that of the manifest, if it has one
  std::string interpreter = {};                // a path, or a name in PATH; found when empty (bytecode/interpreter.hpp)
  std::chrono::milliseconds patience{60'000};  // for one import
  std::vector<std::string> allow = {};         // globs of modules that may fail: "*.gui", "pytest_*"
  std::vector<Archive> layers = {};            // that are attached, in their order; they are rehearsed with the package
  std::string folder = {};                     // where packages are unpacked; empty: below the cache's folder
  bool isolated = true;                        // false: run it where it is unpacked

  // What it finds; throws no Error{verification}.
  DAYPACK_DECL Verification examine(const Archive& archive, const Context& context) const;

  DAYPACK_DECL Archive operator()(const Archive& archive, Context& context) const;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/verify.ipp>
#endif
