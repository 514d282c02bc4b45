// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>

#include <zlib.h>
#include <cstddef>
#include <span>

// Deflates by one of zlib's strategies, which decide about the kinds of blocks and so how a stream ends. Gives the
// size; 0 when it does not fit.
inline std::size_t deflate_by_strategy(daypack::ByteView in, std::span<std::byte> out, int level, int strategy) {
  z_stream stream{};
  if (::deflateInit2(&stream, level, Z_DEFLATED, -15, 8, strategy) != Z_OK) return 0;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = ::deflate(&stream, Z_FINISH) == Z_STREAM_END;
  const std::size_t size = stream.total_out;
  ::deflateEnd(&stream);
  return done ? size : 0;
}
