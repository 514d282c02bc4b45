// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/wheel/version.hpp>  // self-contained

#include <daypack/error.hpp>
#include "../support/python.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(wheel_version)

BOOST_AUTO_TEST_CASE(every_spelling_has_one_normal_form) {
  BOOST_TEST(Version::parse(" v1.0-Alpha_2 ")->text() == "1.0a2");
  BOOST_TEST(Version::parse("1!2.0.PREVIEW.post-dev+Ab-01")->text() == "1!2.0rc0.post0.dev0+ab.1");
  BOOST_TEST(Version::parse("1.0-1")->text() == "1.0.post1");
  for (const char* bad : {"", "x", "1.", ".1", "1..2", "1.0+", "1.0+a..b", "1!", "1.0a1b1", "1.0 a", "1.0.*"}) {
    BOOST_TEST(!Version::parse(bad), "accepted " << bad);
  }
}

BOOST_AUTO_TEST_CASE(phases_are_in_order) {
  const char* in_order[] = {"0.9",
                            "1.0.dev1",
                            "1.0.dev2",
                            "1.0a1.dev1",
                            "1.0a1",
                            "1.0a1.post1.dev1",
                            "1.0a1.post1",
                            "1.0b1",
                            "1.0rc1",
                            "1.0",
                            "1.0+a",
                            "1.0+b",
                            "1.0+1",
                            "1.0+1.a",
                            "1.0.post1.dev1",
                            "1.0.post1",
                            "1.0.1.dev1",
                            "1.10",
                            "99999999999999999999999",
                            "1!0"};
  for (std::size_t i = 0; i + 1 < std::size(in_order); ++i) {
    BOOST_TEST((*Version::parse(in_order[i]) < *Version::parse(in_order[i + 1])),
               in_order[i] << " < " << in_order[i + 1]);
  }
  BOOST_TEST((*Version::parse("1.0") == *Version::parse("1.0.0.0")));
}

BOOST_AUTO_TEST_CASE(conditions_follow_pep_440) {
  const auto admits = [](const char* conditions, const char* version) {
    return Specifiers::parse(conditions).admit(std::string_view(version));
  };
  BOOST_TEST(admits("", "1.0"));
  BOOST_TEST(admits(">=1.2,<2", "1.9"));
  BOOST_TEST(!admits(">=1.2,<2", "2.0rc1"));
  BOOST_TEST(admits("~=1.4.2", "1.4.9"));
  BOOST_TEST(!admits("~=1.4.2", "1.5"));
  BOOST_TEST(!admits(">1.0", "1.0.post1"));
  BOOST_TEST(!admits(">1.0", "1.0+local"));
  BOOST_TEST(admits("==1.0", "1.0+local"));
  BOOST_TEST(admits("===Any", "any"));
  BOOST_TEST(!admits(">=1", "no version"));
}

BOOST_AUTO_TEST_CASE(a_bad_condition_is_named) {
  const auto says = [](const char* text, const char* words) {
    BOOST_CHECK_EXCEPTION(Specifiers::parse(text), Error, [&](const Error& error) {
      BOOST_TEST_INFO(error.what());
      return error.code() == Errc::syntax && std::string(error.what()).find(words) != std::string::npos;
    });
  };
  says(">=1,2", "expected one of <, <=, ==, !=, >=, >, ~=, ===: 2");
  says(">=x", "expected a version after the operator: >=x");
  says(">=1.*", "\".*\" may follow plain numbers after == and != only: >=1.*");
  says("~=1", "~= needs at least two numbers");
  says(">=1+x", "a local version may follow == and != only");
}

BOOST_AUTO_TEST_CASE(versions_compare_as_packaging_has_it) {
  int wrong = 0;
  for (const auto& row : python_rows("packaging_cases.py", "versions 20000")) {
    const auto a = Version::parse(row.at(0)), b = Version::parse(row.at(1));
    const std::string order = !a || !b ? "-" : *a < *b ? "<" : *a == *b ? "=" : ">";
    const bool same = (a ? a->text() : "-") == row.at(2) && (b ? b->text() : "-") == row.at(3) && order == row.at(4);
    if (!same && ++wrong <= 10)
      BOOST_TEST_MESSAGE("'" << row[0] << "' '" << row[1] << "' expected " << row[2] << ' ' << row[3] << ' ' << row[4]
                             << " got " << order);
  }
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(conditions_hold_as_packaging_has_it) {
  int wrong = 0;
  for (const auto& row : python_rows("packaging_cases.py", "specifiers 20000")) {
    std::string verdict = "-";
    try {
      verdict = Specifiers::parse(row.at(0)).admit(std::string_view(row.at(1))) ? "1" : "0";
    } catch (const Error&) {
    }
    if (verdict != row.at(2) && ++wrong <= 10)
      BOOST_TEST_MESSAGE("'" << row[0] << "' '" << row[1] << "' expected " << row[2] << " got " << verdict);
  }
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
