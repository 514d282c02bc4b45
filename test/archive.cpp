// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/archive.hpp>  // self-contained

#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/testing/fail_at.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(archive)

BOOST_AUTO_TEST_CASE(an_empty_one_has_nothing) {
  const Archive none;
  BOOST_TEST(none.size() == 0u);
  BOOST_TEST(none.segments().empty());
  BOOST_TEST((none.sha256() == Sha256{}));
  BOOST_TEST(none.manifest().items.empty());
  BOOST_TEST(!none.crc64().has_value());
}

BOOST_AUTO_TEST_CASE(pours_its_segments_in_order) {
  const Archive archive({blob_of("one "), blob_of(""), blob_of("two")}, Sha256{}, Manifest{.backend = "lab"});
  BOOST_TEST(archive.size() == 7u);
  std::string out;
  archive.pour([&](ByteView bytes) { out += as_text(bytes); });
  BOOST_TEST(out == "one two");
  BOOST_TEST(archive.manifest().backend == "lab");
  const Archive copy = archive;
  BOOST_TEST(copy.segments().data() == archive.segments().data());
}

BOOST_AUTO_TEST_CASE(a_failed_save_leaves_the_old_file_and_nothing_else) {
  const TemporaryFolder folder;
  const std::string path = folder / "deep/out.zip";
  detail::write_file(path, "old");
  const Archive archive({blob_of("new "), blob_of("zip")}, Sha256{}, {});
  int failures = 0;
  for (int n = 1;; ++n) {
    testing::fail_at fault{n};
    bool threw = false;
    try {
      archive.save(path);
    } catch (const Error&) {
      threw = true;
    }
    if (!fault.hit()) break;
    BOOST_TEST(threw);
    ++failures;
    const auto files = std::distance(boost::filesystem::directory_iterator(folder.path() / "deep"),
                                     boost::filesystem::directory_iterator());
    BOOST_TEST(files == 1);
  }
  BOOST_TEST(failures >= 3);
  BOOST_TEST(detail::read_file(path) == "new zip");
}

BOOST_AUTO_TEST_SUITE_END()
