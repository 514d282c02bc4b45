// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/wheel/markers.hpp>  // self-contained

#include <daypack/error.hpp>
#include "../support/lab.hpp"
#include "../support/python.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(wheel_markers)

namespace {

MarkerEnvironment arm_environment() {
  return MarkerEnvironment::of({&lab::Fission::policy, &lab::Fission::runtimes[1], Arch::arm64});
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_environment_is_the_targets) {
  const auto environment = arm_environment();
  BOOST_TEST(environment.python_version == "3.12");
  BOOST_TEST(environment.python_full_version == "3.12.4");
  BOOST_TEST(environment.implementation_version == "3.12.4");
  BOOST_TEST(environment.platform_machine == "aarch64");
}

BOOST_AUTO_TEST_CASE(the_system_is_that_of_the_runtime) {
  const Runtime runtime{.python = {3, 11},
                        .full_version = "3.11.9",
                        .system = {.os_name = "java",
                                   .sys_platform = "sunos5",
                                   .platform_system = "Solaris",
                                   .platform_release = "5.11",
                                   .platform_version = "#1",
                                   .implementation_name = "pypy",
                                   .platform_python_implementation = "PyPy"}};
  const auto environment = MarkerEnvironment::of({&lab::Fission::policy, &runtime, Arch::x86_64});
  for (const char* marker :
       {"os_name == 'java'", "sys_platform == 'sunos5'", "platform_system == 'Solaris'", "platform_release >= '5.2'",
        "platform_version == '#1'", "implementation_name == 'pypy'", "platform_python_implementation == 'PyPy'",
        "implementation_version == '3.11.9'", "python_full_version == '3.11.9'", "python_version == '3.11'",
        "platform_machine == 'x86_64'"})
    BOOST_TEST(marker_holds(marker, environment), marker);
}

BOOST_AUTO_TEST_CASE(markers_hold_or_not) {
  auto environment = arm_environment();
  environment.extras = {"Sec.urity"};
  const auto holds = [&](const char* marker) { return marker_holds(marker, environment); };
  BOOST_TEST(holds(""));
  BOOST_TEST(holds(" "));
  BOOST_TEST(holds("python_version >= '3.9' and platform_machine == \"aarch64\""));
  BOOST_TEST(holds("python_full_version<'3.12.10'"));
  BOOST_TEST(!holds("python_version<'3.9'"));
  BOOST_TEST(holds("os_name == 'nt' or (sys_platform == 'linux' and platform_system == 'Linux')"));
  BOOST_TEST(holds("os_name == 'nt' and os_name == 'nt' or os_name == 'posix'"));
  BOOST_TEST(!holds("extra == 'test'"));
  BOOST_TEST(holds("'sec-urity' in extras and 'test' not in dependency_groups"));
  BOOST_TEST(holds("platform_release != '5'"));
  BOOST_TEST(!holds("platform_release >= '5'"));
}

BOOST_AUTO_TEST_CASE(a_syntax_error_has_its_column) {
  const auto says = [](const std::string& marker, const char* words) {
    BOOST_CHECK_EXCEPTION(marker_holds(marker, {}), Error, [&](const Error& error) {
      BOOST_TEST_INFO(error.what());
      return error.code() == Errc::syntax && error.message().find(words) != std::string::npos &&
             error.subject() == marker;
    });
  };
  says("pyton_version < '3'", "column 1: there is no variable of this name");
  says("python_version = '3'", "column 16: expected one of <=, <, !=, ==");
  says("python_version < 3", "column 18: there is no variable of this name");
  says("python_version < '3", "column 18: this string is not closed");
  says("python_version < '3' or", "column 24: expected a variable or a quoted string");
  says("(python_version < '3'", "column 1: this parenthesis is not closed");
  says("python_version < '3' xor", "column 22: expected \"and\", \"or\" or the end");
  says("os_name not 'nt'", "column 13: expected \"in\" after \"not\"");
  says("'a' == 'b'", "column 1: expected one variable and one quoted string");
  says("os_name ~= 'nt'", "column 1: ~= and === compare versions only");
  says("extras == 'x'", "column 1: expected: \"name\" in extras");
  says("os_name == 'nt' or python_version < ''' ", "column 39");
  says(std::string(5000, '(') + "os_name", "parentheses are nested too deeply");
}

BOOST_AUTO_TEST_CASE(markers_hold_as_packaging_has_it) {
  int wrong = 0;
  for (const auto& row : python_rows("packaging_cases.py", "markers 20000")) {
    MarkerEnvironment environment;
    environment.platform_machine = row.at(1);
    environment.python_full_version = environment.implementation_version = row.at(2);
    environment.python_version = row[2].substr(0, row[2].rfind('.'));
    environment.extra = row.at(3);
    environment.platform_release = row.at(4);
    environment.platform_version = row.at(5);
    environment.extras = {"security", "a"};
    environment.dependency_groups = {"sec-urity"};
    std::string verdict = "-";
    try {
      verdict = marker_holds(row.at(0), environment) ? "1" : "0";
    } catch (const Error&) {
    }
    if (verdict != row.at(6) && ++wrong <= 10)
      BOOST_TEST_MESSAGE(row[0] << " | " << row[1] << ' ' << row[2] << ' ' << row[3] << ' ' << row[4] << ' ' << row[5]
                                << " expected " << row[6] << " got " << verdict);
  }
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
