// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Where the final block of a deflate stream begins: by inflating all of it, and by its last bytes alone.
#include <boost/test/unit_test.hpp>

#include <daypack/impl/zip/final_block.ipp>
#include <daypack/impl/zip/writer_split.ipp>

#include <daypack/codec/default.hpp>
#include <daypack/codec/zlib.hpp>
#include <daypack/testing/tree_literal.hpp>

#include <functional>
#include <string>
#include <support/zlib_strategy.hpp>
#include <vector>

using namespace daypack;
using namespace daypack::zip::detail;

BOOST_AUTO_TEST_SUITE(zip_final_block)

namespace {

constexpr std::size_t longest = std::size_t{320} << 10;

using Deflate = std::function<std::size_t(ByteView, std::span<std::byte>)>;

std::vector<std::byte> deflated(const std::string& content, const Deflate& deflate) {
  std::vector<std::byte> stream(content.size() * 2 + 100);
  stream.resize(deflate(as_bytes(content), stream));
  BOOST_REQUIRE(!stream.empty());
  return stream;
}

template <class Codec>
Deflate by_codec(int level) {
  return [level](ByteView in, std::span<std::byte> out) { return Codec(level).compress(in, out); };
}

Deflate by_strategy(int strategy) {
  return [strategy](ByteView in, std::span<std::byte> out) { return deflate_by_strategy(in, out, 6, strategy); };
}

// Whether the last bytes are enough. What they say must be what inflating says.
bool found_by_search(ByteView stream, const std::string& content, std::size_t longest_block = longest) {
  BlockInflater inflater;
  const auto all = follow_blocks(inflater, stream, as_bytes(content));
  const auto search = FinalBlockSearch(inflater, stream, as_bytes(content)).find(longest_block);
  BOOST_REQUIRE(all.has_value());
  BOOST_TEST((!search || *search == *all));
  BOOST_TEST((final_block_of(stream, as_bytes(content), longest_block) == all));
  return search.has_value();
}

std::string noise_of(std::size_t size, unsigned values) {
  std::string noise(size, '\0');
  std::uint64_t state = 88172645463325252U;
  for (char& c : noise) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    c = static_cast<char>((state >> 32) % values);
  }
  return noise;
}

std::string text_of(std::size_t size) {
  std::string text;
  for (std::size_t line = 0; text.size() < size; ++line)
    text += "line " + std::to_string(line * 2654435761U % 1'000'003) + " of a text that shrinks\n";
  return text.substr(0, size);
}

// Records of which some fields are the same again and again, and others are any.
std::string records_of(std::size_t size) {
  std::string records, noise = noise_of(size, 256);
  for (std::size_t i = 0; records.size() < size; ++i)
    records += noise.substr(i * 7, 3 + i % 5) + std::string(i % 11, '\0') + "\x7f" + "ELF" + std::to_string(i / 3);
  return records.substr(0, size);
}

// A stream, bit by bit.
struct Bits {
  void put(const std::string& bits) {
    for (const char bit : bits) {
      if (count % 8 == 0) bytes.push_back({});
      bytes.back() |= static_cast<std::byte>((bit - '0') << count++ % 8);
    }
  }
  std::vector<std::byte> bytes;
  std::size_t count = 0;
};

// The header of a final block in which the literals 1 to 255 and then the end have the codes of 8 bits, in this order:
// the lengths are 0, 8 256 times, and 0 for the distances. It takes 22 bytes, and none of them is the end's code.
std::string flat_header() {
  const std::string eight = "11", none = "10", three_more = "000", six_more = "011";
  std::string bits =
      "101"
      "00000"
      "00000"
      "1000"
      "100"
      "000"
      "000"
      "010"
      "010" +
      none + eight;
  for (int i = 0; i < 39; ++i) bits += six_more;
  for (int i = 0; i < 7; ++i) bits += three_more;
  return bits + none;
}

const std::string flat_end = "11111111";

std::string flat_bits(const std::string& content) {
  std::string bits;
  for (const char c : content)
    for (int i = 7; i >= 0; --i) bits += (c - 1) >> i & 1 ? '1' : '0';
  return bits;
}

std::string flat_content(const std::string& bits) {
  std::string content;
  for (std::size_t i = 0; i < bits.size(); i += 8)
    content += static_cast<char>(std::stoi(bits.substr(i, 8), nullptr, 2) + 1);
  return content;
}

}  // namespace

