// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "options.hpp"

#include <daypack/rules/rule.hpp>

#include <vector>

namespace cli {

// --prune, --exclude and --include. Of the last two the order on the command line counts.
void add_prune_options(CLI::App& command, BuildOptions& options);

// The rules for packages, and those for files of the user's own too: the patterns alone.
std::vector<daypack::Rule> rules_of(const BuildOptions& options);
std::vector<daypack::Rule> own_rules_of(const BuildOptions& options);

}  // namespace cli
