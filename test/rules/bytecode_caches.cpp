// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/bytecode_caches.hpp>  // self-contained

#include "support/observed.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_bytecode_caches)

static_assert(prune_rule<rules::BytecodeCaches>);

BOOST_AUTO_TEST_CASE(takes_caches_and_bytecode_beside_its_source_only) {
  const Tree tree = Tree::of({text_entry("__pycache__/a.cpython-312.pyc", ""), text_entry("a.py", ""),
                              text_entry("a.pyc", ""), text_entry("b/__pycache__/c.cpython-312.pyc", ""),
                              text_entry("b/only.pyc", ""), text_entry("b/x__pycache__/d.txt", "")});
  const auto matcher = rules::BytecodeCaches::matcher(tree, nullptr);
  std::vector<std::string> removed;
  for (const Entry& entry : tree) {
    if (matcher.removes(entry)) removed.push_back(entry.path);
  }
  const std::vector<std::string> expected{"__pycache__/a.cpython-312.pyc", "a.pyc", "b/__pycache__/c.cpython-312.pyc"};
  BOOST_TEST(removed == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
