// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/zip/splice.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(zip_splice)

BOOST_AUTO_TEST_CASE(what_is_copied_verbatim) {
  const ZipMember deflated{{}, 10, 0, true, true}, stored{{}, 10, 0, false, true}, untrusted{{}, 10, 0, true, false},
      empty{{}, 0, 0, true, true};
  BOOST_TEST(zip::spliced(deflated, Mode::file, Effort::balanced));
  BOOST_TEST(zip::spliced(deflated, Mode::executable, Effort::fast));
  BOOST_TEST(zip::spliced(deflated, Mode::file, Effort{12}));
  BOOST_TEST(!zip::spliced(deflated, Mode::file, Effort::smallest));
  BOOST_TEST(!zip::spliced(deflated, Mode::symlink, Effort::balanced));
  BOOST_TEST(zip::spliced(stored, Mode::file, Effort::fast));
  BOOST_TEST(!zip::spliced(stored, Mode::file, Effort::balanced));
  BOOST_TEST(!zip::spliced(untrusted, Mode::file, Effort::balanced));
  BOOST_TEST(!zip::spliced(empty, Mode::file, Effort::balanced));
}

BOOST_AUTO_TEST_CASE(modes_become_canonical) {
  const auto mode = [](std::uint32_t unix_mode) {
    zip::Member member;
    member.unix_mode = unix_mode;
    return zip::mode_of(member);
  };
  for (std::uint32_t plain : {0U, 0600U, 0640U, 0100664U, 0100666U}) BOOST_TEST((mode(plain) == Mode::file));
  for (std::uint32_t runs : {0777U, 0100755U, 0100711U, 0100744U}) BOOST_TEST((mode(runs) == Mode::executable));
  BOOST_TEST((mode(0120777) == Mode::symlink));
}

BOOST_AUTO_TEST_CASE(content_keeps_the_archive_alive) {
  zip::Member member;
  member.data = blob_of("bytes");
  member.method = 8;
  member.size = 9;
  member.crc32 = 7;
  const ZipMember content = zip::content_of(member, true);
  BOOST_TEST(content.data.owner == member.data.owner);
  BOOST_TEST((content.deflated && content.trusted && content.size == 9 && content.crc32 == 7));
}

BOOST_AUTO_TEST_SUITE_END()
