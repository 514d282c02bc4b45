// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "options.hpp"

#include <daypack/checks/attached_layer.hpp>
#include <daypack/rules/prune_settings.hpp>
#include <daypack/rules/rule.hpp>

#include <vector>

namespace cli {

// --prune, --exclude and --include. Of the last two the order on the command line counts.
void add_prune_options(CLI::App& command, BuildOptions& options);

// What the options and the projects among the requirements say (rules/prune_settings.hpp).
struct PruneRules {
  std::vector<daypack::Rule> of_packages = {};
  std::vector<daypack::Rule> of_all = {};  // after own files have come: the patterns, and rules that start at these
  bool names_preinstalled = false;
  daypack::rules::PruneSettings said = {};  // all that the rules follow from, but for layers
};
PruneRules rules_of(const BuildOptions& options, const std::vector<daypack::checks::AttachedLayer>& layers);

}  // namespace cli
