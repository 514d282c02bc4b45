// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/codec/codec.hpp>
#include <daypack/config.hpp>

struct z_stream_s;

namespace daypack::codec {

// Deflate by zlib, which is always there. Its levels end at 9: higher ones are 9.
class Zlib {
 public:
  DAYPACK_DECL explicit Zlib(int level);
  // "zlib-" and the version of the library that is linked.
  DAYPACK_DECL static std::string id();
  DAYPACK_DECL std::size_t compress(ByteView in, std::span<std::byte> out);

 private:
  struct End {
    DAYPACK_DECL void operator()(z_stream_s* stream) const noexcept;
  };
  std::unique_ptr<z_stream_s, End> stream_;
};

static_assert(compressor<Zlib>);

}  // namespace daypack::codec

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/codec/zlib.ipp>
#endif
