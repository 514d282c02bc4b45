// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/rules/dist_info.hpp>

#include <algorithm>
#include <array>

namespace daypack {

namespace detail {

// "Recording installed projects" and the wheel specification (packaging.python.org, 2026-11), setuptools' zip-safe and
// dependency_links.txt, delvewheel's and uv's own notes. Sorted.
inline constexpr std::array<std::string_view, 12> installer_files{
    "DELVEWHEEL",           "INSTALLER",       "RECORD",        "RECORD.jws",    "RECORD.p7s", "REQUESTED", "WHEEL",
    "dependency_links.txt", "direct_url.json", "uv_build.json", "uv_cache.json", "zip-safe"};
static_assert(std::ranges::is_sorted(installer_files));

}  // namespace detail

DAYPACK_DECL Matcher rules::DistInfo::matcher(const Tree&, const TargetFacts* target) {
  return {[target](const Entry& entry) {
    const std::string_view path = detail::package_path(entry.path, target);
    const std::size_t slash = path.find('/');
    return slash != std::string_view::npos && path.substr(0, slash).ends_with(".dist-info") &&
           std::ranges::binary_search(detail::installer_files, path.substr(slash + 1));
  }};
}

}  // namespace daypack
