// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/codec/codec.hpp>
#include <daypack/codec/default.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/tree.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace daypack {

namespace detail {

struct SealOptions {
  Effort effort;
  std::optional<std::int64_t> epoch;
  bool crc64;
};

DAYPACK_DECL Archive seal(const Tree& tree, Context& context, const codec::AnyCodec& codec, const SealOptions& options);

}  // namespace detail

// Seals the tree into a zip: what lies in wheels is copied as it is, the rest is deflated by all threads of the pool.
// One tree, codec and effort give one sequence of bytes everywhere. Needs the context's pool; the manifest names the
// target if there is one.
template <compressor Codec = codec::Default>
struct Zip {
  static constexpr std::string_view name = "Zip";

  Effort effort = Effort::balanced;
  // The date of all files, seconds since 1970 (SOURCE_DATE_EPOCH); 1980-01-01 when absent.
  std::optional<std::int64_t> epoch = {};
  // Whether the archive shall know its CRC-64/XZ too, which Aliyun asks for; computed in the same pass as its SHA-256.
  bool crc64 = false;

  Archive operator()(const Tree& tree, Context& context) const {
    return detail::seal(tree, context, codec::AnyCodec::of<Codec>(), {effort, epoch, crc64});
  }
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/zip.ipp>
#endif
