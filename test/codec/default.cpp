// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/codec/default.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(codec_default)

BOOST_AUTO_TEST_CASE(it_is_the_best_that_is_installed) {
#if __has_include(<libdeflate.h>)
  BOOST_TEST(daypack::codec::Default::id().starts_with("libdeflate-"));
#else
  BOOST_TEST(daypack::codec::Default::id().starts_with("zlib-"));
#endif
}

BOOST_AUTO_TEST_SUITE_END()
