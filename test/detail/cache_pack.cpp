// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/detail/cache_pack.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <string>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(detail_cache_pack)

namespace {

struct Text : CacheWriter {
  void write(ByteView bytes) override { text += as_text(bytes); }
  Blob commit() override { return blob_of(text); }
  std::string text;
};

std::string sample() {
  detail::CachePack<2> pack;
  pack.add("one", {blob_of("code"), blob_of("why")});
  pack.add("two", {Blob{}, blob_of("SyntaxError")});
  Text out;
  pack.write(out);
  return out.text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_written_is_read) {
  detail::CachePack<2> read;
  BOOST_TEST(read.read(blob_of(sample())));
  BOOST_TEST_REQUIRE((read.find("one") && read.find("two")));
  BOOST_TEST((*read.find("one"))[0].text() == "code");
  BOOST_TEST((*read.find("one"))[1].text() == "why");
  BOOST_TEST((*read.find("two"))[0].size() == 0U);
  BOOST_TEST((*read.find("two"))[1].text() == "SyntaxError");
  BOOST_TEST(!read.find("three"));
  BOOST_TEST(read.read({}));
  BOOST_TEST(!read.find("one"));
}

BOOST_AUTO_TEST_CASE(no_other_text_is_taken) {
  const std::string text = sample();
  detail::CachePack<2> read;
  for (std::size_t size = 1; size < text.size(); ++size) {
    const bool ends = size == 24 + 3 + 4 + 3;  // of the first value
    BOOST_TEST(read.read(blob_of(text.substr(0, size))) == ends, size);
  }
  for (const std::size_t length : {0u, 8u, 16u}) {
    std::string huge = text;
    huge[length + 7] = '\x7f';
    BOOST_TEST(!read.read(blob_of(huge)));
  }
  BOOST_TEST(read.find("one"));  // what was taken before stays
}

BOOST_AUTO_TEST_SUITE_END()
