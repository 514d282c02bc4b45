// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/impl/stages/compiled_tree.ipp>
#include <daypack/stages/compile.hpp>

namespace daypack {

DAYPACK_DECL Tree Compile::operator()(const Tree& tree, Context& context) const {
  const TargetFacts& target = context.target();
  if (target.runtime->python < Python{3, 7}) {
    throw Error(Errc::usage, "bytecode beside its source is of no use for this Python",
                to_string(target.runtime->python) + " (it compares the date of the source, which deploying changes)",
                "ship bytecode without sources (PycOnly), or sources only");
  }
  detail::CompilePlan plan{
      .rule = "compile", .interpreter = interpreter, .options = {.optimize = optimize, .debug_ranges = debug_ranges}};
  for (const Entry& entry : tree) {
    if (detail::is_source(entry) && !detail::is_program_of_wheel(entry, target.packages_folder()))
      plan.sources.push_back({&entry, detail::PycPlace::beside});
  }
  return detail::CompiledTree(tree, std::move(plan), context).tree();
}

}  // namespace daypack
