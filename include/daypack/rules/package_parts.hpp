// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

namespace daypack::rules {

// Parts of single packages that nothing imports but their own tests, or that few ever use: the list, with where each
// was seen, stands in impl/rules/package_parts.ipp.
struct PackageParts {
  static constexpr std::string_view name = "package-parts";
  static constexpr std::string_view reason = "parts of big packages that few functions use";
  static constexpr std::string_view risk =
      "pyarrow.flight, kubernetes.aio, sample data of matplotlib and ansible-test cannot be used";
  DAYPACK_DECL static Matcher matcher(const Tree& tree, const TargetFacts* target);
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/package_parts.ipp>
#endif
