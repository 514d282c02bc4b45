// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/wheel/name.hpp>  // self-contained

#include <daypack/error.hpp>
#include <daypack/wheel/version.hpp>
#include "../support/python.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(wheel_name)

BOOST_AUTO_TEST_CASE(names_have_one_normal_form) {
  BOOST_TEST(normalised_name("Zope.-_Interface") == "zope-interface");
  BOOST_TEST(normalised_name("six") == "six");
  BOOST_TEST(is_project_name("A.b_c-1"));
  for (const char* bad : {"", "-a", "a-", "a b", "a/b", "\xc3\xa4"}) BOOST_TEST(!is_project_name(bad), bad);
}

BOOST_AUTO_TEST_CASE(a_file_name_is_taken_apart) {
  const auto name = WheelName::parse("Foo_Bar-1.0-2x-py2.py3-none-Any.whl");
  BOOST_TEST(name.name == "foo-bar");
  BOOST_TEST(name.version == "1.0");
  BOOST_TEST(name.build.number == "2");
  BOOST_TEST(name.build.rest == "x");
  BOOST_TEST(name.pythons == (std::vector<std::string>{"py2", "py3"}), boost::test_tools::per_element());
  BOOST_TEST(name.platforms.front() == "any");
}

BOOST_AUTO_TEST_CASE(build_numbers_are_numbers) {
  BOOST_TEST((BuildTag{} < BuildTag{"0"}));
  BOOST_TEST((BuildTag{"9"} < BuildTag{"10"}));
  BOOST_TEST((BuildTag{"10"} < BuildTag{"10", "a"}));
}

BOOST_AUTO_TEST_CASE(a_bad_name_says_what_is_wrong) {
  const auto says = [](const char* file, const char* words) {
    BOOST_CHECK_EXCEPTION(WheelName::parse(file), Error, [&](const Error& error) {
      BOOST_TEST_INFO(error.what());
      return error.code() == Errc::damaged_wheel && error.subject() == file &&
             error.message().find(words) != std::string::npos;
    });
  };
  says("six-1.0.tar.gz", "it does not end with .whl");
  says("six-1.0.whl", "it has 2 fields, expected 5 or 6");
  says("s__x-1.0-py3-none-any.whl", "the project's name is not valid");
  says("six-x-py3-none-any.whl", "the version is not valid (PEP 440)");
  says("six-1.0-x-py3-none-any.whl", "its build number does not begin with a digit");
  says("six-1.0-py3..py2-none-any.whl", "it has an empty tag");
}

BOOST_AUTO_TEST_CASE(projects_are_called_as_packaging_has_it) {
  int wrong = 0;
  for (const auto& row : python_rows("packaging_cases.py", "projects 20000")) {
    const std::string got = is_project_name(row.at(0)) ? normalised_name(row[0]) : "-";
    if (got != row.at(1) && ++wrong <= 10)
      BOOST_TEST_MESSAGE("'" << row[0] << "' expected " << row[1] << " got " << got);
  }
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(names_are_read_as_packaging_reads_them) {
  int wrong = 0;
  for (const auto& row : python_rows("packaging_cases.py", "names 20000")) {
    std::vector<std::string> got{row.at(0)};
    try {
      const auto name = WheelName::parse(row[0]);
      for (const auto& field : {name.name, Version::parse(name.version)->text(), name.build.number, name.build.rest})
        got.push_back(field);
    } catch (const Error&) {
      got.push_back("-");
    }
    if (got != row && ++wrong <= 10) BOOST_TEST_MESSAGE("'" << row[0] << "' expected " << row[1] << " got " << got[1]);
  }
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
