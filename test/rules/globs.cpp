// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/globs.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/removed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/azure.hpp>
#include <daypack/error.hpp>
#include <daypack/rules/tests.hpp>
#include <daypack/stages/prune.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_globs)

namespace {

std::vector<std::string> removed(std::vector<std::string> patterns, const Tree& tree,
                                 const TargetFacts* target = nullptr) {
  return removed_by(rules::Globs{std::move(patterns)}, tree, target);
}

using Texts = std::vector<std::string>;

Tree sample() {
  const auto d = distribution_of("a");
  return Tree::of({entry_of(d, "a/b.md"), entry_of(d, "a/c/d.md"), entry_of(d, "a/c/e.py"), text_entry("own.md", "")});
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_last_pattern_that_matches_decides) {
  BOOST_TEST(removed({"*.md"}, sample()) == (Texts{"a/b.md", "a/c/d.md", "own.md"}), boost::test_tools::per_element());
  BOOST_TEST(removed({"*.md", "!a/c/d.md"}, sample()) == (Texts{"a/b.md", "own.md"}), boost::test_tools::per_element());
  BOOST_TEST(removed({"!a/c/d.md", "*.md"}, sample()) == (Texts{"a/b.md", "a/c/d.md", "own.md"}),
             boost::test_tools::per_element());
  BOOST_TEST(removed({}, sample()).empty());
}

BOOST_AUTO_TEST_CASE(a_folder_is_all_that_lies_below) {
  for (const char* pattern : {"c", "c/", "a/c", "a/c/", "/a/c", "a/*/", "a/c/**"}) {
    BOOST_TEST_CONTEXT(pattern) {
      BOOST_TEST(removed({pattern}, sample()) == (Texts{"a/c/d.md", "a/c/e.py"}), boost::test_tools::per_element());
    }
  }
  BOOST_TEST(removed({"a", "!c"}, sample()) == (Texts{"a/b.md"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_brought_back_no_other_rule_removes) {
  Observed observed;
  const auto numpy = distribution_of("numpy");
  const Tree tree = Tree::of({entry_of(numpy, "numpy/tests/a.py"), entry_of(numpy, "numpy/tests/b.py")});
  const Prune<> prune{.rules = {rule<rules::Tests>(), rules::Globs{{"!numpy/tests/a.py"}}}};
  BOOST_TEST(paths_in(prune(tree, observed.context)) == (Texts{"numpy/tests/a.py"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(paths_count_from_the_folder_of_the_packages) {
  const TargetFacts target{.backend = &azure::Functions::policy};
  const std::string path = std::string(azure::Functions::policy.packages_folder) + "/a/b.py";
  BOOST_TEST(removed({"/a/b.py"}, Tree::of({entry_of(distribution_of("a"), path)}), &target) == (Texts{path}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_pattern_must_name_something) {
  for (const char* pattern : {"", "!", "/", "!/"}) {
    BOOST_TEST_CONTEXT(pattern) {
      BOOST_CHECK_EXCEPTION(static_cast<Rule>(rules::Globs{{pattern}}), Error,
                            [](const Error& error) { return error.code() == Errc::usage; });
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
