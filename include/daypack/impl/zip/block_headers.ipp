// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/zip/records.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

// Where in a deflate stream the header of its final block can stand, found without inflating (RFC 1951, 3.2.3 to
// 3.2.7). What can not begin a block is left out; what is left may still be none.
namespace daypack::zip::detail {

// The bits of a deflate stream: the lowest of each byte comes first, zeros stand behind the end.
class StreamBits {
 public:
  explicit StreamBits(ByteView bytes) : bytes_(bytes) {}
  std::uint64_t size() const { return std::uint64_t{bytes_.size()} * 8; }

  // At least 57 bits from that one, all 64 at a byte's border.
  std::uint64_t from(std::uint64_t bit) const {
    const std::size_t begin = bit / 8;
    if (begin + 8 <= bytes_.size()) return load<std::uint64_t>(bytes_.data() + begin) >> (bit % 8);
    std::uint64_t word = 0;
    for (std::size_t i = begin; i < bytes_.size(); ++i)
      word |= std::to_integer<std::uint64_t>(bytes_[i]) << (i - begin) * 8;
    return word >> (bit % 8);
  }

 private:
  ByteView bytes_;
};

inline constexpr unsigned final_fixed = 0b011, final_dynamic = 0b101;  // the three bits at which a final block begins

// Code lengths, as far as they have been read. A whole of 1 << 15 is shared out among the codes.
struct CodeLengths {
  static constexpr unsigned whole = 1U << 15;
  unsigned shared = 0, longest = 0;

