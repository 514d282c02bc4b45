// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

namespace daypack::rules {

// Folders that are called exactly "tests" or "test", in distributions only: the user's own files stay. Public test
// helpers and modules that an installed package imports for its work stay too: django/test, twisted/test,
// tensorflow/_api/**/test, ...
struct Tests {
  static constexpr std::string_view name = "tests";
  static constexpr std::string_view reason = "test suites of distributions are never run in the cloud";
  static constexpr std::string_view risk = "a package that imports its own tests folder at run time fails to import";
  DAYPACK_DECL static Matcher matcher(const Tree& tree, const TargetFacts* target);
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/tests.ipp>
#endif
