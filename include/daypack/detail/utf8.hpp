// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <cstddef>
#include <string_view>

namespace daypack::detail {

// How many bytes of the front are one character of UTF-8; 0 when they are none (RFC 3629: no surrogates, nothing
// overlong).
constexpr std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = at(0);
  if (text.empty() || (first >= 0x80 && first < 0xc2) || first > 0xf4) return 0;
  if (first < 0x80) return 1;
  // The second byte's range shuts out overlong forms, surrogates, and what is above U+10FFFF.
  const unsigned low = first == 0xe0 ? 0xa0u : first == 0xf0 ? 0x90u : 0x80u;
  const unsigned high = first == 0xed ? 0x9fu : first == 0xf4 ? 0x8fu : 0xbfu;
  if (at(1) < low || at(1) > high) return 0;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (std::size_t i = 2; i < length; ++i) {
    if ((at(i) & 0xc0u) != 0x80u) return 0;
  }
  return length;
}

constexpr bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    // Nearly all text is ASCII: eight bytes at a time, in a form that compilers make one test of.
    if (text.size() >= 8) {
      unsigned char bits = 0;
      for (std::size_t i = 0; i < 8; ++i) bits |= static_cast<unsigned char>(text[i]);
      if (bits < 0x80) {
        text.remove_prefix(8);
        continue;
      }
    }
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace daypack::detail
