// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/finding.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

namespace daypack {

DAYPACK_DECL void sort_findings(std::vector<Finding>& findings) {
  std::ranges::sort(findings, {}, [](const Finding& finding) {
    return std::tie(finding.severity, finding.check, finding.subject, finding.message, finding.hint);
  });
}

DAYPACK_DECL std::optional<Fault> failure_of(std::span<const Finding> findings) {
  Fault whole{.code = Errc::over_limit, .message = "the package does not pass its checks"};
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::error) continue;
    if (finding.check != "budget") whole.code = Errc::verification;
    whole.causes.push_back({.code = finding.check == "budget" ? Errc::over_limit : Errc::verification,
                            .message = finding.message,
                            .subject = finding.subject,
                            .hint = finding.hint});
  }
  if (whole.causes.empty()) return std::nullopt;
  if (whole.causes.size() > 1) return whole;
  return std::move(whole.causes.front());
}

}  // namespace daypack
