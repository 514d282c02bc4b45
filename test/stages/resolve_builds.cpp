// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// What Resolve hands on for builds of source code.
#include <boost/test/unit_test.hpp>

#include "support/temporary_folder.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/stages/resolve.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_resolve_builds)

BOOST_AUTO_TEST_CASE(builds_follow_the_requirements) {
  const TemporaryFolder folder;
  for (const char* name : {"a b,c/x", "b/x"}) detail::write_file(folder / name, "");
  Resolution lock;
  lock.packages = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
  lock.packages[1].source = {.path = folder / "b"};
  lock.packages[2].source = {.vcs = "git", .url = "https://me:secret@h/c", .commit = std::string(40, 'a')};
  const auto requirements =
      Requirements::parse("--index-url https://h/simple\n--find-links \"" + (folder / "a b,c") +
                              "\"\n--pre\n--require-hashes\n--no-binary a\na --config-settings=x=1\n" + (folder / "b") +
                              " --config-settings=\"y=2 3\"\ngit+https://h/c --config-settings=z=4\n",
                          "r.txt");
  detail::give_build_options(lock, requirements);
  const std::vector<std::string> options{"--index-url https://h/simple",
                                         "--find-links file://" + (folder / "a%20b%2Cc"), "--pre"};
  BOOST_TEST(lock.build.options == options, boost::test_tools::per_element());
  BOOST_TEST(lock.packages[0].config_settings == std::vector<std::string>{"x=1"}, boost::test_tools::per_element());
  BOOST_TEST(lock.packages[1].config_settings == std::vector<std::string>{"y=2 3"}, boost::test_tools::per_element());
  BOOST_TEST(lock.packages[2].config_settings == std::vector<std::string>{"z=4"}, boost::test_tools::per_element());
  BOOST_TEST(lock.text().find("x=1") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
