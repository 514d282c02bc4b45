// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>

#include <cstdint>

namespace daypack {

// CRC-64/XZ of bytes that arrive in pieces (The .xz File Format 1.2.1, section 6: the polynomial of ECMA-182,
// reflected). Aliyun's Function Compute and OSS name an object by it, in decimal.
class Crc64 {
 public:
  DAYPACK_DECL void update(ByteView bytes);
  // Of all bytes so far.
  std::uint64_t value() const noexcept { return ~state_; }

 private:
  std::uint64_t state_ = ~std::uint64_t{0};
};

DAYPACK_DECL std::uint64_t crc64_of(ByteView bytes);

// Of two pieces that follow each other, from those of each and the second one's size in bytes.
DAYPACK_DECL std::uint64_t crc64_combine(std::uint64_t first, std::uint64_t second, std::uint64_t second_size);

// CRC-64/NVME, the same with the polynomial of NVM Express (NVM Command Set Specification 1.0, 5.2.1.3.4). S3 keeps it
// of every object, as base64 of its bytes, the highest first (Amazon S3 User Guide, "Checking object integrity", read
// on 2026-11-20).
class Crc64Nvme {
 public:
  DAYPACK_DECL void update(ByteView bytes);
  std::uint64_t value() const noexcept { return ~state_; }

 private:
  std::uint64_t state_ = ~std::uint64_t{0};
};

DAYPACK_DECL std::uint64_t crc64nvme_of(ByteView bytes);
DAYPACK_DECL std::uint64_t crc64nvme_combine(std::uint64_t first, std::uint64_t second, std::uint64_t second_size);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/sign/crc64.ipp>
#endif
