// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

#include <string>
#include <vector>

namespace daypack::rules {

// What the user says of paths: a value, since it has data. In order, the last pattern that matches decides: "*.md"
// leaves out, "!numpy/README.md" brings back. A pattern (walk/glob.hpp) names a file or a folder, and a folder all
// below it; with "/" at its end a folder only. What is brought back no other rule of the list removes. Paths of
// distributions count from where those lie, so the patterns do not depend on the backend.
struct Globs {
  std::vector<std::string> patterns = {};

  // Error{usage} for a pattern that is empty, or "!" alone.
  DAYPACK_DECL operator Rule() const;
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/globs.ipp>
#endif
