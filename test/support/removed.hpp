// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/rules/rule.hpp>

#include <string>
#include <vector>

// The paths that a rule removes of a tree.
inline std::vector<std::string> removed_by(const daypack::Rule& rule, const daypack::Tree& tree,
                                           const daypack::TargetFacts* target = nullptr) {
  const daypack::Matcher matcher = rule.matcher(tree, target);
  std::vector<std::string> paths;
  for (const daypack::Entry& entry : tree) {
    if (matcher.removes(entry)) paths.push_back(entry.path);
  }
  return paths;
}

template <daypack::prune_rule Rule>
std::vector<std::string> removed_by(const daypack::Tree& tree) {
  return removed_by(daypack::rule<Rule>(), tree);
}
