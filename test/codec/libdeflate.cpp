// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/codec/libdeflate.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/impl/zip/final_block.ipp>

#include <algorithm>
#include <support/codec_laws.hpp>
#include <utility>

BOOST_AUTO_TEST_SUITE(codec_libdeflate)

BOOST_AUTO_TEST_CASE(it_deflates) {
  check_codec<daypack::codec::Libdeflate>();
  BOOST_TEST(daypack::codec::Libdeflate::id().starts_with("libdeflate-1."));
}

// What the writer trusts in. Noise of 250 values makes the longest: hardly smaller than stored blocks.
BOOST_AUTO_TEST_CASE(no_block_is_longer_than_it_says) {
  using namespace daypack;
  std::string noise(1'500'000, '\0');
  std::uint32_t state = 1;
  for (char& c : noise) c = static_cast<char>((state = state * 1664525U + 1013904223U) / 65536U % 250U);
  for (const std::string& content : {noise, testing::filler(1'500'000), std::string(1'500'000, 'a')}) {
    for (int level = 1; level <= 12; ++level) {
      std::vector<std::byte> stream(content.size() + 1000);
      stream.resize(codec::Libdeflate(level).compress(as_bytes(content), stream));
      zip::detail::BlockInflater inflater;
      std::uint64_t begin = 0, longest = 0;
      std::size_t size = 0;
      for (inflater.begin(stream, 0, {}); !inflater.at_end_of_final_block();) {
        BOOST_REQUIRE(inflater.step([&](ByteView bytes) { return size += bytes.size(), true; }));
        if (!inflater.at_end_of_block()) continue;
        BOOST_TEST(std::exchange(size, 0) > 0U);
        longest = std::max(longest, inflater.bit() - begin);
        begin = inflater.bit();
      }
      BOOST_TEST(longest <= codec::Libdeflate::longest_block * 8);
      if (content == noise && level > 1) BOOST_TEST(longest > codec::Libdeflate::longest_block * 4);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
