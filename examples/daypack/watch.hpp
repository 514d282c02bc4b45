// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "options.hpp"

#include <string>

namespace cli {

struct WatchedBuild {
  bool wanted = false;
  std::string deploy = {};  // the function that is deployed locally after each build; empty: none
};

// Builds, and builds again whenever something changes that the package is made of. A build that fails tells its error
// and waits for the next change. Ends by an interrupt: Error{cancelled}.
int watch(const BuildOptions& options, const WatchedBuild& watched, const Everywhere& everywhere);

}  // namespace cli
