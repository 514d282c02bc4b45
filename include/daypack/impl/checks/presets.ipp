// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/presets.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>

#include <algorithm>
#include <string>

namespace daypack {

DAYPACK_DECL std::vector<AnyCheck> checks::all() { return {Budget{}, Elf{}, Foreign{}, Imports{}, Names{}, Secrets{}}; }

DAYPACK_DECL std::vector<AnyCheck> checks::parse(std::string_view words) {
  if (words == "none") return {};
  const std::vector<AnyCheck> every = all();
  if (words == "all") return every;
  std::vector<AnyCheck> chosen;
  for (std::size_t begin = 0; begin <= words.size();) {
    const std::size_t end = std::min(words.find(',', begin), words.size());
    const std::string word(words.substr(begin, end - begin));
    const auto found = std::ranges::find(every, word, &AnyCheck::name);
    if (found == every.end()) {
      throw Error(Errc::usage, "there is no such check", '"' + word + '"',
                  "checks are " + detail::listed(every, ", ", &AnyCheck::name) + "; or all, or none");
    }
    if (std::ranges::find(chosen, word, &AnyCheck::name) == chosen.end()) chosen.push_back(*found);
    begin = end + 1;
  }
  return chosen;
}

}  // namespace daypack
