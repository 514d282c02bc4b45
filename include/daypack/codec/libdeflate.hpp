// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/codec/codec.hpp>
#include <daypack/config.hpp>

struct libdeflate_compressor;

namespace daypack::codec {

// Deflate by libdeflate: faster and smaller than zlib at each level, up to 12. Link libdeflate when its header is
// installed.
class Libdeflate {
 public:
  // Of at most 310,000 bytes of content (SOFT_MAX_BLOCK_LENGTH and MIN_BLOCK_LENGTH in lib/deflate_compress.c of 1.0 to
  // 1.25, read 2026-11-21), and stored where nothing else is smaller.
  static constexpr std::size_t longest_block = std::size_t{320} << 10;
  DAYPACK_DECL explicit Libdeflate(int level);
  // "libdeflate-" and the version of its header.
  DAYPACK_DECL static std::string id();
  DAYPACK_DECL std::size_t compress(ByteView in, std::span<std::byte> out);

 private:
  struct Free {
    DAYPACK_DECL void operator()(libdeflate_compressor* compressor) const noexcept;
  };
  std::unique_ptr<libdeflate_compressor, Free> compressor_;
};

static_assert(compressor<Libdeflate>);

}  // namespace daypack::codec

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/codec/libdeflate.ipp>
#endif
