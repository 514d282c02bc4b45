// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <cstdlib>
#include <string>

namespace daypack::detail {

// A variable of this process; empty when it is not set.
inline std::string environment_text(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace daypack::detail
