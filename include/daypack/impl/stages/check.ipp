// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/impl/checks/binaries.ipp>
#include <daypack/stages/check.hpp>

#include <iterator>
#include <memory>
#include <utility>

namespace daypack::detail {

DAYPACK_DECL std::vector<Finding> run_checks(const Tree& tree, const std::vector<AnyCheck>& checks,
                                             const Context& context) {
  std::vector<Finding> all;
  const Context run = context.in_check_run(std::make_shared<CheckRun>());
  for (std::size_t i = 0; i < checks.size(); ++i) {
    context.check_stop();
    auto found = checks[i].run(tree, run);
    all.insert(all.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
    context.advance(i + 1, checks.size(), "checks");
  }
  sort_findings(all);
  return all;
}

DAYPACK_DECL void tell_findings(const std::vector<Finding>& findings, bool refuses, const Context& context) {
  for (const Finding& finding : findings) context.emit(finding);
  if (!refuses) return;
  if (auto failure = failure_of(findings)) throw Error(*std::move(failure));
}

}  // namespace daypack::detail
