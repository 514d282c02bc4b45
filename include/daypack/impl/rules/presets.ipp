// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/rules/presets.hpp>

#include <algorithm>

namespace daypack {

namespace detail {

// The rules that one word stands for.
inline std::vector<Rule> rules_of_word(std::string_view word) {
  if (word == "safe") return rules::safe();
  if (word == "none") return {};
  if (auto found = rules::find(word)) return {*std::move(found)};
  std::string known = "presets are safe, none, mapbox; rules are";
  for (const Rule& rule : rules::all()) known += (&rule == rules::all().data() ? " " : ", ") + rule.name;
  throw Error(Errc::usage, "there is no such prune rule or preset", '"' + std::string(word) + '"', std::move(known));
}

}  // namespace detail

DAYPACK_DECL std::span<const Rule> rules::all() {
  static const std::vector<Rule> every = list<BytecodeCaches, DistInfo, Mapbox, Preinstalled, Tests>();
  return every;
}

DAYPACK_DECL std::optional<Rule> rules::find(std::string_view name) {
  const auto it = std::ranges::find(all(), name, &Rule::name);
  return it == all().end() ? std::nullopt : std::optional(*it);
}

DAYPACK_DECL std::vector<Rule> rules::parse(std::string_view words) {
  std::vector<Rule> chosen;
  for (std::size_t begin = 0; begin <= words.size();) {
    const std::size_t end = std::min(words.find(',', begin), words.size());
    for (Rule& rule : detail::rules_of_word(words.substr(begin, end - begin))) {
      if (std::ranges::find(chosen, rule.name, &Rule::name) == chosen.end()) chosen.push_back(std::move(rule));
    }
    begin = end + 1;
  }
  return chosen;
}

}  // namespace daypack
