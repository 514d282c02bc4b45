// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/codec/libdeflate.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <support/codec_laws.hpp>

BOOST_AUTO_TEST_SUITE(codec_libdeflate)

BOOST_AUTO_TEST_CASE(it_deflates) {
  check_codec<daypack::codec::Libdeflate>();
  BOOST_TEST(daypack::codec::Libdeflate::id().starts_with("libdeflate-1."));
}

BOOST_AUTO_TEST_SUITE_END()
