// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

// Numbers in files, the lowest byte first.
namespace daypack::detail {

inline std::uint64_t little_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8 | std::to_integer<std::uint64_t>(bytes[i - 1]);
  return value;
}

inline std::string little_endian(std::uint64_t number, int bits) {
  std::string text;
  for (int shift = 0; shift < bits; shift += 8) text += static_cast<char>((number >> shift) & 0xff);
  return text;
}

}  // namespace daypack::detail
