// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/rules/presets.hpp>

#include <algorithm>
#include <array>

namespace daypack {

namespace detail {

inline bool is_rule_word(std::string_view word) {
  return word == "safe" || word == "lean" || word == "none" || word == rules::Attached::name ||
         rules::find(word).has_value();
}

// The rules that one word stands for.
inline std::vector<Rule> rules_of_word(std::string_view word, const std::vector<checks::AttachedLayer>& layers) {
  if (word == "safe") return rules::safe();
  if (word == "lean") return rules::lean();
  if (word == "none") return {};
  if (word == rules::Attached::name) {
    if (!layers.empty()) return {rules::Attached{layers}};
    throw Error(Errc::usage, "the rule attached has no layers to look into", {}, "name them: --layer FILE");
  }
  if (auto found = rules::find(word)) return {*std::move(found)};
  throw Error(Errc::usage, "there is no such prune rule or preset", '"' + std::string(word) + '"',
              "presets are safe, lean, none, mapbox; rules are " + listed(rules::all(), ", ", &Rule::name) +
                  ", attached, botocore-data=SERVICE,..., googleapi-data=API,..., unreachable=HANDLER,..., "
                  "unreachable-modules=HANDLER,...");
}

// Rules that are made of what the user names.
struct RuleOfNames {
  std::string_view name;
  std::string_view what;     // a name is of
  std::string_view example;  // of names
  Rule (*make)(std::vector<std::string>);
};
inline constexpr std::array<RuleOfNames, 4> rules_of_names{
    {{rules::BotocoreData<>::name, "service", "s3,lambda", rules::botocore_data},
     {rules::GoogleApiData<>::name, "service", "drive,sheets", rules::googleapi_data},
     {rules::Unreachable<"a.b">::name, "root", "app.handler", rules::unreachable},
     {rules::UnreachableModules<"a.b">::name, "root", "app.handler", rules::unreachable_modules}}};

// The rule that "name=value" stands for, with the words after it that belong to its value; `at` becomes the index of
// the last of them.
inline std::vector<Rule> rule_with_names(const std::vector<std::string>& words, std::size_t& at,
                                         const std::vector<checks::AttachedLayer>& layers) {
  const std::size_t sign = words[at].find('=');
  const std::string name = words[at].substr(0, sign);
  const auto kind = std::ranges::find(rules_of_names, name, &RuleOfNames::name);
  if (kind == rules_of_names.end()) return rules_of_word(words[at], layers);
  std::vector<std::string> names{words[at].substr(sign + 1)};
  while (at + 1 < words.size() && words[at + 1].find('=') == std::string::npos && !is_rule_word(words[at + 1]))
    names.push_back(words[++at]);
  if (std::ranges::find(names, std::string()) != names.end()) {
    throw Error(Errc::usage, "a " + std::string(kind->what) + " has no name", '"' + words[at] + '"',
                "write e.g. " + name + "=" + std::string(kind->example));
  }
  return {kind->make(names)};
}

}  // namespace detail

DAYPACK_DECL std::span<const Rule> rules::all() {
  static const std::vector<Rule> every =
      list<BuildFiles, BytecodeCaches, DistInfo, DistInfoAll, DistInfoMinimal, Docs, LocaleData, Mapbox, PackageParts,
           Preinstalled, Scripts, Sources, Stubs, Tests>();
  return every;
}

DAYPACK_DECL std::optional<Rule> rules::find(std::string_view name) {
  const auto it = std::ranges::find(all(), name, &Rule::name);
  return it == all().end() ? std::nullopt : std::optional(*it);
}

DAYPACK_DECL std::vector<Rule> rules::parse(std::string_view words, const std::vector<checks::AttachedLayer>& layers) {
  const std::vector<std::string> every = detail::split_at(words, ',');
  std::vector<Rule> chosen;
  for (std::size_t at = 0; at < every.size(); ++at) {
    const bool has_value = every[at].find('=') != std::string::npos;
    for (Rule& rule :
         has_value ? detail::rule_with_names(every, at, layers) : detail::rules_of_word(every[at], layers)) {
      if (std::ranges::find(chosen, rule.name, &Rule::name) == chosen.end()) chosen.push_back(std::move(rule));
    }
  }
  return chosen;
}

}  // namespace daypack
