// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

namespace daypack::rules {

// Distributions that the runtime already has. One goes only if the runtime's version, as the backend's policy knows it,
// is that of the lock or a newer one of the same major.minor, and if all that it requires and that is in the tree goes
// too: a whole closure or nothing. One whose version in the runtime is not known goes if something that goes requires
// it and nothing that stays does. Its metadata goes along. A note for each distribution names both versions. Never part
// of a preset: the provider patches its packages without notice.
struct Preinstalled {
  static constexpr std::string_view name = "preinstalled";
  static constexpr std::string_view reason = "the runtime has these packages already";
  static constexpr std::string_view risk =
      "the provider changes their versions without notice, and never has exactly those of the lock";
  DAYPACK_DECL static Matcher matcher(const Tree& tree, const TargetFacts* target);
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/preinstalled.ipp>
#endif
