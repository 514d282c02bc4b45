// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>
#include <daypack/sink.hpp>
#include <daypack/zip/fault.hpp>

#include <cstdint>
#include <span>

namespace daypack::zip {

// The CRC-32 of the zip format (IEEE 802.3); `so_far` is that of the bytes before these.
DAYPACK_DECL std::uint32_t crc32_of(ByteView bytes, std::uint32_t so_far = 0);

// Inflates a whole raw deflate stream into `out`. Fault::none only if the stream fills it exactly and ends at its own
// last byte; otherwise damaged_stream, size_mismatch or bytes_after_stream.
DAYPACK_DECL Fault inflate(ByteView deflated, std::span<std::byte> out);

// The content of a member from its compressed bytes: stored or deflated, its size and CRC checked. `out` is set only
// when Fault::none is returned; stored content is the same bytes, not a copy.
DAYPACK_DECL Fault unpack(const Blob& data, bool deflated, std::uint64_t size, std::uint32_t crc32, Blob& out);

// The same in pieces: memory stays bounded whatever the size. The faults may come after all bytes have been given.
DAYPACK_DECL Fault unpack(const Blob& data, bool deflated, std::uint64_t size, std::uint32_t crc32, const Sink& out);

// The most bytes that so many bytes of deflate can become (258 bytes from 2 bits), for checks before anything is
// allocated.
constexpr std::uint64_t inflated_at_most(std::uint64_t deflated) {
  return deflated > UINT64_MAX / 1032 ? UINT64_MAX : deflated * 1032;
}

}  // namespace daypack::zip

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/zip/inflate.ipp>
#endif
