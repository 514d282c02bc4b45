// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

namespace daypack::rules {

// What people read and programs do not, in distributions only: folders doc, docs, example, examples, sample and samples
// beside or directly below a package if no Python lies in them, share/man and share/doc, files README, CHANGELOG,
// CHANGES, HISTORY, NEWS, AUTHORS and CONTRIBUTING as text, and the examples of botocore's services.
struct Docs {
  static constexpr std::string_view name = "docs";
  static constexpr std::string_view reason = "texts and examples for people, which no program reads";
  static constexpr std::string_view risk = "help of command lines that shows such texts has less to show";
  DAYPACK_DECL static Matcher matcher(const Tree& tree, const TargetFacts* target);
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/docs.ipp>
#endif
