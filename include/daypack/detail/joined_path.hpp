// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace daypack::detail {

// "a/b/../c/./d" to "a/c/d", by the words alone; nothing when it leads out of the folder that it counts from.
inline std::optional<std::string> joined_path(std::string_view path) {
  std::string clean;
  while (!path.empty()) {
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(part.size() + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (clean.empty()) return std::nullopt;
      clean.erase(clean.rfind('/') == std::string::npos ? 0 : clean.rfind('/'));
    } else {
      clean.append(clean.empty() ? "" : "/").append(part);
    }
  }
  return clean;
}

// The folder of a path: "a/b" of "a/b/c"; empty at the root.
inline std::string_view folder_above(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return path.substr(0, slash == std::string_view::npos ? 0 : slash);
}

}  // namespace daypack::detail
