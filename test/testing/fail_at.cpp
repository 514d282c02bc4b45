// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/testing/fail_at.hpp>  // self-contained

#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(testing_fail_at)

BOOST_AUTO_TEST_CASE(only_the_nth_operation_fails) {
  testing::fail_at fault{2, EIO};
  BOOST_TEST(detail::io_point() == 0);
  BOOST_TEST(!fault.hit());
  BOOST_TEST(detail::io_point() == EIO);
  BOOST_TEST(fault.hit());
  BOOST_TEST(detail::io_point() == 0);
}

BOOST_AUTO_TEST_CASE(it_ends_with_its_scope) {
  {
    testing::fail_at fault{1};
  }
  BOOST_TEST(detail::io_point() == 0);
}

BOOST_AUTO_TEST_CASE(a_loop_reaches_every_operation) {
  const TemporaryFolder folder;
  int failures = 0;
  for (int n = 1;; ++n) {
    testing::fail_at fault{n};
    try {
      detail::write_file(folder / "a", "text");
    } catch (const Error& error) {
      BOOST_TEST((error.code() == Errc::unwritable));
      BOOST_TEST(error.hint() == "free some space, or choose another folder");
    }
    if (!fault.hit()) break;
    ++failures;
  }
  BOOST_TEST(failures >= 3);  // open, write, and what commits
  BOOST_TEST(detail::read_file(folder / "a") == "text");
}

BOOST_AUTO_TEST_SUITE_END()
