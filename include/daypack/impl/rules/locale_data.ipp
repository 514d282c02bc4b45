// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/rules/locale_data.hpp>

namespace daypack {

DAYPACK_DECL Matcher rules::LocaleData::matcher(const Tree&, const TargetFacts*) {
  return {.removes = [](const Entry& entry) {
    return entry.origin && entry.path.find("/LC_MESSAGES/") != std::string::npos;
  }};
}

}  // namespace daypack
