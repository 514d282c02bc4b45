// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

namespace daypack::rules {

// What only linkers, debuggers and build systems read, in distributions only: static libraries, program databases and
// programs of Windows (each by its first bytes, not by its name alone), folders *.dSYM and .debug, *.cmake and
// pkgconfig.
struct BuildFiles {
  static constexpr std::string_view name = "build-files";
  static constexpr std::string_view reason = "static libraries, debug files and programs of Windows are never loaded";
  static constexpr std::string_view risk = "linking against these libraries while the program runs";
  DAYPACK_DECL static Matcher matcher(const Tree& tree, const TargetFacts* target);
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/build_files.ipp>
#endif
