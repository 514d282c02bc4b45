// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/checks/check.hpp>  // self-contained

#include "support/findings.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/testing/tree_literal.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(checks_check)

namespace {

struct NoReadme {
  static constexpr std::string_view name = "readme";
  std::string wanted = "README";
  std::vector<Finding> operator()(const Tree& tree, const Context&) const {
    if (tree.find(wanted)) return {};
    return {{.check = "readme", .severity = Severity::note, .subject = wanted, .message = "is missing"}};
  }
};
struct Nameless {
  std::vector<Finding> operator()(const Tree&, const Context&) const { return {}; }
};

}  // namespace

static_assert(tree_check<NoReadme> && !tree_check<Nameless> && !tree_check<int>);

BOOST_AUTO_TEST_CASE(a_check_keeps_its_options_as_a_value) {
  const AnyCheck check = NoReadme{.wanted = "LICENSE"};
  BOOST_TEST(check.name == "readme");
  const auto context = testing::context();
  BOOST_TEST(check.run(testing::tree_literal({{"LICENSE", "x"}}), context).empty());
  BOOST_TEST(check.run(testing::tree_literal({{"README", "x"}}), context).at(0).subject == "LICENSE");
}

BOOST_AUTO_TEST_SUITE_END()
