// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Any bytes as a deflate stream: what the library makes of them is what zlib makes of them, for with zlib most readers
// of the finished zip will unpack it. What zlib accepts must be accepted, with the same content; the other way round
// libdeflate is known to be laxer, in three ways.
#include <daypack/zip/inflate.hpp>

#include <zlib.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include "must.hpp"

using namespace daypack;

namespace {

// Of RFC 1951, 3.2.5 to 3.2.7, libdeflate does not check that: a header announces at most 286 and 30 symbols; symbols
// 286 and 287, and distances 30 and 31, do not occur; a code of one symbol is used with the bit 0 only. No compressor
// makes such streams. In zlib's words:
constexpr std::array<std::string_view, 3> laxer{"too many length or distance symbols", "invalid literal/length code",
                                                "invalid distance code"};

struct Verdict {
  bool accepted = false;
  std::string words = {};  // of zlib
};

Verdict by_zlib(ByteView deflated, std::span<std::byte> out) {
  z_stream stream{};
  must(::inflateInit2(&stream, -15) == Z_OK, "zlib begins");
  std::byte nothing{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(deflated.data()));
  stream.avail_in = static_cast<uInt>(deflated.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.empty() ? &nothing : out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = ::inflate(&stream, Z_FINISH);
  Verdict verdict{result == Z_STREAM_END && stream.avail_in == 0 && stream.avail_out == 0,
                  stream.msg ? stream.msg : ""};
  ::inflateEnd(&stream);
  return verdict;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ByteView deflated(reinterpret_cast<const std::byte*>(data + 2), size - 2);
  std::string ours(data[0] + data[1] * 256U, '\0'), theirs = ours;
  const bool accepted = zip::inflate(deflated, std::as_writable_bytes(std::span(ours))) == zip::Fault::none;
  const Verdict zlib = by_zlib(deflated, std::as_writable_bytes(std::span(theirs)));
  must(accepted || !zlib.accepted, "what zlib accepts is accepted");
  if (accepted && std::ranges::find(laxer, zlib.words) != laxer.end()) return 0;
  must(zlib.accepted || !accepted, "what zlib refuses is refused: " + zlib.words);
  must(!accepted || ours == theirs, "zlib makes the same of it");
  return 0;
}
