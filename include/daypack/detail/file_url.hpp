// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace daypack::detail {

// The path of a file:// URL of this host (RFC 8089); nothing for other URLs.
inline std::optional<std::string> path_of_file_url(std::string_view url) {
  if (!url.starts_with("file://")) return std::nullopt;
  url.remove_prefix(7);
  if (url.starts_with("localhost/")) url.remove_prefix(9);
  url = url.substr(0, url.find_first_of("?#"));
  std::string path;
  for (std::size_t i = 0; i < url.size(); ++i) {
    unsigned byte = 0;
    const bool escape = url[i] == '%' && i + 2 < url.size() &&
                        std::from_chars(url.data() + i + 1, url.data() + i + 3, byte, 16).ptr == url.data() + i + 3;
    path += escape ? static_cast<char>(byte) : url[i];
    if (escape) i += 2;
  }
  return path;
}

}  // namespace daypack::detail
