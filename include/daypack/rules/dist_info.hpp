// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

namespace daypack::rules {

// Files of *.dist-info that only installers read: RECORD (it no longer tells the truth once anything is pruned) and its
// signatures, WHEEL, INSTALLER, REQUESTED, direct_url.json and their like. All else stays, what nobody knows included:
// METADATA and entry_points.txt are what importlib.metadata reads, top_level.txt serves packages_distributions(),
// licences must go along.
struct DistInfo {
  static constexpr std::string_view name = "dist-info";
  static constexpr std::string_view reason =
      "what only installers read; version(), entry_points() and the licences stay";
  static constexpr std::string_view risk =
      "importlib.metadata.files() gives nothing; packages_distributions() misses packages without top_level.txt";
  DAYPACK_DECL static Matcher matcher(const Tree& tree, const TargetFacts* target);
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/dist_info.ipp>
#endif
