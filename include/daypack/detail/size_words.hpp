// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

// Numbers as people read them.
namespace daypack::detail {

// "262.1 MB": decimal, as providers write sizes.
inline std::string size_words(std::uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  char text[32];
  const bool small = bytes < 1'000'000;
  std::snprintf(text, sizeof text, "%.1f %s", static_cast<double>(bytes) / (small ? 1e3 : 1e6), small ? "kB" : "MB");
  return text;
}

// "5,783"
inline std::string grouped_digits(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

// "1 file", "5,783 files"
inline std::string counted(std::uint64_t count, const std::string& word) {
  return grouped_digits(count) + ' ' + word + (count == 1 ? "" : "s");
}

}  // namespace daypack::detail
