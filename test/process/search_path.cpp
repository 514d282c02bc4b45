// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/process/search_path.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/temporary_folder.hpp"

#include <fstream>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(process_search_path)

namespace {

void put(const std::string& path, boost::filesystem::perms mode) {
  std::ofstream(path) << "#!/bin/sh\n";
  boost::filesystem::permissions(path, mode);
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_of_that_name_in_order_without_what_cannot_run) {
  const TemporaryFolder folder;
  using boost::filesystem::perms;
  for (const char* name : {"one", "two", "three", "four"}) boost::filesystem::create_directory(folder / name);
  put(folder / "one/tool", perms::owner_read);
  put(folder / "two/tool", perms::owner_all);
  boost::filesystem::create_directory(folder / "three/tool");
  put(folder / "four/tool", perms::owner_all);
  const std::string path = folder / "four" + ":" + (folder / "one") + ":" + (folder / "three") + ":" +
                           (folder / "two") + ":" + (folder / "four");
  const std::vector<std::string> expected = {folder / "four/tool", folder / "two/tool"};
  BOOST_TEST(programs_named("tool", path) == expected, boost::test_tools::per_element());
  BOOST_TEST(programs_named("other", path).empty());
  BOOST_TEST(programs_named("", path).empty());
}

BOOST_AUTO_TEST_CASE(a_name_with_a_slash_is_itself) {
  BOOST_TEST(programs_named("/bin/sh").size() == 1U);
  BOOST_TEST(programs_named("/bin").empty());
  BOOST_TEST(programs_named("sh").size() >= 1U);
}

BOOST_AUTO_TEST_SUITE_END()
