// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/sign/sha256.hpp>

#include <cstddef>

// The signatures of OpenSSL 3's <openssl/evp.h>, word by word, so that both may stand in one translation unit.
struct evp_md_st;
struct engine_st;
extern "C" {
evp_md_ctx_st* EVP_MD_CTX_new(void);
void EVP_MD_CTX_free(evp_md_ctx_st* ctx);
const evp_md_st* EVP_sha256(void);
int EVP_DigestInit_ex(evp_md_ctx_st* ctx, const evp_md_st* type, engine_st* impl);
int EVP_DigestUpdate(evp_md_ctx_st* ctx, const void* d, std::size_t cnt);
int EVP_DigestFinal_ex(evp_md_ctx_st* ctx, unsigned char* md, unsigned int* s);
}

namespace daypack {

namespace detail {

inline void check_digest(int result) {
  if (result != 1)
    throw Error(Errc::failed, "cannot compute a SHA-256", "OpenSSL", "check the OpenSSL installation and its policy");
}

}  // namespace detail

DAYPACK_DECL void Sha256Hasher::Free::operator()(evp_md_ctx_st* context) const noexcept { ::EVP_MD_CTX_free(context); }

DAYPACK_DECL Sha256Hasher::Sha256Hasher() : context_(::EVP_MD_CTX_new()) {
  detail::check_digest(context_ ? ::EVP_DigestInit_ex(context_.get(), ::EVP_sha256(), nullptr) : 0);
}

DAYPACK_DECL void Sha256Hasher::update(ByteView bytes) {
  detail::check_digest(::EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

DAYPACK_DECL Sha256 Sha256Hasher::finish() {
  Sha256 digest;
  detail::check_digest(::EVP_DigestFinal_ex(context_.get(), digest.bytes, nullptr));
  detail::check_digest(::EVP_DigestInit_ex(context_.get(), nullptr, nullptr));
  return digest;
}

DAYPACK_DECL Sha256 sha256_of(ByteView bytes) {
  Sha256Hasher hasher;
  hasher.update(bytes);
  return hasher.finish();
}

}  // namespace daypack
