// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <string>

namespace daypack {

// Where a package runs, or lies, now.
struct Deployment {
  std::string id;       // how the provider names it: a path, an ARN, a function's name
  std::string url = {};  // where it can be reached; empty when nowhere
  std::string digest = {};   // SHA-256 of the archive, hex
  std::string version = {};  // the provider's version
  bool unchanged = false;    // the provider had these very bytes already
};

}  // namespace daypack
