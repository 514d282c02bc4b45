// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/archive.hpp>  // self-contained

#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/testing/fail_at.hpp>

#include <future>
#include <thread>

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
  BOOST_TEST(failures >= 4);
  BOOST_TEST(detail::read_file(path) == "new zip");
}

BOOST_AUTO_TEST_CASE(digests_that_are_still_computed_are_waited_for) {
  std::promise<Digests> promise;
  const Archive archive = Archive::of({blob_of("zip")}, Manifest{.backend = "lab"}, promise.get_future().share());
  BOOST_TEST(archive.size() == 3u);
  BOOST_TEST(archive.manifest().backend == "lab");
  Digests digests{.crc64 = 7};
  digests.sha256.bytes[0] = 0xab;
  std::thread computes([&] { promise.set_value(digests); });
  BOOST_TEST((archive.sha256() == digests.sha256));
  BOOST_TEST(archive.crc64().value() == 7u);
  computes.join();
}

BOOST_AUTO_TEST_CASE(more_may_be_known_of_the_same_bytes) {
  std::promise<Digests> later;
  const Archive before = Archive::of({blob_of("PK")}, {.python = "3.12"}, later.get_future().share());
  const Archive after = before.with_manifest({.python = "3.12", .bytecode = {.files = 2, .proven = 2}});
  later.set_value({.crc64 = 7});
  BOOST_TEST(after.size() == 2U);
  BOOST_TEST(after.crc64().value() == 7U);
  BOOST_TEST(after.segments()[0].text() == "PK");
  BOOST_TEST(after.manifest().bytecode.proven == 2U);
  BOOST_TEST(before.manifest().bytecode.proven == 0U);
  BOOST_TEST(Archive().with_manifest({.python = "3.12"}).manifest().python == "3.12");
}

BOOST_AUTO_TEST_CASE(digests_that_failed_say_why) {
  std::promise<Digests> promise;
  promise.set_exception(std::make_exception_ptr(Error(Errc::cancelled, "stopped on request")));
  const Archive archive = Archive::of({}, {}, promise.get_future().share());
  BOOST_CHECK_EXCEPTION(archive.sha256(), Error, [](const Error& error) { return error.code() == Errc::cancelled; });
}

BOOST_AUTO_TEST_SUITE_END()
