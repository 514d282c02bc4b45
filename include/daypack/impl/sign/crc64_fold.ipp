// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <daypack/bytes.hpp>

#if defined(__x86_64__) && defined(__GNUC__)
#include <emmintrin.h>
#include <wmmintrin.h>
#endif

// CRCs of 64 bits, whatever their polynomial; only impl/sign/crc64.ipp includes this file. Numbers stand with their
// bits in reverse: the highest bit is x^0.
namespace daypack::detail {

template <std::uint64_t polynomial>
struct Crc64Field {
  static constexpr std::uint64_t times_x(std::uint64_t value) { return (value >> 1) ^ (value & 1 ? polynomial : 0); }

  static constexpr std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    std::uint64_t sum = 0;
    for (; a != 0; a <<= 1, b = times_x(b)) {
      if (a >> 63) sum ^= b;
    }
    return sum;
  }

  // The value times base to the power of the exponent.
  static constexpr std::uint64_t times_power(std::uint64_t value, std::uint64_t base, std::uint64_t exponent) {
    for (; exponent != 0; exponent >>= 1, base = product(base, base)) {
      if (exponent & 1) value = product(value, base);
    }
    return value;
  }
  static constexpr std::uint64_t power_of_x(std::uint64_t exponent) {
    return times_power(std::uint64_t{1} << 63, std::uint64_t{1} << 62, exponent);
  }

  // tables[k][byte]: what the byte does when k more bytes follow it, so that eight are taken at once.
  static constexpr auto tables = [] {
    std::array<std::array<std::uint64_t, 256>, 8> all{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
      std::uint64_t value = byte;
      for (int bit = 0; bit < 8; ++bit) value = times_x(value);
      all[0][byte] = value;
    }
    for (std::size_t k = 1; k < 8; ++k)
      for (std::size_t byte = 0; byte < 256; ++byte)
        all[k][byte] = (all[k - 1][byte] >> 8) ^ all[0][all[k - 1][byte] & 0xff];
    return all;
  }();
};

template <std::uint64_t polynomial>
std::uint64_t crc64_by_tables(std::uint64_t state, ByteView bytes) {
  const auto& tables = Crc64Field<polynomial>::tables;
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
  return state;
}

#if defined(__x86_64__) && defined(__GNUC__)

// A processor that multiplies polynomials folds 64 bytes at once into the next 64 (Gopal et al., "Fast CRC Computation
// for Generic Polynomials Using PCLMULQDQ Instruction", Intel, 2009). What is left of all is taken by the tables. Its
// product of reversed numbers is one power of x too high, hence "- 1".
template <std::uint64_t polynomial, std::uint64_t bits>
__attribute__((target("pclmul"))) inline __m128i crc64_folded(__m128i block, __m128i next) {
  using Field = Crc64Field<polynomial>;
  constexpr auto early = static_cast<long long>(Field::power_of_x(bits + 64 - 1)),
                 late = static_cast<long long>(Field::power_of_x(bits - 1));
  const __m128i powers = _mm_set_epi64x(late, early);
  return _mm_xor_si128(
      next, _mm_xor_si128(_mm_clmulepi64_si128(block, powers, 0x00), _mm_clmulepi64_si128(block, powers, 0x11)));
}

// Takes as many bytes from the front as it can, at least 64.
template <std::uint64_t polynomial>
__attribute__((target("pclmul"))) std::uint64_t crc64_by_folding(std::uint64_t state, ByteView& bytes) {
  const auto at = [&](std::size_t lane) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data()) + lane);
  };
  __m128i first = _mm_xor_si128(at(0), _mm_set_epi64x(0, static_cast<long long>(state)));
  __m128i second = at(1), third = at(2), fourth = at(3);
  for (bytes = bytes.subspan(64); bytes.size() >= 64; bytes = bytes.subspan(64)) {
    first = crc64_folded<polynomial, 512>(first, at(0));
    second = crc64_folded<polynomial, 512>(second, at(1));
    third = crc64_folded<polynomial, 512>(third, at(2));
    fourth = crc64_folded<polynomial, 512>(fourth, at(3));
  }
  second = crc64_folded<polynomial, 128>(first, second);
  third = crc64_folded<polynomial, 128>(second, third);
  fourth = crc64_folded<polynomial, 128>(third, fourth);
  std::array<std::byte, 16> rest{};
  _mm_storeu_si128(reinterpret_cast<__m128i*>(rest.data()), fourth);
  return crc64_by_tables<polynomial>(0, rest);
}

inline bool can_fold() {
  static const bool can = __builtin_cpu_supports("pclmul") != 0;
  return can;
}

#else

template <std::uint64_t>
std::uint64_t crc64_by_folding(std::uint64_t state, ByteView&) {
  return state;
}
inline bool can_fold() { return false; }

#endif

template <std::uint64_t polynomial>
std::uint64_t crc64_state(std::uint64_t state, ByteView bytes) {
  if (bytes.size() >= 256 && can_fold()) state = crc64_by_folding<polynomial>(state, bytes);
  return crc64_by_tables<polynomial>(state, bytes);
}

template <std::uint64_t polynomial>
std::uint64_t crc64_joined(std::uint64_t first, std::uint64_t second, std::uint64_t second_size) {
  using Field = Crc64Field<polynomial>;
  return Field::times_power(first, Field::power_of_x(8), second_size) ^ second;
}

}  // namespace daypack::detail
