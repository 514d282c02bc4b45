// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>

#include <zlib.h>
#include <algorithm>
#include <cstddef>
#include <limits>
#include <new>
#include <span>

namespace daypack::zip::detail {

inline uInt zlib_piece(std::size_t left) {
  return static_cast<uInt>(std::min<std::size_t>(left, std::numeric_limits<uInt>::max()));
}

// A raw inflate of zlib that ends itself; zlib takes at most 4 GiB at once.
class ZlibInflate {
 public:
  ZlibInflate() {
    if (::inflateInit2(&stream_, -15) != Z_OK) throw std::bad_alloc();
  }
  ~ZlibInflate() { ::inflateEnd(&stream_); }
  ZlibInflate(const ZlibInflate&) = delete;
  ZlibInflate& operator=(const ZlibInflate&) = delete;

  int step(ByteView& in, std::span<std::byte>& out) {
    const uInt give = zlib_piece(in.size()), room = zlib_piece(out.size());
    std::byte nothing{};
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
    stream_.avail_in = give;
    stream_.next_out = reinterpret_cast<Bytef*>(out.empty() ? &nothing : out.data());
    stream_.avail_out = room;
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    in = in.subspan(give - stream_.avail_in);
    out = out.subspan(room - stream_.avail_out);
    return result;
  }

 private:
  z_stream stream_{};
};

}  // namespace daypack::zip::detail
