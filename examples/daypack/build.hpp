// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "console.hpp"
#include "options.hpp"
#include "package.hpp"

#include <CLI/CLI.hpp>

namespace cli {

// How a package is made, whatever goes into it: Python, rules, bytecode, checks, layers.
void add_packing_options(CLI::App& command, BuildOptions& options);

// The options of the command build, but those that say how it runs.
void add_build_options(CLI::App& command, BuildOptions& options);

// Makes the package and writes all that the options ask for.
Package build(const BuildOptions& options, const Everywhere& everywhere, const daypack::Context& context,
              Console& console, SharedPackages& shared);

}  // namespace cli
