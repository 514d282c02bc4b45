// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/manifest.hpp>
#include <daypack/zip/reader.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// What two zips differ in, entry by entry, and what their manifests tell of the reasons.
struct PackageDiff {
  // Of one path, the first that holds: the content, the mode, or only the deflated stream of the same content.
  enum class Kind { added, removed, changed, mode, recompressed };

  struct Item {
    Kind kind = Kind::changed;
    std::string path = {};
    std::uint64_t size_before = 0, size_after = 0;  // bytes, inflated; 0 where it is not
    std::uint64_t compressed_before = 0, compressed_after = 0;
    std::string distribution = {};  // normalised name; empty for the user's own, and without manifests
  };

  // A distribution with another version or another wheel; an empty version where it is not.
  struct Pin {
    std::string name = {}, before = {}, after = {};
    std::string wheel_before = {}, wheel_after = {};
  };

  // What was asked for: "python", "3.11", "3.12".
  struct Setting {
    std::string_view name = {};
    std::string before = {}, after = {};
  };

  std::vector<Item> items = {};  // sorted by path
  std::vector<Pin> distributions = {};
  std::vector<Setting> settings = {};
  bool reordered = false;      // the entries that both have stand in another order
  bool has_manifests = false;  // without them only `items` and `reordered` are known
};

constexpr std::string_view to_string(PackageDiff::Kind kind) {
  constexpr std::string_view names[] = {"added", "removed", "changed", "mode", "recompressed"};
  return names[static_cast<int>(kind)];
}

// Manifests are optional, and count only together. Contents are inflated where only their streams differ. Throws what
// Reader::inflate() throws.
DAYPACK_DECL PackageDiff diff(const zip::Reader& before, const zip::Reader& after,
                              const Manifest* manifest_before = nullptr, const Manifest* manifest_after = nullptr);

// Why the digest moved, a line for each cause: what was asked for; each distribution that differs, with its versions;
// the user's own files; streams and order. Empty when nothing differs that an entry shows; zips can then still differ
// in times and comments.
DAYPACK_DECL std::vector<std::string> reasons(const PackageDiff& difference);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/report/diff.ipp>
#endif
