// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/codec/libdeflate.hpp>

#if __has_include(<libdeflate.h>)

#include <libdeflate.h>
#include <new>

namespace daypack::codec {

DAYPACK_DECL void Libdeflate::Free::operator()(libdeflate_compressor* compressor) const noexcept {
  ::libdeflate_free_compressor(compressor);
}

DAYPACK_DECL Libdeflate::Libdeflate(int level) : compressor_(::libdeflate_alloc_compressor(level)) {
  if (!compressor_) throw std::bad_alloc();
}

DAYPACK_DECL std::string Libdeflate::id() { return "libdeflate-" LIBDEFLATE_VERSION_STRING; }

DAYPACK_DECL std::size_t Libdeflate::compress(ByteView in, std::span<std::byte> out) {
  return ::libdeflate_deflate_compress(compressor_.get(), in.data(), in.size(), out.data(), out.size());
}

}  // namespace daypack::codec

#endif
