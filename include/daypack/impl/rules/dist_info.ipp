// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/rules/dist_info.hpp>
#include <daypack/wheel/metadata.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace daypack {

namespace detail {

// "Recording installed projects" and the wheel specification (packaging.python.org, 2026-11), setuptools' zip-safe and
// dependency_links.txt, delvewheel's and uv's own notes. Sorted.
inline constexpr std::array<std::string_view, 12> installer_files{
    "DELVEWHEEL",           "INSTALLER",       "RECORD",        "RECORD.jws",    "RECORD.p7s", "REQUESTED", "WHEEL",
    "dependency_links.txt", "direct_url.json", "uv_build.json", "uv_cache.json", "zip-safe"};
static_assert(std::ranges::is_sorted(installer_files));

// What importlib.metadata reads.
inline constexpr std::array<std::string_view, 3> metadata_files{"METADATA", "entry_points.txt", "top_level.txt"};

// Files of a licence by the beginning of their names, as setuptools' license_files has them by default.
inline constexpr std::array<std::string_view, 5> licence_names{"AUTHORS", "COPYING", "LICENCE", "LICENSE", "NOTICE"};

// The path within the *.dist-info that a path lies in; empty when it lies in none.
inline std::string_view path_in_dist_info(std::string_view path, const TargetFacts* target) {
  path = package_path(path, target);
  const std::size_t slash = path.find('/');
  const bool inside = slash != std::string_view::npos && path.substr(0, slash).ends_with(".dist-info");
  return inside ? path.substr(slash + 1) : std::string_view();
}

inline bool is_licence(std::string_view inside) {
  return inside.starts_with("licenses/") ||
         std::ranges::any_of(licence_names, [&](std::string_view licence) { return inside.starts_with(licence); });
}

// A file of *.dist-info of which its name does not say what it is.
inline bool is_unknown_info(std::string_view inside) {
  return !inside.empty() && !is_licence(inside) && !std::ranges::binary_search(installer_files, inside) &&
         std::ranges::find(metadata_files, inside) == metadata_files.end();
}

// Of these the paths that METADATA names as License-File (PEP 639; beside it before metadata 2.4). METADATA is read
// only where there are any.
inline std::set<std::string> named_licences(const Tree& tree, const TargetFacts* target) {
  std::set<std::string> folders, named;
  for (const Entry& entry : tree) {
    const std::string_view inside = path_in_dist_info(entry.path, target);
    if (is_unknown_info(inside)) folders.insert(entry.path.substr(0, entry.path.size() - inside.size()));
  }
  for (const std::string& folder : folders) {
    const Entry* metadata = tree.find(folder + "METADATA");
    if (metadata == nullptr) continue;
    const Blob text = read_content(*metadata);
    const auto headers = MetadataHeaders::parse(text.text());
    for (const std::string_view name : headers.values("License-File")) named.insert(folder + std::string(name));
  }
  return named;
}

}  // namespace detail

DAYPACK_DECL Matcher rules::DistInfo::matcher(const Tree&, const TargetFacts* target) {
  return {.removes = [target](const Entry& entry) {
    return std::ranges::binary_search(detail::installer_files, detail::path_in_dist_info(entry.path, target));
  }};
}

DAYPACK_DECL Matcher rules::DistInfoMinimal::matcher(const Tree& tree, const TargetFacts* target) {
  return {.removes = [target, named = detail::named_licences(tree, target)](const Entry& entry) {
    const std::string_view inside = detail::path_in_dist_info(entry.path, target);
    return !inside.empty() && !detail::is_licence(inside) &&
           std::ranges::find(detail::metadata_files, inside) == detail::metadata_files.end() &&
           !named.contains(entry.path);
  }};
}

DAYPACK_DECL Matcher rules::DistInfoAll::matcher(const Tree&, const TargetFacts* target) {
  return {.removes = [target](const Entry& entry) { return !detail::path_in_dist_info(entry.path, target).empty(); }};
}

}  // namespace daypack
