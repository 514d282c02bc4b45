// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/error.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// error: the package will not work, or must not be sent; warning: it may; note: worth knowing.
enum class Severity { error, warning, note };

constexpr std::string_view to_string(Severity severity) {
  return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "note";
}

// One thing that a check has found in a package.
struct Finding {
  std::string check = {};  // the name of the check: "elf"
  Severity severity = Severity::warning;
  std::string subject = {};  // what it is about: a distribution with its version, a path, a limit
  std::string message = {};  // what is wrong, lower case, no final stop
  std::string hint = {};     // the way out
  friend bool operator==(const Finding&, const Finding&) = default;
};

// Errors first, then by check, subject and message: the order does not depend on who found what when.
DAYPACK_DECL void sort_findings(std::vector<Finding>& findings);

// What a pipeline ends with when any of them is an error: those, as causes. Its code is over_limit when all of them
// come from the check "budget", else verification. Nothing without errors.
DAYPACK_DECL std::optional<Fault> failure_of(std::span<const Finding> findings);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/finding.ipp>
#endif
