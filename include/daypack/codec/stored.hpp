// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/codec/codec.hpp>

namespace daypack::codec {

// Deflates nothing: every entry that is not spliced is stored. For packages that are compressed as a whole later.
class Stored {
 public:
  explicit Stored(int) {}
  static std::string id() { return "stored"; }
  std::size_t compress(ByteView, std::span<std::byte>) { return 0; }
};

static_assert(compressor<Stored>);

}  // namespace daypack::codec
