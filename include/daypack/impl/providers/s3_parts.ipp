// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/base64.hpp>
#include <daypack/impl/providers/parts.ipp>
#include <daypack/sign/crc64.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

// The checksums of parts as S3 has them.
namespace daypack::detail::s3 {

using parts::check_kept, parts::md5_of_blobs, parts::Part, parts::parts_of, parts::Pieces, parts::release;
using parts::sha256_of_blobs, parts::views_of;

// As S3 writes a CRC: base64 of its bytes, the highest first.
inline std::string crc64_text(std::uint64_t crc) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(crc >> (56 - 8 * i) & 0xff);
  return base64_of(ByteView(bytes));
}

// Of the whole object, from those of its parts.
inline std::uint64_t crc64_of_parts(const std::vector<Part>& parts) {
  std::uint64_t crc = 0;
  for (const Part& part : parts) crc = crc64nvme_combine(crc, part.crc64.value_or(0), part.size);
  return crc;
}

}  // namespace daypack::detail::s3
