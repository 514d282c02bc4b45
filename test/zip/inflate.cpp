// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/zip/inflate.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <string>
#include <support/raw_zip.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(zip_inflate)

namespace {

zip::Fault inflated(const std::string& stream, std::size_t size, std::string* text = nullptr) {
  std::string out(size, '?');
  const zip::Fault fault = zip::inflate(as_bytes(stream), std::as_writable_bytes(std::span(out)));
  if (text) *text = out;
  return fault;
}

}  // namespace

BOOST_AUTO_TEST_CASE(crc) {
  BOOST_TEST(zip::crc32_of({}) == 0U);
  BOOST_TEST(zip::crc32_of({}, 0xcbf43926U) == 0xcbf43926U);
  BOOST_TEST(zip::crc32_of(as_bytes("123456789")) == 0xcbf43926U);  // the check value of the algorithm
}

BOOST_AUTO_TEST_CASE(a_stream_must_fill_its_size_and_end_at_its_end) {
  const std::string text(10'000, 'd'), stream = deflated(text);
  std::string out;
  BOOST_TEST(inflated(stream, text.size(), &out) == zip::Fault::none);
  BOOST_TEST(out == text);
  BOOST_TEST(inflated(stream, text.size() - 1) == zip::Fault::size_mismatch);
  BOOST_TEST(inflated(stream, text.size() + 1) == zip::Fault::size_mismatch);
  BOOST_TEST(inflated(stream, 0) == zip::Fault::size_mismatch);
  BOOST_TEST(inflated(stream + '\0', text.size()) == zip::Fault::bytes_after_stream);
  BOOST_TEST(inflated(stream.substr(0, stream.size() - 1), text.size()) != zip::Fault::none);  // damaged, or too short
  BOOST_TEST(inflated("", 0) == zip::Fault::damaged_stream);
  BOOST_TEST(inflated("\7", 1) == zip::Fault::damaged_stream);  // a block of the reserved type
  BOOST_TEST(inflated(deflated(""), 0) == zip::Fault::none);
}

BOOST_AUTO_TEST_CASE(unpacking_checks_everything) {
  const std::string text = "to be, or not to be, or not to be";
  const std::uint32_t crc = zip::crc32_of(as_bytes(text));
  const Blob stored = blob_of(text), packed = blob_of(deflated(text));
  Blob out;
  BOOST_TEST(zip::unpack(stored, false, text.size(), crc ^ 1, out) == zip::Fault::crc_mismatch);
  BOOST_TEST(zip::unpack(stored, false, text.size() + 1, crc, out) == zip::Fault::size_mismatch);
  BOOST_TEST(zip::unpack(packed, true, text.size(), crc ^ 1, out) == zip::Fault::crc_mismatch);
  BOOST_TEST(zip::unpack(packed, true, std::uint64_t{1} << 60, crc, out) ==
             zip::Fault::impossible_size);  // nothing is allocated
  BOOST_TEST(out.size() == 0U);
  BOOST_TEST(zip::unpack(packed, true, text.size(), crc, out) == zip::Fault::none);
  BOOST_TEST(out.text() == text);
  BOOST_TEST(zip::unpack(stored, false, text.size(), crc, out) == zip::Fault::none);
  BOOST_TEST(out.bytes.data() == stored.bytes.data());  // no copy
}

BOOST_AUTO_TEST_CASE(the_densest_stream_stays_below_the_bound) {
  const std::string zeros(50'000'000, '\0');
  BOOST_TEST(zeros.size() <= zip::inflated_at_most(deflated(zeros).size()));
  BOOST_TEST(zip::inflated_at_most(UINT64_MAX) == UINT64_MAX);
}

BOOST_AUTO_TEST_CASE(in_pieces_the_same_is_checked) {
  std::string text;  // longer than a piece
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i);
  const std::string stream = deflated(text);
  const std::uint32_t crc = zip::crc32_of(as_bytes(text));
  BOOST_TEST(zip::crc32_of(as_bytes(text.substr(7)), zip::crc32_of(as_bytes(text.substr(0, 7)))) == crc);
  std::string got;
  const auto unpacked = [&](const std::string& data, bool is_deflated, std::size_t size, std::uint32_t expected) {
    got.clear();
    return zip::unpack(blob_of(data), is_deflated, size, expected, [&](ByteView piece) {
      BOOST_TEST(piece.size() <= 1U << 18);
      got += as_text(piece);
    });
  };
  for (const bool is_deflated : {true, false}) {
    const std::string& data = is_deflated ? stream : text;
    BOOST_TEST(unpacked(data, is_deflated, text.size(), crc) == zip::Fault::none);
    BOOST_TEST(got == text);
    BOOST_TEST(unpacked(data, is_deflated, text.size(), crc ^ 1) == zip::Fault::crc_mismatch);
    BOOST_TEST(unpacked(data, is_deflated, text.size() + 1, crc) == zip::Fault::size_mismatch);
    for (const std::size_t size : {text.size() - 1, std::size_t{1000}, std::size_t{0}}) {
      BOOST_TEST(unpacked(data, is_deflated, size, crc) == zip::Fault::size_mismatch);
      BOOST_TEST(got.size() <= size);  // never more than was claimed
    }
  }
  BOOST_TEST(unpacked(stream + '\0', true, text.size(), crc) == zip::Fault::bytes_after_stream);
  BOOST_TEST(unpacked(stream.substr(0, stream.size() - 1), true, text.size(), crc) != zip::Fault::none);
  BOOST_TEST(unpacked("\7", true, 1, crc) == zip::Fault::damaged_stream);
  BOOST_TEST(unpacked("", true, 0, 0) == zip::Fault::damaged_stream);
  BOOST_TEST(unpacked(deflated(""), true, 0, 0) == zip::Fault::none);
  BOOST_TEST(unpacked("", false, 0, 0) == zip::Fault::none);
}

BOOST_AUTO_TEST_SUITE_END()
