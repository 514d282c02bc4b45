// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/rules/scripts.hpp>

namespace daypack {

DAYPACK_DECL Matcher rules::Scripts::matcher(const Tree&, const TargetFacts* target) {
  return {.removes = [target](const Entry& entry) {
    return entry.origin && detail::package_path(entry.path, target).starts_with("bin/");
  }};
}

}  // namespace daypack
