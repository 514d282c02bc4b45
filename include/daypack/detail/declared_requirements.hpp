// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/requirement_lines.hpp>
#include <daypack/detail/requirement_parser.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/requirements.hpp>
#include <daypack/wheel/metadata.hpp>
#include <daypack/wheel/name.hpp>

#include <algorithm>
#include <string>
#include <string_view>
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

// The normalised names alone, of lines that no rule allows too: for whoever keeps what may be needed. With or without
// what a marker asks of an extra.
inline std::vector<std::string> declared_names(const MetadataHeaders& headers, bool extras) {
  std::vector<std::string> names;
  for (const std::string_view line : headers.values("Requires-Dist")) {
    const auto [what, marker] = split_once(line, ';');
    if (!extras && marker.find("extra") != std::string_view::npos) continue;
    const auto stop =
        std::ranges::find_if_not(what, [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_' || c == '.'; });
    names.push_back(normalised_name(what.substr(0, static_cast<std::size_t>(stop - what.begin()))));
  }
  return names;
}

}  // namespace daypack::detail
