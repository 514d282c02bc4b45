// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>

#include <openssl/evp.h>

#include <string>
#include <string_view>

namespace daypack::detail {

// SHA-1 in hexadecimal (FIPS 180-4), for names that other programs make so; it guards nothing. Error{failed} where
// OpenSSL has it switched off.
inline std::string sha1_hex(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr) != 1)
    throw Error(Errc::failed, "OpenSSL refuses SHA-1", {}, "names that other programs make of it need it");
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    static constexpr char digits[] = "0123456789abcdef";
    hex += {digits[digest[i] >> 4], digits[digest[i] & 15]};
  }
  return hex;
}

}  // namespace daypack::detail
