// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/bytes.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(bytes)

BOOST_AUTO_TEST_CASE(text_and_bytes_are_one_memory) {
  const std::string text("a\0b", 3);
  BOOST_TEST(as_bytes(text).size() == 3u);
  BOOST_TEST(as_bytes(text).data() == static_cast<const void*>(text.data()));
  BOOST_TEST(as_text(as_bytes(text)) == text);
  BOOST_TEST(as_text({}) == "");
}

BOOST_AUTO_TEST_CASE(a_blob_outlives_what_it_was_made_of) {
  Blob part;
  {
    const Blob whole = blob_of("short enough to lie inside the string object, or not");
    BOOST_TEST(whole.size() == 52u);
    part = whole.slice(6, 6);
  }
  BOOST_TEST(part.text() == "enough");
  BOOST_TEST(blob_of("x").text() == "x");  // within the small string's own buffer
  BOOST_TEST(Blob{}.size() == 0u);
  BOOST_TEST(Blob{}.text() == "");
}

BOOST_AUTO_TEST_CASE(a_digest_prints_as_lower_case_hex) {
  Sha256 digest;
  BOOST_TEST(digest.hex() == std::string(64, '0'));
  digest.bytes[0] = 0x0a;
  digest.bytes[31] = 0xff;
  BOOST_TEST(digest.hex() == "0a" + std::string(60, '0') + "ff");
  BOOST_TEST((digest == digest));
  BOOST_TEST((digest != Sha256{}));
}

BOOST_AUTO_TEST_SUITE_END()
