// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/rules/mapbox.hpp>

#include <algorithm>
#include <array>

namespace daypack {

namespace detail {

// rm -rdf /tmp/vendored/...
inline constexpr std::array<std::string_view, 7> mapbox_folders{"boto3/",    "botocore/",   "docutils/", "dateutil/",
                                                                "jmespath/", "s3transfer/", "numpy/doc/"};

// find /tmp/vendored -name "*-info" -type d, and -name "tests" -type d
inline bool is_mapbox_folder(std::string_view folder) { return folder.ends_with("-info") || folder == "tests"; }

inline bool in_mapbox_list(std::string_view path) {
  if (std::ranges::any_of(mapbox_folders, [&](std::string_view folder) { return path.starts_with(folder); }))
    return true;
  for (std::size_t begin = 0, slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', begin)) {
    if (is_mapbox_folder(path.substr(begin, slash - begin))) return true;
    begin = slash + 1;
  }
  return false;
}

}  // namespace detail

DAYPACK_DECL Matcher rules::Mapbox::matcher(const Tree&, const TargetFacts* target) {
  return {[target](const Entry& entry) { return detail::in_mapbox_list(detail::package_path(entry.path, target)); }};
}

}  // namespace daypack
