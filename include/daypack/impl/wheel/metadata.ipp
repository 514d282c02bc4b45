// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/wheel/metadata.hpp>

#include <algorithm>

namespace daypack {

namespace detail {

// Takes one line off the text; LF, CRLF and CR end it.
inline std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end);
  if (text.starts_with("\r\n")) {
    text.remove_prefix(2);
  } else if (!text.empty()) {
    text.remove_prefix(1);
  }
  return line;
}

// The length of the name before the colon; 0 when the line is no header.
inline std::size_t header_name_length(std::string_view line) {
  const std::size_t colon = line.find(':');
  const bool printable = colon != std::string_view::npos &&
                         std::ranges::all_of(line.substr(0, colon), [](char c) { return c > ' ' && c < 0x7f; });
  return printable ? colon : 0;
}

}  // namespace detail

DAYPACK_DECL MetadataHeaders MetadataHeaders::parse(std::string_view text) {
  MetadataHeaders parsed;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    std::string_view rest = text;
    const std::string_view line = detail::take_line(rest);
    if (line.empty()) {
      text = rest;
      break;
    }
    if ((line[0] == ' ' || line[0] == '\t') && !parsed.headers_.empty()) {
      parsed.headers_.back().second += '\n' + std::string(detail::trimmed(line));
    } else if (const std::size_t length = detail::header_name_length(line)) {
      parsed.headers_.emplace_back(line.substr(0, length), detail::trimmed(line.substr(length + 1)));
    } else {
      break;
    }
    text = rest;
  }
  parsed.body_ = text;
  return parsed;
}

DAYPACK_DECL std::string_view MetadataHeaders::value(std::string_view name) const {
  const auto found =
      std::ranges::find_if(headers_, [&](const auto& header) { return detail::same_but_for_case(header.first, name); });
  return found == headers_.end() ? std::string_view() : std::string_view(found->second);
}

DAYPACK_DECL std::vector<std::string_view> MetadataHeaders::values(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const auto& [key, value] : headers_) {
    if (detail::same_but_for_case(key, name)) found.push_back(value);
  }
  return found;
}

}  // namespace daypack
