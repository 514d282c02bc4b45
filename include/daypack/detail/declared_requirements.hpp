// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/requirement_lines.hpp>
#include <daypack/detail/requirement_parser.hpp>
#include <daypack/requirements.hpp>
#include <daypack/wheel/metadata.hpp>

#include <vector>

namespace daypack::detail {

// What the Requires-Dist headers of METADATA say. Old METADATA has lines that no rule allows; they are left out, as pip
// does with what it does not install by.
inline std::vector<Requirement> declared_requirements(const MetadataHeaders& headers) {
  std::vector<Requirement> requirements;
  for (const std::string_view line : headers.values("Requires-Dist")) {
    try {
      requirements.push_back(parse_requirement(line));
    } catch (const Misread&) {
    }
  }
  return requirements;
}

}  // namespace daypack::detail
