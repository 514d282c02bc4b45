// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

namespace daypack::rules {

// Translations of messages: all below a folder LC_MESSAGES of a distribution. In no preset.
struct LocaleData {
  static constexpr std::string_view name = "locale-data";
  static constexpr std::string_view reason = "messages in other languages than the program's own";
  static constexpr std::string_view risk =
      "messages stay in English; gettext.translation() without fallback=True raises FileNotFoundError";
  DAYPACK_DECL static Matcher matcher(const Tree& tree, const TargetFacts* target);
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/locale_data.ipp>
#endif
