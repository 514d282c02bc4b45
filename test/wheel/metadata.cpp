// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/wheel/metadata.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(wheel_metadata)

BOOST_AUTO_TEST_CASE(headers_are_found_without_regard_to_case) {
  const auto headers = MetadataHeaders::parse(
      "Metadata-Version: 2.1\r\nNAME:  Six \r\nRequires-Dist: a\r\nrequires-dist: b; extra == 'x'\r\n\r\nbody\r\nName: "
      "other\r\n");
  BOOST_TEST(headers.value("name") == "Six");
  BOOST_TEST(headers.value("Version").empty());
  BOOST_TEST(headers.values("Requires-Dist").size() == 2u);
  BOOST_TEST(headers.values("Requires-Dist")[1] == "b; extra == 'x'");
  BOOST_TEST(headers.body() == "body\r\nName: other\r\n");
}

BOOST_AUTO_TEST_CASE(lines_continue) {
  const auto headers = MetadataHeaders::parse(
      "\xef\xbb\xbf"
      "Description: one\n        two\n\tthree\nName: x");
  BOOST_TEST(headers.value("Description") == "one\ntwo\nthree");
  BOOST_TEST(headers.value("Name") == "x");
}

BOOST_AUTO_TEST_CASE(what_is_no_header_ends_them) {
  const auto headers = MetadataHeaders::parse("Name: x\nno header\nVersion: 1\n");
  BOOST_TEST(headers.value("Name") == "x");
  BOOST_TEST(headers.value("Version").empty());
  BOOST_TEST(headers.body() == "no header\nVersion: 1\n");
  BOOST_TEST(MetadataHeaders::parse("").values("x").empty());
  BOOST_TEST(MetadataHeaders::parse(" leading\nName: x").value("Name").empty());
}

BOOST_AUTO_TEST_SUITE_END()
