// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/zip/records.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(zip_records)

namespace {

// Bytes 0, 1, 2, ... read as a record and written again are the same, so no field is missing, twice or at the wrong
// place.
template <class Record>
void check_layout() {
  std::array<std::byte, Record::length> bytes{}, again{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i);
  store_record(again.data(), zip::load_record<Record>(bytes.data()));
  BOOST_TEST((bytes == again));
  store_record(again.data(), Record{});
  BOOST_TEST(as_text(again).starts_with("PK"));
}

}  // namespace

BOOST_AUTO_TEST_CASE(records_fill_their_bytes) {
  check_layout<zip::LocalHeader>();
  check_layout<zip::CentralRecord>();
  check_layout<zip::EndRecord>();
  check_layout<zip::EndRecord64>();
  check_layout<zip::EndLocator64>();
}

BOOST_AUTO_TEST_CASE(fields_lie_where_the_format_says) {
  std::array<std::byte, 46> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i);
  const auto record = zip::load_record<zip::CentralRecord>(bytes.data());
  BOOST_TEST(record.crc32 == 0x13121110U);
  BOOST_TEST(record.name_length == 0x1d1cU);
  BOOST_TEST(record.external_attributes == 0x29282726U);
  BOOST_TEST(record.offset == 0x2d2c2b2aU);
}

BOOST_AUTO_TEST_SUITE_END()
