// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daypack::rules {

// What a project says of pruning, in the table [tool.daypack] of its pyproject.toml, among other options of the command
// line:
//   prune = "safe,preinstalled"                 # as parse() takes it
//   patterns = ["*.md", "!numpy/README.md"]     # as Globs takes them
struct PruneSettings {
  std::string prune = {};  // empty when the project does not say
  std::vector<std::string> patterns = {};

  // `source` is named in errors. Error{syntax} for what is no TOML and for another type; other keys are the command
  // line's.
  DAYPACK_DECL static PruneSettings parse(std::string_view text, std::string source);

  // The file at that path. Error{not_found, unreadable} too.
  DAYPACK_DECL static PruneSettings read(const std::string& path);
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/prune_settings.ipp>
#endif
