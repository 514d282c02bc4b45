// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/ledger.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(ledger)

BOOST_AUTO_TEST_CASE(a_line_says_what_happened) {
  const Ledger lines{{.path = "a/tests/b.py", .bytes = 12, .distribution = "a", .rule = "tests"}};
  BOOST_TEST((lines[0].change == Change::removed));
  BOOST_TEST(lines[0].bytes_after == 0u);
  BOOST_TEST(lines[0].note == "");
}

BOOST_AUTO_TEST_CASE(changes_have_words) {
  BOOST_TEST(to_string(Change::removed) == "removed");
  BOOST_TEST(to_string(Change::rewritten) == "rewritten");
  BOOST_TEST(to_string(Change::kept) == "kept");
}

BOOST_AUTO_TEST_SUITE_END()
