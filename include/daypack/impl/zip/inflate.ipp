// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/zip/zlib_inflate.ipp>
#include <daypack/zip/inflate.hpp>

#include <zlib.h>
#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#if __has_include(<libdeflate.h>)
#include <libdeflate.h>
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

DAYPACK_DECL std::uint32_t crc32_of(ByteView bytes, std::uint32_t so_far) {
  if (bytes.empty()) return so_far;  // libdeflate begins anew where there is no address
  return ::libdeflate_crc32(so_far, bytes.data(), bytes.size());
}

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

DAYPACK_DECL std::uint32_t crc32_of(ByteView bytes, std::uint32_t so_far) {
  if (bytes.empty()) return so_far;  // zlib begins anew where there is no address
  return static_cast<std::uint32_t>(::crc32_z(so_far, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
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

namespace detail {

// Hands on what is read, at most `size` bytes of it, with its CRC.
class CountingSink {
 public:
  CountingSink(const Sink& out, std::uint64_t size) : out_(out), left_(size) {}

  bool take(ByteView bytes) {
    if (bytes.size() > left_) return false;
    left_ -= bytes.size();
    crc32_ = crc32_of(bytes, crc32_);
    out_(bytes);
    return true;
  }
  Fault verdict(std::uint32_t crc32) const {
    if (left_ != 0) return Fault::size_mismatch;
    return crc32_ == crc32 ? Fault::none : Fault::crc_mismatch;
  }

 private:
  const Sink& out_;
  std::uint64_t left_;
  std::uint32_t crc32_ = 0;
};

inline constexpr std::size_t piece_size = std::size_t{1} << 18;  // fits the second-level cache; calls are few enough

inline Fault inflate_in_pieces(ByteView deflated, CountingSink& out) {
  ZlibInflate stream;
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(piece_size);
  for (;;) {
    std::span<std::byte> room(buffer.get(), piece_size);
    const std::size_t before = deflated.size();
    const int result = stream.step(deflated, room);
    const ByteView made(buffer.get(), piece_size - room.size());
    if (!made.empty() && !out.take(made)) return Fault::size_mismatch;
    if (result == Z_STREAM_END) return deflated.empty() ? Fault::none : Fault::bytes_after_stream;
    if ((result != Z_OK && result != Z_BUF_ERROR) || (made.empty() && deflated.size() == before))
      return Fault::damaged_stream;
  }
}

}  // namespace detail

DAYPACK_DECL Fault unpack(const Blob& data, bool deflated, std::uint64_t size, std::uint32_t crc32, const Sink& out) {
  detail::CountingSink counted(out, size);
  if (deflated) {
    if (const Fault fault = detail::inflate_in_pieces(data.bytes, counted); fault != Fault::none) return fault;
  }
  for (ByteView rest = deflated ? ByteView() : data.bytes; !rest.empty();) {
    const ByteView piece = rest.first(std::min(rest.size(), detail::piece_size));
    if (!counted.take(piece)) return Fault::size_mismatch;
    rest = rest.subspan(piece.size());
  }
  return counted.verdict(crc32);
}

}  // namespace daypack::zip
