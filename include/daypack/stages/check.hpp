// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/presets.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/tree.hpp>

#include <string_view>
#include <vector>

namespace daypack {

namespace detail {

template <class... Checks>
std::vector<AnyCheck> checks_of() {
  if constexpr (sizeof...(Checks) == 0) {
    return checks::all();
  } else {
    return {AnyCheck(Checks{})...};
  }
}

DAYPACK_DECL std::vector<Finding> run_checks(const Tree& tree, const std::vector<AnyCheck>& checks,
                                             const Context& context);
DAYPACK_DECL void tell_findings(const std::vector<Finding>& findings, bool refuses, const Context& context);

}  // namespace detail

// Looks at the package before anything is sent. Check{} runs every check of the library, Check<checks::Elf>{} those
// that are named, Check{.checks = {checks::Secrets{.allow = {"test.key"}}}} those of a list, with their options. The
// tree stays what it is. All checks run to their end; what they find goes to the observer, sorted. When any of it is an
// error the pipeline ends then: Error{over_limit} when only the budget is exceeded, else Error{verification}, with
// every such finding as a cause; not when `refuses` is false.
template <tree_check... Checks>
struct Check {
  static constexpr std::string_view name = "Check";
  std::vector<AnyCheck> checks = detail::checks_of<Checks...>();
  bool refuses = true;

  // What the checks find, sorted.
  std::vector<Finding> findings(const Tree& tree, const Context& context) const {
    return detail::run_checks(tree, checks, context);
  }

  Tree operator()(const Tree& tree, Context& context) const {
    detail::tell_findings(findings(tree, context), refuses, context);
    return tree;
  }
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/check.ipp>
#endif
