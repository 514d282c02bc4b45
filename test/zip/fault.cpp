// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/zip/fault.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <set>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(zip_fault)

BOOST_AUTO_TEST_CASE(each_fault_has_its_own_name_and_words) {
  std::set<std::string_view> names, words;
  int count = 0;
  for (; count <= static_cast<int>(zip::Fault::crc_mismatch); ++count) {
    names.insert(zip::to_string(static_cast<zip::Fault>(count)));
    words.insert(zip::words_of(static_cast<zip::Fault>(count)));
  }
  BOOST_TEST(names.size() == static_cast<std::size_t>(count));
  BOOST_TEST(words.size() == static_cast<std::size_t>(count));
  BOOST_TEST(zip::to_string(zip::Fault::no_end_record) == "no_end_record");
  BOOST_TEST(zip::words_of(zip::Fault::overlap) == "overlaps another member or the directory");
}

BOOST_AUTO_TEST_SUITE_END()
