// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/impl/zip/final_block.ipp>
#include <daypack/zip/records.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

// Deflate streams of parts of a content become one: each but the last is opened, that is, its final block is no longer
// marked as the final one, and it ends at a byte's border.
namespace daypack::zip::detail {

// Contents above this many bytes are deflated in parts. Both numbers decide about bytes of the zip, so they are the
// same for any number of threads.
inline constexpr std::uint64_t split_above = std::uint64_t{8} << 20;
inline constexpr std::uint64_t part_size = std::uint64_t{4} << 20;

inline std::uint64_t parts_of(std::uint64_t size) {
  return size > split_above ? (size + part_size - 1) / part_size : 1;
}

inline constexpr std::size_t opening_room = 5;  // bytes that open_end() may append

// Opens the stream of `size` bytes at the buffer's begin, and gives its new size; 0 when it does not hold the content.
// `longest_block` is what the codec says of its blocks, 0 when it says nothing.
inline std::size_t open_end(std::span<std::byte> buffer, std::size_t size, ByteView content,
                            std::size_t longest_block) {
  const auto block = final_block_of(buffer.first(size), content, longest_block);
  if (!block) return 0;
  buffer[block->header / 8] &= ~(std::byte{1} << (block->header % 8));
  const unsigned rest = block->end % 8;
  if (rest == 0) return size;
  // The header of an empty stored block is three zero bits; zeros to the border, the length 0 and its complement
  // follow.
  buffer[size - 1] &= static_cast<std::byte>((1U << rest) - 1);
  if (rest > 5) buffer[size++] = std::byte{0};
  for (const unsigned byte : {0U, 0U, 0xffU, 0xffU}) buffer[size++] = static_cast<std::byte>(byte);
  return size;
}

inline constexpr std::uint64_t stored_block = 0xffff;  // the most bytes that one holds

// How many bytes the content takes as stored blocks.
inline std::uint64_t stored_blocks_size(std::uint64_t content) {
  return content + (content + stored_block - 1) / stored_block * 5;
}

// Gives the content as stored blocks to take(ByteView), which begin and end at a byte's border.
template <class Take>
void put_stored_blocks(ByteView content, bool final, const Take& take) {
  while (!content.empty()) {
    const auto length = static_cast<std::uint16_t>(std::min<std::uint64_t>(content.size(), stored_block));
    const bool last = final && length == content.size();
    std::array<std::byte, 5> head{std::byte{last}};
    store(head.data() + 1, length);
    store(head.data() + 3, static_cast<std::uint16_t>(~length));
    take(ByteView(head));
    take(content.first(length));
    content = content.subspan(length);
  }
}

}  // namespace daypack::zip::detail
