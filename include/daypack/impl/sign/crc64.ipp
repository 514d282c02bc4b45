// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/sign/crc64.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace daypack {

namespace detail {

// The polynomial with its bits in reverse: the highest bit of a number stands for x^0, here and below.
inline constexpr std::uint64_t crc64_polynomial = 0xc96c5795d7870f42;

constexpr std::uint64_t crc64_times_x(std::uint64_t value) { return (value >> 1) ^ (value & 1 ? crc64_polynomial : 0); }

// tables[k][byte]: what the byte does when k more bytes follow it, so that eight are taken at once.
inline constexpr auto crc64_tables = [] {
  std::array<std::array<std::uint64_t, 256>, 8> tables{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    std::uint64_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = crc64_times_x(value);
    tables[0][byte] = value;
  }
  for (std::size_t k = 1; k < 8; ++k)
    for (std::size_t byte = 0; byte < 256; ++byte)
      tables[k][byte] = (tables[k - 1][byte] >> 8) ^ tables[0][tables[k - 1][byte] & 0xff];
  return tables;
}();

// The product of two polynomials, modulo that of the CRC.
constexpr std::uint64_t crc64_product(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  for (; a != 0; a <<= 1, b = crc64_times_x(b)) {
    if (a >> 63) product ^= b;
  }
  return product;
}

}  // namespace detail

DAYPACK_DECL void Crc64::update(ByteView bytes) {
  const auto& tables = detail::crc64_tables;
  std::uint64_t state = state_;
  if constexpr (std::endian::native == std::endian::little) {
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data(), 8);
      word ^= state;
      state = 0;
      for (std::size_t k = 0; k < 8; ++k) state ^= tables[7 - k][word >> (8 * k) & 0xff];
    }
  }
  for (const std::byte byte : bytes)
    state = (state >> 8) ^ tables[0][(state ^ std::to_integer<std::uint64_t>(byte)) & 0xff];
  state_ = state;
}

DAYPACK_DECL std::uint64_t crc64_of(ByteView bytes) {
  Crc64 crc;
  crc.update(bytes);
  return crc.value();
}

DAYPACK_DECL std::uint64_t crc64_combine(std::uint64_t first, std::uint64_t second, std::uint64_t second_size) {
  std::uint64_t power = std::uint64_t{1} << (63 - 8);  // x^8: one byte more
  for (; second_size != 0; second_size >>= 1, power = detail::crc64_product(power, power)) {
    if (second_size & 1) first = detail::crc64_product(first, power);
  }
  return first ^ second;
}

}  // namespace daypack
