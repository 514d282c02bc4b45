// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

namespace daypack::rules {

// Type stubs (*.pyi) of distributions. Those beside a module that reads them stay (lazy_loader's attach_stub), and
// those that are the data of a type checker. py.typed stays: it is empty.
struct Stubs {
  static constexpr std::string_view name = "stubs";
  static constexpr std::string_view reason = "types for editors and type checkers, which no import reads";
  static constexpr std::string_view risk = "a module that reads its stub in a way that is not known fails to import";
  DAYPACK_DECL static Matcher matcher(const Tree& tree, const TargetFacts* target);
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/stubs.ipp>
#endif
