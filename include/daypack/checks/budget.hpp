// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/checks/attached_layer.hpp>
#include <daypack/checks/check.hpp>
#include <daypack/config.hpp>
#include <daypack/rules/presets.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace daypack::checks {

// The sizes against the limits of the backend, function and attached layers together. Over: an error with the largest
// distributions and files and the way out, stripping, links and the smallest set of prune rules with which it fits, and
// a note for each of them with what it would save. From `near` of the limit on: a warning. The zip itself is judged
// when it is sealed: findings_of(archive).
struct Budget {
  static constexpr std::string_view name = "budget";
  std::vector<AttachedLayer> layers = {};
  std::vector<Rule> rules = {rules::all().begin(), rules::all().end()};  // that are offered as the way out
  double near = 0.9;

  DAYPACK_DECL std::vector<Finding> operator()(const Tree& tree, const Context& context) const;
  DAYPACK_DECL std::vector<Finding> findings_of(const Archive& archive, const TargetFacts& target) const;
};

}  // namespace daypack::checks

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/checks/budget.ipp>
#endif
