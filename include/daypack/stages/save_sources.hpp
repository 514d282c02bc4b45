// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/tree.hpp>

#include <string>
#include <string_view>

namespace daypack {

// The Python sources of a tree, each under its whole path in the target without the first slash, e.g.
// "var/task/pkg/mod.py": what bytecode calls it.
DAYPACK_DECL Tree sources_in_target(const Tree& tree, const TargetFacts& target);

// Keeps the sources aside that PycOnly is about to remove, in a zip of their own that is not deployed: Prune{} |
// SaveSources{"out.sources.zip"} | PycOnly{}. report/trace.hpp puts their lines into tracebacks. The zip appears whole
// or not at all; equal trees give equal bytes. Gives the tree as it is. Throws Error{unwritable}.
struct SaveSources {
  std::string path = "package.sources.zip";

  static constexpr std::string_view name = "SaveSources";

  DAYPACK_DECL Tree operator()(const Tree& tree, Context& context) const;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/save_sources.ipp>
#endif
