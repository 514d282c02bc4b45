// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>

namespace daypack {

// HMAC-SHA-256 of a text (RFC 2104, RFC 4231): what the signatures of AWS, Azure and Aliyun are made of. Error{failed}
// when OpenSSL refuses the algorithm.
DAYPACK_DECL Sha256 hmac_sha256(ByteView key, ByteView text);

inline ByteView as_bytes(const Sha256& digest) { return std::as_bytes(std::span(digest.bytes)); }

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/sign/hmac.ipp>
#endif
