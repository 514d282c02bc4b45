// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/zip/name.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(zip_name)

BOOST_AUTO_TEST_CASE(utf8) {
  for (const char* good :
       {"", "a", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x90\x8d", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    BOOST_TEST(zip::is_utf8(good));
  }
  for (const char* bad :
       {"\x80", "\xc3", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x82", "\xe2\x28\xa1", "a\xc3(b"}) {
    BOOST_TEST(!zip::is_utf8(bad));
  }
}

BOOST_AUTO_TEST_CASE(ascii) {
  BOOST_TEST(zip::is_ascii("a/b~\x7f"));
  BOOST_TEST(!zip::is_ascii("\xc3\xa4"));
}

BOOST_AUTO_TEST_CASE(printable) {
  BOOST_TEST(zip::printable("a/\xc3\xa4.py") == "a/\xc3\xa4.py");
  BOOST_TEST(zip::printable(std::string_view("a\0\x1b[m\n\x7f", 7)) == "a\\x00\\x1b[m\\x0a\\x7f");
  BOOST_TEST(zip::printable("\xc3\xa4\xff") == "\\xc3\\xa4\\xff");
}

BOOST_AUTO_TEST_SUITE_END()
