// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace daypack::detail {

// Base64 with padding (RFC 4648, section 4).
DAYPACK_DECL std::string base64_of(ByteView bytes);
// As CodeSha256, x-amz-checksum-sha256 and content security policies spell a digest.
inline std::string base64_of(const Sha256& digest) { return base64_of(std::as_bytes(std::span(digest.bytes))); }
// Of pieces that follow each other, without joining them.
DAYPACK_DECL std::string base64_of(std::span<const Blob> pieces);
// The bytes, with their padding; nothing for a text that is none.
DAYPACK_DECL std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace daypack::detail

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/detail/base64.ipp>
#endif
