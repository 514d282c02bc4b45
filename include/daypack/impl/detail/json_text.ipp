// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/json_text.hpp>
#include <daypack/detail/utf8.hpp>

#include <algorithm>

namespace daypack::detail {

DAYPACK_DECL void JsonText::quote(std::string_view value) {
  static constexpr char digits[] = "0123456789abcdef";
  out_ += '"';
  while (!value.empty()) {
    const auto plain = static_cast<std::size_t>(
        std::ranges::find_if(value, [](unsigned char c) { return c < 0x20 || c >= 0x7f || c == '"' || c == '\\'; }) -
        value.begin());
    out_ += value.substr(0, plain);
    value.remove_prefix(plain);
    if (value.empty()) break;
    const auto byte = static_cast<unsigned char>(value.front());
    std::size_t used = 1;
    if (byte == '"' || byte == '\\') {
      out_ += '\\';
      out_ += value.front();
    } else if (byte == '\n') {
      out_ += "\\n";
    } else if (byte < 0x80) {
      (out_ += "\\u00") += digits[byte >> 4];
      out_ += digits[byte & 15];
    } else if (const std::size_t length = utf8_length(value)) {
      out_ += value.substr(0, used = length);
    } else {
      out_ += "\xef\xbf\xbd";
    }
    value.remove_prefix(used);
  }
  out_ += '"';
}

DAYPACK_DECL void JsonText::before_value() {
  if (comma_) out_ += ',';
  if (line_) out_ += '\n';
  line_ = false;
}

DAYPACK_DECL JsonText& JsonText::open(char bracket) {
  before_value();
  out_ += bracket;
  comma_ = false;
  return *this;
}

DAYPACK_DECL JsonText& JsonText::close(char bracket) {
  comma_ = false;
  before_value();
  out_ += bracket;
  comma_ = true;
  return *this;
}

DAYPACK_DECL JsonText& JsonText::key(std::string_view name) {
  before_value();
  quote(name);
  out_ += ':';
  comma_ = false;
  return *this;
}

DAYPACK_DECL JsonText& JsonText::text(std::string_view value) {
  before_value();
  quote(value);
  comma_ = true;
  return *this;
}

DAYPACK_DECL JsonText& JsonText::number(std::uint64_t value) {
  before_value();
  out_ += std::to_string(value);
  comma_ = true;
  return *this;
}

}  // namespace daypack::detail
