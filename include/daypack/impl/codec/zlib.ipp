// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/codec/zlib.hpp>

#include <zlib.h>
#include <algorithm>
#include <limits>
#include <new>

namespace daypack::codec {

DAYPACK_DECL void Zlib::End::operator()(z_stream_s* stream) const noexcept {
  ::deflateEnd(stream);
  delete stream;
}

DAYPACK_DECL Zlib::Zlib(int level) : stream_(new z_stream_s{}) {
  // A negative window asks for raw deflate; 8 is zlib's usual memory level.
  if (::deflateInit2(stream_.get(), std::min(level, 9), Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
}

DAYPACK_DECL std::string Zlib::id() { return std::string("zlib-") + ::zlibVersion(); }

DAYPACK_DECL std::size_t Zlib::compress(ByteView in, std::span<std::byte> out) {
  ::deflateReset(stream_.get());
  const std::size_t capacity = out.size();
  const auto piece = [](std::size_t left) {
    return static_cast<uInt>(std::min<std::size_t>(left, std::numeric_limits<uInt>::max()));
  };
  for (;;) {
    const uInt give = piece(in.size()), room = piece(out.size());
    if (room == 0) return 0;
    stream_->next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
    stream_->avail_in = give;
    stream_->next_out = reinterpret_cast<Bytef*>(out.data());
    stream_->avail_out = room;
    const int result = ::deflate(stream_.get(), give == in.size() ? Z_FINISH : Z_NO_FLUSH);
    in = in.subspan(give - stream_->avail_in);
    out = out.subspan(room - stream_->avail_out);
    if (result == Z_STREAM_END) return capacity - out.size();
    if (result != Z_OK && result != Z_BUF_ERROR) return 0;
  }
}

}  // namespace daypack::codec
