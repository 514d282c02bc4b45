// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/testing/tree_literal.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/codec/default.hpp>

using namespace daypack;
using testing::filler;

BOOST_AUTO_TEST_SUITE(testing_tree_literal)

BOOST_AUTO_TEST_CASE(a_tree_of_texts) {
  const Tree tree = testing::tree_literal({{"b/run", "x", Mode::executable}, {"a.py", "print()"}});
  BOOST_REQUIRE(tree.size() == 2U);
  BOOST_TEST(tree.entries()[0].path == "a.py");
  BOOST_TEST(read_content(tree.entries()[0]).text() == "print()");
  BOOST_TEST((tree.entries()[1].mode == Mode::executable));
}

BOOST_AUTO_TEST_CASE(filler_shrinks_a_little) {
  const std::string text = filler(100'000);
  BOOST_TEST(text.size() == 100'000U);
  BOOST_TEST((text == filler(100'000)));
  BOOST_TEST((text != filler(100'000, 2)));
  std::vector<std::byte> out(text.size());
  const std::size_t size = codec::Default(6).compress(as_bytes(text), out);
  BOOST_TEST(size > text.size() / 2);
  BOOST_TEST(size < text.size() * 4 / 5);
}

BOOST_AUTO_TEST_SUITE_END()
