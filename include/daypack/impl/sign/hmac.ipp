// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/sign/hmac.hpp>

#include <cstddef>

// The signatures of OpenSSL 3's <openssl/hmac.h> and <openssl/evp.h>, word by word, so that both may stand in one
// translation unit.
struct evp_md_st;
extern "C" {
const evp_md_st* EVP_sha256(void);
unsigned char* HMAC(const evp_md_st* evp_md, const void* key, int key_len, const unsigned char* data,
                    std::size_t data_len, unsigned char* md, unsigned int* md_len);
}

namespace daypack {

DAYPACK_DECL Sha256 hmac_sha256(ByteView key, ByteView text) {
  static constexpr unsigned char none = 0;  // OpenSSL takes a null pointer for a key that is to be kept
  Sha256 digest;
  const void* secret = key.empty() ? static_cast<const void*>(&none) : key.data();
  if (!::HMAC(::EVP_sha256(), secret, static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
              text.size(), digest.bytes, nullptr))
    throw Error(Errc::failed, "cannot compute an HMAC", "OpenSSL", "check the OpenSSL installation and its policy");
  return digest;
}

}  // namespace daypack
