// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>

#include <memory>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's; its headers stay out of users' code

namespace daypack {

// SHA-256 of bytes that arrive in pieces (FIPS 180-4). One thread at a time.
class Sha256Hasher {
 public:
  DAYPACK_DECL Sha256Hasher();

  DAYPACK_DECL void update(ByteView bytes);
  // The digest of all bytes so far; afterwards the hasher begins anew.
  DAYPACK_DECL Sha256 finish();

 private:
  struct Free {
    DAYPACK_DECL void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

DAYPACK_DECL Sha256 sha256_of(ByteView bytes);

namespace detail {

// A word of several, with an end of its own: "a", "bc" is not "ab", "c". No word holds a NUL.
inline void add_word(Sha256Hasher& hasher, std::string_view word) {
  hasher.update(as_bytes(word));
  hasher.update(as_bytes(std::string_view("", 1)));
}

}  // namespace detail

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/sign/sha256.ipp>
#endif
