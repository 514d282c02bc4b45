// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/rules/presets.hpp>
#include <daypack/tree.hpp>

#include <span>
#include <string_view>
#include <vector>

namespace daypack {

namespace detail {

template <class... Rules>
std::vector<Rule> prune_rules() {
  if constexpr (sizeof...(Rules) == 0) {
    return rules::safe();
  } else {
    return rules::list<Rules...>();
  }
}

DAYPACK_DECL Tree prune(const Tree& tree, std::span<const Rule> rules, const Context& context);

}  // namespace detail

// Removes what the package does not need. Prune{} applies the safe rules, Prune<rules::Tests, rules::Mapbox>{} those
// that are named, Prune{.rules = rules::parse("safe,preinstalled")} those of a list. The first rule that wants an entry
// gets it: one line in the ledger for each, one remark for each rule with its files and bytes, a warning for each
// distribution and rule where licence files of what stays are removed.
template <prune_rule... Rules>
struct Prune {
  static constexpr std::string_view name = "Prune";
  std::vector<Rule> rules = detail::prune_rules<Rules...>();

  Tree operator()(const Tree& tree, Context& context) const { return detail::prune(tree, rules, context); }
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/prune.ipp>
#endif
