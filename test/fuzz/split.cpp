// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// A content cut anywhere, each part deflated by any codec at any level, or stored: joined, they are one deflate stream
// of the content. The writer does so with parts of 4 MiB; here they are small, so that all ways in which a stream can
// end come soon.
#include <daypack/impl/zip/writer_split.ipp>

#include <daypack/codec/libdeflate.hpp>
#include <daypack/codec/zlib.hpp>
#include <daypack/zip/inflate.hpp>

#include <fuzzer/FuzzedDataProvider.h>
#include <zlib.h>
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <support/zlib_strategy.hpp>
#include <vector>
#include "must.hpp"

using namespace daypack;

namespace {

// Making one takes longer than anything else here.
template <class Codec>
Codec& of_level(int level) {
  static std::array<std::optional<Codec>, 13> made;
  if (!made[static_cast<std::size_t>(level)]) made[static_cast<std::size_t>(level)].emplace(level);
  return *made[static_cast<std::size_t>(level)];
}

std::size_t compress(FuzzedDataProvider& input, ByteView part, std::span<std::byte> out, std::size_t& longest_block) {
  const int level = input.ConsumeIntegralInRange(1, 12);
  switch (input.ConsumeIntegralInRange(0, 2)) {
    case 0:
      longest_block = codec::Libdeflate::longest_block;
      return of_level<codec::Libdeflate>(level).compress(part, out);
    case 1:
      return of_level<codec::Zlib>(level).compress(part, out);
    default:
      return deflate_by_strategy(part, out, std::min(level, 9),
                                 input.PickValueInArray({Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED}));
  }
}

void append(std::vector<std::byte>& stream, ByteView bytes) { stream.insert(stream.end(), bytes.begin(), bytes.end()); }

void add_part(FuzzedDataProvider& input, ByteView part, bool last, std::vector<std::byte>& stream) {
  std::vector<std::byte> room(part.size() + 64);
  std::size_t longest_block = 0;
  std::size_t size =
      compress(input, part, std::span(room).first(room.size() - zip::detail::opening_room), longest_block);
  if (size != 0 && !last) {
    size = zip::detail::open_end(room, size, part, longest_block);
    must(size != 0, "a stream of the content is opened");
  }
  if (size == 0 || input.ConsumeProbability<float>() > 0.9F)
    return zip::detail::put_stored_blocks(part, last, [&](ByteView bytes) { append(stream, bytes); });
  append(stream, ByteView(room).first(size));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  std::string content = input.ConsumeRandomLengthString(2000);
  for (int twice = input.ConsumeIntegralInRange(0, 5); twice > 0; --twice) content += content;
  ByteView rest = as_bytes(content);
  if (rest.empty()) return 0;
  std::vector<std::byte> stream;
  while (!rest.empty()) {
    const std::size_t cut =
        input.remaining_bytes() ? input.ConsumeIntegralInRange<std::size_t>(1, rest.size()) : rest.size();
    add_part(input, rest.first(cut), cut == rest.size(), stream);
    rest = rest.subspan(cut);
  }
  std::string back(content.size(), '\0');
  must(zip::inflate(stream, std::as_writable_bytes(std::span(back))) == zip::Fault::none, "the parts are one stream");
  must(back == content, "of the content");
  return 0;
}
