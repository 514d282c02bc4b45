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

// The same and more: of each *.dist-info only METADATA, entry_points.txt, top_level.txt and the licences stay, by their
// names or because METADATA names them (License-File).
struct DistInfoMinimal {
  static constexpr std::string_view name = "dist-info-minimal";
  static constexpr std::string_view reason = "bills of materials, and what tools of their own have put beside METADATA";
  static constexpr std::string_view risk =
      "what the rule dist-info risks, and programs that read files of their own there";
  DAYPACK_DECL static Matcher matcher(const Tree& tree, const TargetFacts* target);
};

// Whole *.dist-info folders. In no preset: it saves 0.5 % and breaks 8 of 247 imports (CPython 3.12, 2026-11).
struct DistInfoAll {
  static constexpr std::string_view name = "dist-info-all";
  static constexpr std::string_view reason = "metadata, for packages that nobody asks for their version";
  static constexpr std::string_view risk =
      "importlib.metadata finds no version and no entry point, which breaks imports; licences must go along";
  DAYPACK_DECL static Matcher matcher(const Tree& tree, const TargetFacts* target);
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/dist_info.ipp>
#endif
