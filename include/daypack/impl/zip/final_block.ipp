// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/impl/zip/block_headers.ipp>

#include <zlib.h>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <vector>

// Where the final block of a deflate stream begins. Block headers stand at no byte's border and say nothing of their
// length.
namespace daypack::zip::detail {

// In bits from the stream's first.
struct FinalBlock {
  std::uint64_t header = 0, end = 0;
  friend bool operator==(const FinalBlock&, const FinalBlock&) = default;
};

// Inflates a stream from any of its blocks on, with a stop behind each. Stream and content are shorter than 4 GiB.
class BlockInflater {
 public:
  BlockInflater() {
    if (::inflateInit2(&stream_, -15) != Z_OK) throw std::bad_alloc();
  }
  ~BlockInflater() { ::inflateEnd(&stream_); }
  BlockInflater(const BlockInflater&) = delete;
  BlockInflater& operator=(const BlockInflater&) = delete;

  // `before` is what the blocks before the bit hold, as far as it is known.
  void begin(ByteView deflated, std::uint64_t bit, ByteView before) {
    ::inflateReset(&stream_);
    stream_.data_type = 0;
    size_ = deflated.size();
    if (const int skipped = bit % 8) {
      ::inflatePrime(&stream_, 8 - skipped, std::to_integer<int>(deflated[bit / 8]) >> skipped);
      bit += 8;
    }
    deflated = deflated.subspan(bit / 8);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(deflated.data()));
    stream_.avail_in = static_cast<uInt>(deflated.size());
    before = before.last(std::min<std::size_t>(before.size(), std::size_t{32} << 10));
    if (!before.empty())
      ::inflateSetDictionary(&stream_, reinterpret_cast<const Bytef*>(before.data()), static_cast<uInt>(before.size()));
  }

  // Gives take(bytes) some bytes more. False when the stream is damaged or ends, or take() says so.
  template <class Take>
  bool step(const Take& take) {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
    stream_.avail_out = static_cast<uInt>(buffer_.size());
    const int result = ::inflate(&stream_, Z_BLOCK);
    // A block's end that was already in zlib's hands is reported without progress: Z_BUF_ERROR.
    if (result != Z_OK && !(result == Z_BUF_ERROR && stream_.data_type & at_block_end)) return false;
    return take(ByteView(buffer_).first(buffer_.size() - stream_.avail_out));
  }

  bool at_end_of_block() const { return stream_.data_type & at_block_end; }
  bool at_end_of_final_block() const { return at_end_of_block() && stream_.data_type & in_final_block; }
  bool has_read_all() const { return stream_.avail_in == 0; }
  std::uint64_t bit() const {
    return (size_ - stream_.avail_in) * 8 - static_cast<std::uint64_t>(stream_.data_type & unused_bits);
  }

 private:
  static constexpr int unused_bits = 7, in_final_block = 64, at_block_end = 128;  // of data_type, see zlib.h
  z_stream stream_{};
  std::uint64_t size_ = 0;
  std::vector<std::byte> buffer_ = std::vector<std::byte>(std::size_t{128} << 10);
};

// Whether the content goes on with the bytes; it is what is left of it then.
inline bool take_same(ByteView& content, ByteView bytes) {
  if (bytes.size() > content.size()) return false;
  if (!bytes.empty() && std::memcmp(bytes.data(), content.data(), bytes.size()) != 0) return false;
  content = content.subspan(bytes.size());
  return true;
}

// By inflating all of the stream, which is compared with the content on the way: nothing when it does not hold exactly
// that.
inline std::optional<FinalBlock> follow_blocks(BlockInflater& inflater, ByteView deflated, ByteView content) {
  inflater.begin(deflated, 0, {});
  for (FinalBlock block;;) {
    if (!inflater.step([&](ByteView bytes) { return take_same(content, bytes); })) return std::nullopt;
    if (!inflater.at_end_of_block()) continue;
    block.end = inflater.bit();
    if (inflater.at_end_of_final_block())
      return content.empty() && inflater.has_read_all() ? std::optional(block) : std::nullopt;
    block.header = block.end;
  }
}

// By the stream's last bytes alone, for a stream that is known to hold the content, with no empty block and none of
// more than `longest_block` bytes. Each place where a header can stand is tried: the block must end with the stream,
// and hold the end of the content. The true header is one of these places, so where only one holds, that is it.
class FinalBlockSearch {
 public:
  FinalBlockSearch(BlockInflater& inflater, ByteView deflated, ByteView content)
      : inflater_(inflater), deflated_(deflated), content_(content) {}

  // Nothing when it is not certain.
  std::optional<FinalBlock> find(std::size_t longest_block) {
    if (ends_stored(deflated_)) return std::nullopt;
    const StreamBits bits(deflated_);
    const std::size_t begin = deflated_.size() - std::min(deflated_.size(), longest_block + 1);
    const auto take = [&](std::uint64_t bit) { return take_place(bit); };
    return each_fixed_header(bits, begin, take) && each_dynamic_header(bits, begin, take) ? found_ : std::nullopt;
  }

 private:
  // False when there is no more to find: a second place holds, or too much was tried.
  bool take_place(std::uint64_t header) {
    constexpr std::uint64_t cost = std::uint64_t{8} << 10;  // of one that fails at once, about
    if (budget_ < cost) return false;
    budget_ -= cost;
    const std::uint64_t size = size_of_tail(header);
    if (budget_ == 0) return false;
    if (size == 0 || size > content_.size() || !holds_tail(header, size)) return true;
    if (found_) return false;
    found_ = FinalBlock{header, inflater_.bit()};
    return true;
  }

  // How many bytes a block there holds if it ends with the stream. What lies before it does not matter for that, as
  // long as there is enough.
  std::uint64_t size_of_tail(std::uint64_t header) {
    std::uint64_t size = 0;
    inflater_.begin(deflated_, header, content_);
    while (!inflater_.at_end_of_final_block()) {
      const bool going_on = inflater_.step([&](ByteView bytes) {
        size += bytes.size();
        budget_ -= std::min<std::uint64_t>(budget_, bytes.size());
        return budget_ > 0;
      });
      if (!going_on) return none;
    }
    return inflater_.has_read_all() ? size : none;
  }

  bool holds_tail(std::uint64_t header, std::uint64_t size) {
    ByteView tail = content_.last(size);
    inflater_.begin(deflated_, header, content_.first(content_.size() - size));
    while (!inflater_.at_end_of_final_block())
      if (!inflater_.step([&](ByteView bytes) { return take_same(tail, bytes); })) return false;
    return tail.empty();
  }

  static constexpr std::uint64_t none = ~std::uint64_t{0};
  BlockInflater& inflater_;
  ByteView deflated_, content_;
  std::optional<FinalBlock> found_;
  std::uint64_t budget_ = std::uint64_t{2} << 20;  // bytes to inflate, before inflating all is less work
};

// Nothing when the stream turns out not to hold the content. `longest_block` is 0 when it is not known.
inline std::optional<FinalBlock> final_block_of(ByteView deflated, ByteView content, std::size_t longest_block) {
  BlockInflater inflater;
  if (longest_block != 0)
    if (const auto block = FinalBlockSearch(inflater, deflated, content).find(longest_block)) return block;
  return follow_blocks(inflater, deflated, content);
}

}  // namespace daypack::zip::detail
