// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/finding.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(finding_)

BOOST_AUTO_TEST_CASE(errors_come_first_then_names_decide) {
  std::vector<Finding> findings{{"b", Severity::note, "x", "m"},
                                {"b", Severity::error, "y", "m"},
                                {"a", Severity::warning, "x", "m"},
                                {"b", Severity::error, "x", "n"},
                                {"b", Severity::error, "x", "m"}};
  sort_findings(findings);
  const std::vector<Finding> expected{{"b", Severity::error, "x", "m"},
                                      {"b", Severity::error, "x", "n"},
                                      {"b", Severity::error, "y", "m"},
                                      {"a", Severity::warning, "x", "m"},
                                      {"b", Severity::note, "x", "m"}};
  BOOST_TEST((findings == expected));
}

BOOST_AUTO_TEST_CASE(warnings_are_no_failure) {
  BOOST_TEST(!failure_of({}));
  BOOST_TEST(
      !failure_of(std::vector<Finding>{{"elf", Severity::warning, "x", "m"}, {"elf", Severity::note, "x", "m"}}));
}

BOOST_AUTO_TEST_CASE(one_error_is_the_failure) {
  const auto failure = failure_of(std::vector<Finding>{{"elf", Severity::error, "x.so", "does not load", "a way"},
                                                       {"elf", Severity::note, "y.so", "m"}});
  BOOST_REQUIRE(failure);
  BOOST_TEST((failure->code == Errc::verification));
  BOOST_TEST(failure->subject == "x.so");
  BOOST_TEST(failure->message == "does not load");
  BOOST_TEST(failure->hint == "a way");
  BOOST_TEST(failure->causes.empty());
}

BOOST_AUTO_TEST_CASE(several_are_causes) {
  const std::vector<Finding> sizes{{"budget", Severity::error, "zip", "m"},
                                   {"budget", Severity::error, "unpacked", "m"}};
  BOOST_TEST((failure_of(sizes)->code == Errc::over_limit));
  BOOST_TEST(failure_of(sizes)->causes.size() == 2U);
  const std::vector<Finding> mixed{{"budget", Severity::error, "zip", "m"}, {"elf", Severity::error, "x.so", "m"}};
  BOOST_TEST((failure_of(mixed)->code == Errc::verification));
  BOOST_TEST((failure_of(mixed)->causes.front().code == Errc::over_limit));
}

BOOST_AUTO_TEST_SUITE_END()