  bool add(unsigned length, unsigned times) {
    if (times == 0 || length == 0) return true;
    if (length > longest) longest = length;
    shared += (whole >> length) * times;
    return shared <= whole;
  }
  // As zlib judges: only a single code of one bit may be alone.
  bool complete() const { return shared == whole || longest <= 1; }
};

// Codes are written from their highest bit on.
constexpr unsigned reversed(std::uint64_t bits, unsigned width) {
  unsigned code = 0;
  for (unsigned i = 0; i < width; ++i) code = code << 1 | (bits >> i & 1);
  return code;
}

inline constexpr auto reversed_seven = [] {
  std::array<std::uint8_t, 128> codes{};
  for (unsigned i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::uint8_t>(reversed(i, 7));
  return codes;
}();

// The code in which a dynamic block's code lengths are written. It must be complete.
class LengthCode {
 public:
  LengthCode(std::uint64_t lengths, unsigned count) {
    static constexpr std::array<std::uint8_t, 19> order{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                        11, 4,  12, 3, 13, 2, 14, 1, 15};
    std::array<std::uint8_t, order.size()> of{};
    std::array<unsigned, 8> next{};  // by length, the codes from the left: 128 is the whole
    for (unsigned i = 0; i < count; ++i) ++next[of[order[i]] = lengths >> i * 3 & 7];
    next[0] = 0;
    for (unsigned length = 1, begin = 0; length < 8; ++length) {
      const unsigned shared = next[length] * (128U >> length);
      next[length] = begin;
      begin += shared;
    }
    for (unsigned symbol = 0; symbol < of.size(); ++symbol) {
      const unsigned length = of[symbol];
      if (length == 0) continue;
      for (unsigned i = reversed_seven[next[length] & 127]; i < symbols_.size(); i += 1U << length)
        symbols_[i] = static_cast<std::uint8_t>(length << 5 | symbol);
      next[length] += 128U >> length;
    }
  }

  // The symbol at the bit, which moves on.
  unsigned read(const StreamBits& bits, std::uint64_t& bit) const {
    const unsigned symbol = symbols_[bits.from(bit) & 127];
    bit += symbol >> 5;
    return symbol & 31;
  }

 private:
  std::array<std::uint8_t, 128> symbols_{};  // by the next bits; the code's length stands above the symbol
};

// Whether code lengths as a dynamic block needs them are written from the bit on.
inline bool are_code_lengths(const StreamBits& bits, std::uint64_t bit, const LengthCode& code, unsigned literals,
                             unsigned distances) {
  constexpr unsigned end_of_block = 256;
  CodeLengths literal, distance;
  for (unsigned index = 0, last = 0, times = 0; index < literals + distances; index += times) {
    const unsigned symbol = code.read(bits, bit);
    times = 1;
    if (symbol < 16) {
      last = symbol;
    } else {
      if (symbol > 16) last = 0;
      if (index == 0 && symbol == 16) return false;
      const unsigned width = symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
      times = (symbol == 18 ? 11 : 3) + static_cast<unsigned>(bits.from(bit) & ((1U << width) - 1));
      bit += width;
    }
    if (index + times > literals + distances) return false;
    if (last == 0 && index <= end_of_block && end_of_block < index + times) return false;
    const unsigned here = index < literals ? std::min(times, literals - index) : 0;
    if (!literal.add(last, here) || !distance.add(last, times - here)) return false;
  }
  return literal.complete() && distance.complete();
}

// What four code lengths of 3 bits each share out of a whole of 128.
inline constexpr auto shared_by_four = [] {
  std::array<std::uint16_t, 4096> shared{};
  for (unsigned lengths = 0; lengths < shared.size(); ++lengths)
    for (unsigned i = 0; i < 4; ++i)
      if (const unsigned length = lengths >> i * 3 & 7)
        shared[lengths] = static_cast<std::uint16_t>(shared[lengths] + (128 >> length));
  return shared;
}();

// Whether HCLEN and what follows it is a complete code. It is nearly always not, so this is what the search takes its
// time for.
inline bool is_length_code(std::uint64_t word) {
  const std::uint64_t lengths = word >> 4 & ((std::uint64_t{1} << (4 + (word & 15)) * 3) - 1);
  return shared_by_four[lengths & 4095] + shared_by_four[lengths >> 12 & 4095] + shared_by_four[lengths >> 24 & 4095] +
             shared_by_four[lengths >> 36 & 4095] + shared_by_four[lengths >> 48] ==
         128;
}

// For a place of which all this is known.
inline bool is_dynamic_header(const StreamBits& bits, std::uint64_t header) {
  const auto counts = static_cast<unsigned>(bits.from(header));
  const unsigned literals = 257 + (counts >> 3 & 31), distances = 1 + (counts >> 8 & 31),
                 lengths = 4 + (counts >> 13 & 15);
  return are_code_lengths(bits, header + 17 + lengths * 3, LengthCode(bits.from(header + 17), lengths), literals,
                          distances);
}

// Gives take(bit) each place from the byte on where the header of a final dynamic block can stand, until it says false.
template <class Take>
bool each_dynamic_header(const StreamBits& bits, std::uint64_t begin_byte, const Take& take) {
  constexpr unsigned step = 48;  // places that are looked at at once: each needs 13 bits of the 64
  for (std::uint64_t begin = begin_byte * 8; begin < bits.size(); begin += step) {
    const std::uint64_t word = bits.from(begin), next = bits.from(begin + 64);
    const std::uint64_t many_literals = word >> 4 & word >> 5 & word >> 6 & word >> 7;  // HLIT above 29: no such codes
    const std::uint64_t many_distances = word >> 9 & word >> 10 & word >> 11 & word >> 12;  // nor HDIST
    std::uint64_t places =
        word & ~(word >> 1) & word >> 2 & ~many_literals & ~many_distances & ((std::uint64_t{1} << step) - 1);
    for (; places != 0; places &= places - 1) {
      const auto place = static_cast<unsigned>(std::countr_zero(places));
      if (!is_length_code(word >> (place + 13) | next << (64 - 13 - place))) continue;
      if (is_dynamic_header(bits, begin + place) && !take(begin + place)) return false;
    }
  }
  return true;
}

inline constexpr unsigned fixed_end = 7;  // bits of a fixed block's end: zeros

// How many bits the literal, or the length and its distance, of a fixed block takes; 0 when it is none of them.
inline unsigned fixed_symbol_bits(std::uint64_t word) {
  const unsigned code = reversed(word, 9);
  if (code >= 0b110010000) return 9;                        // literals 144 to 255
  if (code >= 0b001100000 && code < 0b110000000) return 8;  // literals 0 to 143
  const bool high = code >= 0b110000000;
  const unsigned length = high ? 23 + ((code >> 1) - 0b11000000) : (code >> 2) - 1;  // of 29, from symbol 257 on
  if (code >> 2 == 0 || length > 28) return 0;
  const unsigned begin = (high ? 8 : 7) + (length < 8 || length == 28 ? 0 : length / 4 - 1);
  const unsigned distance = reversed(word >> begin, 5);
  return distance > 29 ? 0 : begin + 5 + (distance < 4 ? 0 : distance / 2 - 1);
}

// Gives take(bit) each place from the byte on where a final fixed block can begin that ends in the stream's last byte.
// Backwards: a symbol leads to the end when it is the block's end, or the one behind it does.
template <class Take>
bool each_fixed_header(const StreamBits& bits, std::uint64_t begin_byte, const Take& take) {
  constexpr unsigned longest = 31;  // bits of one symbol
  std::uint64_t leading = 0;        // whether the symbols behind this one do, the nearest lowest
  for (std::uint64_t bit = bits.size(); bit-- > begin_byte * 8 + 3;) {
    const std::uint64_t word = bits.from(bit);
    const bool ends = bit + fixed_end <= bits.size() && bit + fixed_end + 8 > bits.size() && (word & 127) == 0;
    const unsigned width = fixed_symbol_bits(word);
    const bool leads = ends || (width > 0 && leading >> (width - 1) & 1);
    leading = leading << 1 | leads;
    if (leads && (bits.from(bit - 3) & 7) == final_fixed && !take(bit - 3)) return false;
    if (bit + fixed_end + 8 < bits.size() && (leading & ((1U << longest) - 1)) == 0) return true;
  }
  return true;
}

// Whether the stream's last bytes can be a stored block.
inline bool ends_stored(ByteView deflated) {
  for (std::size_t size = 0; size <= 0xffff && size + 5 <= deflated.size(); ++size) {
    const std::byte* head = deflated.data() + deflated.size() - size - 4;
    if (load<std::uint16_t>(head) == size && load<std::uint16_t>(head + 2) == (~size & 0xffff)) return true;
  }
  return false;
}

}  // namespace daypack::zip::detail
