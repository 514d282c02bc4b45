// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// The comment at a zip's end, in which other readers may look for records.
#include <boost/test/unit_test.hpp>

#include <daypack/zip/reader.hpp>

#include <support/raw_zip.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(zip_reader_comment)

BOOST_AUTO_TEST_CASE(a_comment_must_not_look_like_records) {
  const auto with_comment = [](const std::string& comment) {
    RawZip zip;
    zip.suffix = comment;
    zip.end.comment_length = static_cast<std::uint16_t>(comment.size());
    zip::Reader reader;
    return reader.open(blob_of(zip.bytes())).fault;
  };
  BOOST_TEST(with_comment("x") == zip::Fault::none);
  BOOST_TEST(with_comment("made by hand, PKWARE's way") == zip::Fault::none);
  BOOST_TEST(with_comment(std::string(0xffff, 'x')) == zip::Fault::none);
  for (const char* magic : {"PK\1\2", "PK\3\4", "PK\6\6", "PK\6\7", "PK\7\x8"})
    BOOST_TEST(with_comment(std::string("a comment ") + magic + " and more of it") == zip::Fault::archive_comment);
  BOOST_TEST(with_comment("PK") == zip::Fault::archive_comment);  // a signature that is cut off
  // Its end record comes last, and describes an empty zip: readers that take the last one see nothing.
  RawZip empty;
  empty.members.clear();
  BOOST_TEST(with_comment(empty.bytes()) == zip::Fault::directory_misplaced);
}

BOOST_AUTO_TEST_SUITE_END()
