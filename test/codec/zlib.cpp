// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/codec/zlib.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <support/codec_laws.hpp>

BOOST_AUTO_TEST_SUITE(codec_zlib)

BOOST_AUTO_TEST_CASE(it_deflates) {
  check_codec<daypack::codec::Zlib>();
  BOOST_TEST(daypack::codec::Zlib::id().starts_with("zlib-1."));
}

BOOST_AUTO_TEST_SUITE_END()
