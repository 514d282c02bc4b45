// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

namespace daypack::rules {

// The commands of distributions, bin/NAME, which are there with Vendor{.scripts = true}.
struct Scripts {
  static constexpr std::string_view name = "scripts";
  static constexpr std::string_view reason = "a function imports packages, it does not call their commands";
  static constexpr std::string_view risk = "packages that start their own command (ruff, uv, cmake) do not find it";
  DAYPACK_DECL static Matcher matcher(const Tree& tree, const TargetFacts* target);
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/scripts.ipp>
#endif
