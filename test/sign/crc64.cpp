// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/sign/crc64.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/testing/tree_literal.hpp>

#include <fstream>
#include <support/programs.hpp>
#include <support/temporary_folder.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(sign_crc64)

namespace {

// By the definition, bit after bit.
std::uint64_t bitwise(std::string_view text, std::uint64_t polynomial = 0xc96c5795d7870f42) {
  std::uint64_t state = ~std::uint64_t{0};
  for (const char c : text) {
    state ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) state = (state & 1) != 0 ? (state >> 1) ^ polynomial : state >> 1;
  }
  return ~state;
}

std::uint64_t bitwise_nvme(std::string_view text) { return bitwise(text, 0x9a6c9329ac4bc9b5); }

}  // namespace

// Check value: The .xz File Format 1.2.1; the same number in decimal in Aliyun's own tools.
BOOST_AUTO_TEST_CASE(known_values) {
  BOOST_TEST(crc64_of({}) == 0U);
  BOOST_TEST(crc64_of(as_bytes("123456789")) == 0x995dc9bbdf1939faU);
  BOOST_TEST(std::to_string(crc64_of(as_bytes("123456789"))) == "11051210869376104954");
  BOOST_TEST(std::to_string(crc64_of(as_bytes("hello zip"))) == "1748267745075324873");  // by oss2 2.19.1
}

BOOST_AUTO_TEST_CASE(the_definition_agrees_at_every_length_and_offset) {
  const std::string text = testing::filler(3000);
  for (std::size_t size = 0; size < 400; size += size < 250 ? 7 : 1) {  // from 256 on, 64 bytes are folded at once
    for (std::size_t at = 0; at < 9; ++at) {
      const std::string_view piece = std::string_view(text).substr(at, size);
      BOOST_TEST(crc64_of(as_bytes(piece)) == bitwise(piece));
      BOOST_TEST(crc64nvme_of(as_bytes(piece)) == bitwise_nvme(piece));
    }
  }
  BOOST_TEST(crc64_of(as_bytes(text)) == bitwise(text));
  BOOST_TEST(crc64nvme_of(as_bytes(text)) == bitwise_nvme(text));
}

BOOST_AUTO_TEST_CASE(pieces_give_that_of_the_whole) {
  const std::string text = testing::filler(10'000);
  for (const std::size_t step : {1U, 7U, 8U, 777U}) {
    Crc64 crc;
    Crc64Nvme nvme;
    for (std::size_t at = 0; at < text.size(); at += step) {
      crc.update(as_bytes(std::string_view(text).substr(at, step)));
      nvme.update(as_bytes(std::string_view(text).substr(at, step)));
    }
    BOOST_TEST(crc.value() == bitwise(text));
    BOOST_TEST(nvme.value() == bitwise_nvme(text));
  }
}

BOOST_AUTO_TEST_CASE(two_are_combined) {
  const std::string text = testing::filler(70'000);
  const std::uint64_t whole = crc64_of(as_bytes(text)), whole_nvme = crc64nvme_of(as_bytes(text));
  for (const std::size_t border : {0U, 1U, 8U, 255U, 256U, 65'536U, 69'999U, 70'000U}) {
    const std::string_view first = std::string_view(text).substr(0, border),
                           second = std::string_view(text).substr(border);
    BOOST_TEST(crc64_combine(crc64_of(as_bytes(first)), crc64_of(as_bytes(second)), second.size()) == whole);
    BOOST_TEST(crc64nvme_combine(crc64nvme_of(as_bytes(first)), crc64nvme_of(as_bytes(second)), second.size()) ==
               whole_nvme);
  }
}

// The check value is that of the catalogue of parametrised CRC algorithms (reveng); the others were computed by AWS's
// own runtime (awscrt.checksums, 2026-11-20).
BOOST_AUTO_TEST_CASE(known_values_of_nvme) {
  BOOST_TEST(crc64nvme_of({}) == 0U);
  BOOST_TEST(crc64nvme_of(as_bytes("123456789")) == 0xae8b14860a799888U);
  BOOST_TEST(crc64nvme_of(as_bytes("hello zip")) == 0xa361181301b99a18U);
  BOOST_TEST(crc64nvme_of(as_bytes(std::string(1 << 20, 'a'))) == 0x970663c5b13c0aa3U);
  BOOST_TEST(crc64_of(as_bytes(std::string(1 << 20, 'a'))) == 0x5cff11a7a7d288cfU);
}

// A stream of xz with CHECK_CRC64 carries this number of its one block before the index: the program that made it is
// asked what it says there.
BOOST_AUTO_TEST_CASE(xz_agrees) {
  TemporaryFolder folder;
  const std::string text = testing::filler(100'003), path = folder / "text";
  std::ofstream(path, std::ios::binary) << text;
  std::string hex;
  for (int byte = 0; byte < 8; ++byte) {  // little endian, as it stands there
    constexpr char digits[] = "0123456789abcdef";
    const std::uint64_t value = crc64_of(as_bytes(text)) >> (8 * byte) & 0xff;
    hex += {digits[value >> 4], digits[value & 15]};
  }
  const std::string script =
      "import lzma, sys; x = lzma.compress(open(sys.argv[1], \"rb\").read(), check=lzma.CHECK_CRC64); "
      "backward = (int.from_bytes(x[-8:-4], \"little\") + 1) * 4; "
      "sys.exit(x[-12 - backward - 8:-12 - backward].hex() != sys.argv[2])";
  BOOST_TEST(passes("python3 -c '" + script + "' " + path + ' ' + hex));
}

BOOST_AUTO_TEST_SUITE_END()
