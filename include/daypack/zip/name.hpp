// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <string>
#include <string_view>

namespace daypack::zip {

inline bool is_ascii(std::string_view name) {
  for (char c : name) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// Whether it is well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
DAYPACK_DECL bool is_utf8(std::string_view name);

// The name for a message: control characters, and all beyond ASCII where it is not UTF-8, become "\xNN".
DAYPACK_DECL std::string printable(std::string_view name);

}  // namespace daypack::zip

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/zip/name.ipp>
#endif
