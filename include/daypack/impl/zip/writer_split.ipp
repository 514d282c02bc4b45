// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/zip/records.hpp>

#include <zlib.h>
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <vector>

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

// Where the final block of a deflate stream lies, in bits from the stream's first.
struct FinalBlock {
  std::uint64_t header = 0, end = 0;
};

// Block headers stand at no byte's border and say nothing of their length, so zlib inflates the stream and stops at
// each. What it inflates is compared on the way.
class BlockFinder {
 public:
  BlockFinder() {
    if (::inflateInit2(&stream_, -15) != Z_OK) throw std::bad_alloc();
  }
  ~BlockFinder() { ::inflateEnd(&stream_); }
  BlockFinder(const BlockFinder&) = delete;
  BlockFinder& operator=(const BlockFinder&) = delete;

  // Nothing when the stream does not hold exactly the content. Both are shorter than 4 GiB.
  std::optional<FinalBlock> find(ByteView deflated, ByteView content) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(deflated.data()));
    stream_.avail_in = static_cast<uInt>(deflated.size());
    for (FinalBlock block;;) {
      if (!step(content)) return std::nullopt;
      if (!(stream_.data_type & at_block_end)) continue;
      const std::uint64_t used = deflated.size() - stream_.avail_in;
      block.end = used * 8 - static_cast<std::uint64_t>(stream_.data_type & unused_bits);
      if (stream_.data_type & in_final_block)
        return content.empty() && used == deflated.size() ? std::optional(block) : std::nullopt;
      block.header = block.end;
    }
  }

 private:
  static constexpr int unused_bits = 7, in_final_block = 64, at_block_end = 128;  // of data_type, see zlib.h

  bool step(ByteView& content) {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
    stream_.avail_out = static_cast<uInt>(buffer_.size());
    const int result = ::inflate(&stream_, Z_BLOCK);
    const std::size_t made = buffer_.size() - stream_.avail_out;
    // A block's end that was already in zlib's hands is reported without progress: Z_BUF_ERROR.
    if (result != Z_OK && !(result == Z_BUF_ERROR && stream_.data_type & at_block_end)) return false;
    if (made > content.size() || (made > 0 && std::memcmp(buffer_.data(), content.data(), made) != 0)) return false;
    content = content.subspan(made);
    return true;
  }

  z_stream stream_{};
  std::vector<std::byte> buffer_ = std::vector<std::byte>(std::size_t{128} << 10);
};

inline constexpr std::size_t opening_room = 5;  // bytes that open_end() may append

// Opens the stream of `size` bytes at the buffer's begin, and gives its new size; 0 when it does not hold the content.
inline std::size_t open_end(std::span<std::byte> buffer, std::size_t size, ByteView content) {
  const auto block = BlockFinder().find(buffer.first(size), content);
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