BOOST_AUTO_TEST_CASE(ordinary_content_needs_its_last_bytes_alone) {
  for (const std::string& content :
       {text_of(700'000), records_of(700'000), testing::filler(500'000), noise_of(400'000, 40)}) {
    for (int level = 1; level <= 12; ++level) {
      BOOST_TEST_CONTEXT("level " << level << ", " << content.size() << " bytes") {
        BOOST_TEST(found_by_search(deflated(content, by_codec<codec::Default>(level)), content));
        if (level <= 9) BOOST_TEST(found_by_search(deflated(content, by_codec<codec::Zlib>(level)), content));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(any_content_is_found_or_left_to_inflating) {
  const std::string zeros(400'000, '\0'), noise = noise_of(400'000, 256), text = text_of(300'000);
  for (const std::string& content : {zeros, noise, text + zeros, zeros + text, text + noise, noise + text,
                                     text + noise.substr(0, 70), noise + "x"}) {
    for (const int level : {1, 6, 12}) {
      found_by_search(deflated(content, by_codec<codec::Default>(level)), content);
      found_by_search(deflated(content, by_codec<codec::Zlib>(level)), content);
    }
    for (const int strategy : {Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE})
      found_by_search(deflated(content, by_strategy(strategy)), content);
  }
}

BOOST_AUTO_TEST_CASE(short_content_too) {
  const std::string text = text_of(3'000), records = records_of(3'000);
  unsigned fixed = 0, dynamic = 0;
  for (std::size_t size = 1; size < 400; ++size) {
    for (const std::string& whole : {text, records, noise_of(400, 256), noise_of(400, 3)}) {
      const std::string content = whole.substr(0, size);
      found_by_search(deflated(content, by_codec<codec::Default>(static_cast<int>(size % 12 + 1))), content);
      dynamic += found_by_search(deflated(content, by_strategy(Z_HUFFMAN_ONLY)), content);
      fixed += found_by_search(deflated(content, by_strategy(Z_FIXED)), content);
    }
  }
  // In most fixed blocks a symbol can be found before which a header seems to stand.
  BOOST_TEST(fixed > 40U);
  BOOST_TEST(dynamic > 1'000U);
}

BOOST_AUTO_TEST_CASE(the_search_ends_where_no_block_can_begin) {
  const std::string content = noise_of(100'000, 40);
  const std::vector<std::byte> stream = deflated(content, by_codec<codec::Default>(6));
  BlockInflater inflater;
  const auto all = follow_blocks(inflater, stream, as_bytes(content));
  const std::size_t length = stream.size() - all->header / 8;
  BOOST_TEST(found_by_search(stream, content, length));
  BOOST_TEST(!found_by_search(stream, content, length / 2));
}

// Within a block stands the header of another one with the same codes: from there on it is the same stream.
BOOST_AUTO_TEST_CASE(a_header_within_a_block_that_holds_too_leaves_it_to_inflating) {
  const std::string header = flat_header(), hidden = flat_content(header);
  BOOST_TEST_REQUIRE(header.size() == 176U);
  std::string noise = noise_of(8'000, 255);
  for (char& c : noise) ++c;
  const std::string before = noise.substr(0, 5'000), behind = noise.substr(5'000), content = before + hidden + behind;
  Bits plain, crafted;
  plain.put(header + flat_bits(before + behind) + flat_end);
  crafted.put(header + flat_bits(content) + flat_end);
  BOOST_TEST(found_by_search(plain.bytes, before + behind));
  BOOST_TEST(!found_by_search(crafted.bytes, content));
  BOOST_TEST((final_block_of(crafted.bytes, as_bytes(content), longest)->header == 0U));
}

// A block of one byte at the end of a stored one: it ends with the stream and holds the content's last byte, its own.
BOOST_AUTO_TEST_CASE(a_header_within_a_stored_block_leaves_it_to_inflating) {
  Bits hidden;
  hidden.put(flat_header() + flat_bits("\xff") + flat_end);
  const std::string content = text_of(200) + std::string(as_text(hidden.bytes));
  const std::vector<std::byte> stream = deflated(content, [](ByteView in, std::span<std::byte> out) {
    return deflate_by_strategy(in, out, 0, Z_DEFAULT_STRATEGY);
  });
  BOOST_TEST(!found_by_search(stream, content));
}

// A whole block, at no byte's border, that holds the content's last byte but ends long before the stream.
BOOST_AUTO_TEST_CASE(a_block_within_a_block_that_ends_earlier_does_not_hold) {
  const std::string hidden = flat_content("0" + flat_header() + flat_bits("y") + flat_end + "0000000");
  const std::string content = std::string(1'000, 'x') + hidden + std::string(1'000, 'y');
  Bits stream;
  stream.put(flat_header() + flat_bits(content) + flat_end);
  BOOST_TEST(found_by_search(stream.bytes, content));
}

// Symbols of 31 bits, the longest that there are: length 227 and distance 32768.
BOOST_AUTO_TEST_CASE(a_fixed_block_of_far_matches_is_found) {
  const std::string match =
      "11000100"
      "00000"
      "11101"
      "1111111111111";
  std::string content = noise_of(40'000, 256);
  std::vector<std::byte> stream;
  put_stored_blocks(as_bytes(content), false,
                    [&](ByteView bytes) { stream.insert(stream.end(), bytes.begin(), bytes.end()); });
  Bits fixed;
  fixed.put("110");
  for (int i = 0; i < 3; ++i) {
    fixed.put(match);
    content += content.substr(content.size() - 32'768, 227);
  }
  fixed.put("0000000");
  stream.insert(stream.end(), fixed.bytes.begin(), fixed.bytes.end());
  BOOST_TEST(found_by_search(stream, content));
}

BOOST_AUTO_TEST_CASE(a_block_of_other_content_does_not_hold) {
  const std::string content = text_of(300'000);
  std::string other = content;
  other[299'000] = '!';
  const std::vector<std::byte> stream = deflated(content, by_codec<codec::Default>(6));
  BlockInflater inflater;
  BOOST_TEST(FinalBlockSearch(inflater, stream, as_bytes(content)).find(longest).has_value());
  BOOST_TEST(!FinalBlockSearch(inflater, stream, as_bytes(other)).find(longest).has_value());
  BOOST_TEST(!final_block_of(stream, as_bytes(other), longest).has_value());
  const ByteView cut = ByteView(stream).first(stream.size() - 1);
  BOOST_TEST(!FinalBlockSearch(inflater, cut, as_bytes(content)).find(longest).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
