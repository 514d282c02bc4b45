// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "bytecode.hpp"

#include <daypack/error.hpp>
#include <daypack/stages/compile.hpp>
#include <daypack/stages/pyc_only.hpp>
#include <daypack/stages/save_sources.hpp>
#include <daypack/stages/zip.hpp>

namespace cli {

namespace {

using daypack::Context;
using daypack::Tree;

const std::vector<std::string> kinds{"pyc-only", "compiled", "none"};

Tree compiled(const std::string& kind, const CompileOptions& options, const Tree& tree, Context& context) {
  if (kind == "pyc-only") {
    return daypack::PycOnly{.optimize = options.optimize,
                            .interpreter = options.interpreter,
                            .debug_ranges = options.debug_ranges > 0,
                            .keep_source = options.keep_source}(tree, context);
  }
  if (kind == "compiled") {
    return daypack::Compile{.optimize = options.optimize,
                            .interpreter = options.interpreter,
                            .debug_ranges = options.debug_ranges >= 0}(tree, context);
  }
  return tree;
}

void measure(const std::string& kind, const BytecodeStage& stage, const Tree& tree, const Context& context, BytecodeChoice& choice) {
  Context here = context.observed_by({});  // nobody is to read of what is not built
  try {
    const auto archive = daypack::Zip<>{.effort = stage.effort}(compiled(kind, stage.options, tree, here), here);
    choice.unpacked += archive.manifest().unzipped;
    choice.zipped += archive.size();
  } catch (const daypack::Error& error) {
    if (error.code() != daypack::Errc::interpreter_missing && error.code() != daypack::Errc::usage) throw;
    choice.unknown = error.fault().message + ": " + error.fault().subject;
  }
}

}  // namespace

void add_bytecode_options(CLI::App& command, CompileOptions& options) {
  command.add_option("--bytecode", options.kind, "pyc-only (in the place of sources), compiled (beside them) or none")->check(CLI::IsMember(kinds));
  command.add_option("--optimize", options.optimize, "0, 1 (no asserts) or 2 (no docstrings either)")->check(CLI::Range(0, 2));
  command.add_flag("--debug-ranges,!--no-debug-ranges", options.debug_ranges, "Columns in tracebacks, a fifth of the bytecode (default: with sources only)");
  command.add_option("--keep-source", options.keep_source, "GLOB: sources that stay beside their bytecode, repeatable")->allow_extra_args(false);
  command.add_option("--interpreter", options.interpreter, "The Python that compiles, a path or a name (default: found in PATH, pyenv and uv)");
}

Tree BytecodeStage::operator()(const Tree& tree, Context& context) const {
  if (sources) sources->push_back(daypack::sources_in_target(tree, context.target()));
  if (choices) {
    choices->resize(kinds.size());
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      choices->at(i).kind = kinds[i];
      measure(kinds[i], *this, tree, context, choices->at(i));
    }
  }
  return compiled(options.kind, options, tree, context);
}

}  // namespace cli
