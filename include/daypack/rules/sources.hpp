// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

namespace daypack::rules {

// Sources of what stands there compiled, in distributions only: C, C++ and Cython with their headers, and *.po beside
// its *.mo. All that lies in a distribution that compiles while it runs stays, and with one of those that compile
// against others (Cython, pybind11, ...) every header does.
struct Sources {
  static constexpr std::string_view name = "sources";
  static constexpr std::string_view reason =
      "C, C++, Cython and headers of extension modules that are compiled already";
  static constexpr std::string_view risk = "code that compiles extension modules while it runs lacks headers";
  DAYPACK_DECL static Matcher matcher(const Tree& tree, const TargetFacts* target);
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/sources.ipp>
#endif
