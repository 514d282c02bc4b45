// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Text without regard to the locale: what package metadata is made of.
namespace daypack::detail {

constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool is_ascii_alnum(char c) { return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'); }

inline std::string ascii_lowered(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), ascii_lower);
  return lowered;
}

inline bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, ascii_lower, ascii_lower);
}

constexpr std::string_view blanks = " \t\n\r\f\v";

// Without blanks and line ends around it.
constexpr std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// What stands before the first separator and behind it: "--find-links" and "/x y". All and nothing without one.
constexpr std::pair<std::string_view, std::string_view> split_once(std::string_view text, char separator) {
  const std::size_t at = std::min(text.find(separator), text.size());
  return {text.substr(0, at), text.substr(std::min(at + 1, text.size()))};
}

// All parts, empty ones too: one more than there are separators.
inline std::vector<std::string> split_at(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// "a, b, c", of anything that is text, or whose projection is.
template <class Range, class Projection = std::identity>
std::string listed(Range&& names, std::string_view between = ", ", Projection projection = {}) {
  std::string list;
  bool first = true;
  for (const auto& name : names) {
    if (!first) list += between;
    list += std::invoke(projection, name);
    first = false;
  }
  return list;
}

// "c" of "a/b/c"; empty where a slash ends the path.
constexpr std::string_view last_component(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Of a URL, such as an endpoint that paths are put behind.
inline std::string without_last_slashes(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace daypack::detail
