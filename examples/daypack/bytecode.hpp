// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "options.hpp"

#include <daypack/codec/codec.hpp>
#include <daypack/context.hpp>
#include <daypack/tree.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

// --bytecode, --optimize, --debug-ranges, --keep-source, --interpreter.
void add_bytecode_options(CLI::App& command, CompileOptions& options);

// What a package would take with sources only, bytecode only, or both.
struct BytecodeChoice {
  std::string kind = {};  // as --bytecode takes it
  std::uint64_t unpacked = 0;
  std::uint64_t zipped = 0;
  std::string unknown = {};  // why there are no sizes
};

// The stage that the options ask for, whichever it is; it may look at more on the way.
struct BytecodeStage {
  static constexpr std::string_view name = "Bytecode";

  CompileOptions options = {};
  daypack::Effort effort = daypack::Effort::balanced;
  std::vector<BytecodeChoice>* choices = nullptr;   // if given: adds what each kind would take, in the order of the help
  std::vector<daypack::Tree>* sources = nullptr;    // if given: adds the sources, under their paths in the target

  daypack::Tree operator()(const daypack::Tree& tree, daypack::Context& context) const;
};

}  // namespace cli
