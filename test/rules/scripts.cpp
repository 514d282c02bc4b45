// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/scripts.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/removed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/azure.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_scripts)

namespace {

using Texts = std::vector<std::string>;

}  // namespace

static_assert(prune_rule<rules::Scripts>);

BOOST_AUTO_TEST_CASE(commands_of_distributions_go) {
  const auto d = distribution_of("d");
  BOOST_TEST(removed_by<rules::Scripts>(
                 Tree::of({entry_of(d, "bin/flask"), entry_of(d, "a/bin/x"), entry_of(d, "bitarray/a.py"),
                           entry_of(d, "bin.py"), text_entry("bin/own", "")})) == (Texts{"bin/flask"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(knows_the_folder_of_the_packages) {
  const TargetFacts target{.backend = &azure::Functions::policy};
  const std::string folder(azure::Functions::policy.packages_folder);
  BOOST_TEST(rules::Scripts::matcher({}, &target).removes(entry_of(distribution_of("d"), folder + "/bin/flask")));
}

BOOST_AUTO_TEST_SUITE_END()
