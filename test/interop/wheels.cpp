// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Wheels that people use are accepted, and read as Python's zipfile reads them. A few of each tool that makes wheels by
// default; all 235 with `test_interop --run_test=interop_wheels -- --all`.
#include <daypack/detail/file.hpp>
#include <daypack/run/pool.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/wheel/install.hpp>
#include <daypack/zip/reader.hpp>
#include "../support/python.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <string>
#include <vector>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(interop_wheels)

namespace {

std::vector<std::string> wheels() {
  const auto& suite = boost::unit_test::framework::master_test_suite();
  const bool all = suite.argc > 1 && std::string(suite.argv[1]) == "--all";
  const std::string list = source_file(all ? "test/data/wheels-cp312.txt" : "test/data/wheels-cp312-few.txt");
  std::vector<std::string> paths;
  for (std::vector<std::string>& row : python_rows("fetch_wheels.py", "'" + list + "'"))
    paths.push_back(std::move(row.at(0)));
  return paths;
}

std::string number(const char* format, std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

// As zip_members.py prints it. Inflating checks size and CRC.
std::vector<std::string> row_of(const zip::Reader& reader, const zip::Member& member) {
  return {std::string(member.name), number("%o", member.unix_mode), std::to_string(member.size),
          number("%08x", member.crc32), sha256_of(reader.inflate(member).bytes).hex()};
}

}  // namespace

BOOST_AUTO_TEST_CASE(they_are_read_as_others_read_them) {
  std::size_t members = 0;
  for (const std::string& path : wheels()) {
    BOOST_TEST_CONTEXT(path) {
      const zip::Reader reader = zip::Reader::of(daypack::detail::map_file(path), path);
      const std::vector<std::vector<std::string>> expected = python_rows("zip_members.py", "'" + path + "'");
      BOOST_REQUIRE(reader.members().size() == expected.size());
      for (std::size_t i = 0; i < expected.size(); ++i)
        BOOST_TEST(row_of(reader, reader.members()[i]) == expected[i], boost::test_tools::per_element());
      members += expected.size();
    }
  }
  BOOST_TEST(members > 500U);
  BOOST_TEST_MESSAGE(members << " members");
}

BOOST_AUTO_TEST_CASE(their_records_hold) {
  Pool pool(2);
  for (const std::string& path : wheels()) {
    BOOST_TEST_CONTEXT(path) {
      const std::string file = path.substr(path.rfind('/') + 1);
      const OpenWheel wheel = open_wheel(daypack::detail::map_file(path), file);
      BOOST_TEST(check_wheel(wheel, pool).empty());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
