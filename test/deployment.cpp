// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/deployment.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(deployment)

BOOST_AUTO_TEST_CASE(needs_no_more_than_an_id) {
  const daypack::Deployment live{.id = "thumbnails"};
  BOOST_TEST(live.id == "thumbnails");
  BOOST_TEST((live.url.empty() && live.digest.empty() && live.version.empty() && !live.unchanged));
}

BOOST_AUTO_TEST_SUITE_END()
