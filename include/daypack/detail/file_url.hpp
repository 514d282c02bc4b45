// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace daypack::detail {

// Once; what is no escape stays.
inline std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    const bool escape = text[i] == '%' && i + 2 < text.size() &&
                        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3;
    decoded += escape ? static_cast<char>(byte) : text[i];
    if (escape) i += 2;
  }
  return decoded;
}

// The path of a file:// URL of this host (RFC 8089); nothing for other URLs.
inline std::optional<std::string> path_of_file_url(std::string_view url) {
  if (!url.starts_with("file://")) return std::nullopt;
  url.remove_prefix(7);
  if (url.starts_with("localhost/")) url.remove_prefix(9);
  url = url.substr(0, url.find_first_of("?#"));
  return percent_decoded(url);
}

// The file:// URL of an absolute path. Commas and blanks become escapes, so that lists of URLs may have either between.
inline std::string file_url(std::string_view path) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  static constexpr std::string_view plain = "/._-~+=";
  std::string url = "file://";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || plain.find(c) != std::string_view::npos) {
      url += c;
    } else {
      url += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return url;
}

}  // namespace daypack::detail
