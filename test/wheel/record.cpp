// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/wheel/record.hpp>  // self-contained

#include <daypack/error.hpp>
#include "../support/wheels.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(wheel_record)

namespace {

void check(const std::string& oddity) {
  Pool pool(2);
  const OpenWheel wheel = opened(oddity);
  check_record(wheel.archive, wheel.dist_info, wheel.name.file, pool);
}

std::string complaint(const std::string& oddity) {
  try {
    check(oddity);
  } catch (const Error& error) {
    BOOST_TEST((error.code() == Errc::damaged_wheel), error.what());
    BOOST_TEST(std::string(error.what()).find("demo-1.0-py3-none-any.whl") != std::string::npos, error.what());
    return error.what();
  }
  return "accepted";
}

}  // namespace

BOOST_AUTO_TEST_CASE(rows_are_csv) {
  const auto rows = parse_record(
      "a.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\r\n\"b,\"\"c\"\".py\",,\n\nd/RECORD,,", "x.whl");
  BOOST_TEST_REQUIRE(rows.size() == 3u);
  BOOST_TEST(rows[0].path == "a.py");
  BOOST_TEST(rows[0].algorithm == "sha256");
  BOOST_TEST(rows[0].digest.size() == 32u);
  BOOST_TEST(*rows[0].size == 0u);
  BOOST_TEST(rows[1].path == "b,\"c\".py");
  BOOST_TEST(!rows[1].size.has_value());
  BOOST_TEST(rows[2].path == "d/RECORD");
}

BOOST_AUTO_TEST_CASE(what_old_tools_wrote_is_understood) {
  BOOST_CHECK_NO_THROW(check("good"));
  BOOST_CHECK_NO_THROW(check("sloppy_record"));
  BOOST_CHECK_NO_THROW(check("sha512"));
  BOOST_CHECK_NO_THROW(check("large"));
  BOOST_CHECK_NO_THROW(check("unlisted_signature"));
  BOOST_CHECK_NO_THROW(check("absent_signature"));
  const auto rows = parse_record("./a,,\n/b,,\nc\\d,,\n", "x.whl");
  BOOST_TEST(rows.at(0).path == "a");
  BOOST_TEST(rows.at(1).path == "b");
  BOOST_TEST(rows.at(2).path == "c/d");
}

BOOST_AUTO_TEST_CASE(a_tampered_wheel_is_refused) {
  const auto says = [](const char* oddity, const char* words) {
    const std::string text = complaint(oddity);
    BOOST_TEST(text.find(words) != std::string::npos, oddity << ": " << text);
  };
  says("changed_file", "a file is not the one that RECORD vouches for (got sha256 ");
  says("changed_file", "demo/__init__.py (demo-1.0");
  says("large_changed", "a file is not the one that RECORD vouches for (got sha256 ");
  says("large_changed", "demo/large.bin (demo-1.0");
  says("changed_size", "a file has not the size that RECORD says (got 8, expected 750): demo/__init__.py");
  says("extra_file", "RECORD does not list a file of the wheel: demo/extra.py");
  says("pth_on_top", "RECORD does not list a file of the wheel: demo.pth");
  says("missing_file", "RECORD lists a file that the wheel does not have: demo/gone.py");
  says("duplicated_row", "RECORD lists a file twice: demo/__init__.py");
  says("bad_base64", "row 2 of RECORD is not well-formed: its hash is not 32 bytes of URL-safe base64: demo/empty.py");
  says("short_hash", "its hash is not 32 bytes");
  says("md5", "its hash is md5, expected sha256, sha384 or sha512: demo/__init__.py");
  says("no_hash", "RECORD has no hash of a file: demo/__init__.py");
  says("four_fields", "it has 4 fields, expected 3");
  says("bad_size", "its size is no number");
  says("row_that_leaves", "RECORD lists a file that the wheel does not have: ../../outside.py");
  says("absolute_row", "RECORD lists a file that the wheel does not have: etc/passwd");
  says("row_without_name", "row 7 of RECORD is not well-formed: it names no file");
  says("open_quote", "row 1 of RECORD is not well-formed: it has 1 fields, expected 3");
  says("duplicated_in_disguise", "RECORD lists a file twice: demo/__init__.py");
  says("odd_blank", "row 1 of RECORD is not well-formed: its hash is ");
  says("negative_size", "row 1 of RECORD is not well-formed: its size is no number");
  says("huge_size", "its size is no number");
  says("sha1", "its hash is sha1, expected sha256, sha384 or sha512");
  says("no_algorithm", "its hash has no algorithm");
  says("not_utf8", "RECORD does not list a file of the wheel: demo/empty.py");
  says("no_record", "a wheel has no RECORD: demo-1.0.dist-info/RECORD");
}

BOOST_AUTO_TEST_CASE(a_large_file_that_does_not_inflate_is_told) {
  const std::string name = "demo-1.0-py3-none-any.whl";
  std::string bytes = detail::read_file(wheel_path("large"));
  const zip::Reader reader = zip::Reader::of(blob_of(bytes), name);
  const zip::Member& large = *reader.find("demo/large.bin");
  const std::size_t at = large.header_offset + 30 + large.name.size() + large.data.size() / 2;
  for (std::size_t i = 0; i < 64; ++i) bytes[at + i] = static_cast<char>(~bytes[at + i]);
  const OpenWheel wheel = open_wheel(blob_of(bytes), name);
  Pool pool(2);
  BOOST_CHECK_EXCEPTION(check_record(wheel.archive, wheel.dist_info, name, pool), Error, [](const Error& error) {
    return error.code() == Errc::damaged_zip && std::string(error.what()).find("demo/large.bin") != std::string::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()
