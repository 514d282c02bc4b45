// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/zip/inflate.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <new>
#if __has_include(<libdeflate.h>)
#include <libdeflate.h>
#else
#include <zlib.h>
#endif

namespace daypack::zip {

#if __has_include(<libdeflate.h>)

namespace detail {

// One per thread: it is 11 KB of tables that need no cleaning between streams.
inline libdeflate_decompressor* decompressor() {
  struct Free {
    void operator()(libdeflate_decompressor* d) const noexcept { ::libdeflate_free_decompressor(d); }
  };
  thread_local const std::unique_ptr<libdeflate_decompressor, Free> kept(::libdeflate_alloc_decompressor());
  if (!kept) throw std::bad_alloc();
  return kept.get();
}

}  // namespace detail

DAYPACK_DECL std::uint32_t crc32_of(ByteView bytes) { return ::libdeflate_crc32(0, bytes.data(), bytes.size()); }

DAYPACK_DECL Fault inflate(ByteView deflated, std::span<std::byte> out) {
  std::size_t used = 0, made = 0;
  std::byte nothing{};  // a place to point to when nothing is expected
  void* to = out.empty() ? &nothing : out.data();
  switch (::libdeflate_deflate_decompress_ex(detail::decompressor(), deflated.data(), deflated.size(), to, out.size(),
                                             &used, &made)) {
    case LIBDEFLATE_SUCCESS:
      break;
    case LIBDEFLATE_INSUFFICIENT_SPACE:
      return Fault::size_mismatch;
    default:
      return Fault::damaged_stream;
  }
  if (made != out.size()) return Fault::size_mismatch;
  return used == deflated.size() ? Fault::none : Fault::bytes_after_stream;
}

#else

namespace detail {

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

}  // namespace detail

DAYPACK_DECL std::uint32_t crc32_of(ByteView bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

DAYPACK_DECL Fault inflate(ByteView deflated, std::span<std::byte> out) {
  detail::ZlibInflate stream;
  for (;;) {
    const std::size_t in_before = deflated.size(), out_before = out.size();
    const int result = stream.step(deflated, out);
    if (result == Z_STREAM_END) break;
    if (result != Z_OK && result != Z_BUF_ERROR) return Fault::damaged_stream;
    if (deflated.size() != in_before || out.size() != out_before) continue;
    return deflated.empty() ? Fault::damaged_stream : Fault::size_mismatch;  // it wants more input, or more room
  }
  if (!out.empty()) return Fault::size_mismatch;
  return deflated.empty() ? Fault::none : Fault::bytes_after_stream;
}

#endif

DAYPACK_DECL Fault unpack(const Blob& data, bool deflated, std::uint64_t size, std::uint32_t crc32, Blob& out) {
  Blob content = data;
  if (deflated) {
    if (size > inflated_at_most(data.size())) return Fault::impossible_size;
    auto buffer = std::make_shared_for_overwrite<std::byte[]>(size);
    const std::span<std::byte> room(buffer.get(), size);
    if (const Fault fault = inflate(data.bytes, room); fault != Fault::none) return fault;
    content = Blob{room, std::move(buffer)};
  }
  if (content.size() != size) return Fault::size_mismatch;
  if (crc32_of(content.bytes) != crc32) return Fault::crc_mismatch;
  out = std::move(content);
  return Fault::none;
}

}  // namespace daypack::zip
