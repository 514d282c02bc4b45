// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/codec/stored.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(codec_stored)

BOOST_AUTO_TEST_CASE(it_never_deflates) {
  std::byte out[100];
  BOOST_TEST(daypack::codec::Stored(6).compress(daypack::as_bytes("aaaaaaaaaaaaaaaaaaaaaaaa"), out) == 0U);
  BOOST_TEST(daypack::codec::Stored::id() == "stored");
}

BOOST_AUTO_TEST_SUITE_END()
