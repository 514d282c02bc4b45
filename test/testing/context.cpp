// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/testing/context.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/error.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(testing_context)

BOOST_AUTO_TEST_CASE(it_has_threads_and_nothing_else) {
  BOOST_TEST(testing::context().pool().size() == 2U);
  BOOST_TEST(testing::context(5).pool().size() == 5U);
  BOOST_CHECK_EXCEPTION(testing::context().http(), Error, [](const Error& e) { return e.code() == Errc::usage; });
}

BOOST_AUTO_TEST_CASE(it_takes_the_parts_that_it_is_given) {
  const auto pool = std::make_shared<Pool>(3);
  Services services;
  services.pool = pool;
  services.offline = true;
  const Context ctx = testing::context(services);
  BOOST_TEST(&ctx.pool() == pool.get());
  BOOST_TEST(ctx.offline());
  BOOST_TEST(testing::context(Services{}).pool().size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
