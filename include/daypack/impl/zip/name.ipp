// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/utf8.hpp>
#include <daypack/zip/name.hpp>

namespace daypack::zip {

DAYPACK_DECL bool is_utf8(std::string_view name) { return daypack::detail::is_utf8(name); }

DAYPACK_DECL std::string printable(std::string_view name) {
  static constexpr char digits[] = "0123456789abcdef";
  const bool utf8 = is_utf8(name);
  std::string text;
  for (char c : name) {
    const unsigned byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f && (utf8 || byte < 0x80)) {
      text += c;
    } else {
      text += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return text;
}

}  // namespace daypack::zip
