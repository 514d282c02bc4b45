// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/checks/presets.hpp>  // self-contained

#include "support/error_of.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(checks_presets)

namespace {

std::string names_of(const std::vector<AnyCheck>& checks) {
  std::string names;
  for (const AnyCheck& check : checks) names += (names.empty() ? "" : ",") + check.name;
  return names;
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_and_none_and_names) {
  BOOST_TEST(names_of(checks::all()) == "budget,elf,foreign,imports,names,secrets");
  BOOST_TEST(names_of(checks::parse("all")) == names_of(checks::all()));
  BOOST_TEST(checks::parse("none").empty());
  BOOST_TEST(names_of(checks::parse("names,elf,names")) == "names,elf");
}

BOOST_AUTO_TEST_CASE(unknown_names_are_told_with_those_that_there_are) {
  for (const char* words : {"elves", "", "elf,", "all,elf"}) {
    const Error error = error_of([&] { checks::parse(words); });
    BOOST_TEST((error.code() == Errc::usage), words);
    BOOST_TEST(error.hint() == "checks are budget, elf, foreign, imports, names, secrets; or all, or none");
  }
}

BOOST_AUTO_TEST_SUITE_END()
