// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/detail/sha1.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(detail_sha1)

// FIPS 180-4's examples, as NIST publishes them; the empty text.
BOOST_AUTO_TEST_CASE(digests_are_the_standards) {
  BOOST_TEST(daypack::detail::sha1_hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
  BOOST_TEST(daypack::detail::sha1_hex("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  BOOST_TEST(daypack::detail::sha1_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
             "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}

BOOST_AUTO_TEST_SUITE_END()
