// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/archive_file.hpp>  // self-contained

#include <daypack/error.hpp>
#include <daypack/stages/save.hpp>
#include <daypack/stages/zip.hpp>
#include <daypack/testing/context.hpp>
#include <daypack/testing/tree_literal.hpp>
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(archive_file)

namespace {

Archive saved(const std::string& path) {
  Context context = testing::context();
  const Archive archive = Zip<>{}(testing::tree_literal({{"a.py", "print()"}, {"b.txt", std::string(1000, 'b')}}), context);
  Save{.path = path, .handler = "a.handler"}(archive, context);
  return archive;
}

void append(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::app | std::ios::binary) << text; }

Errc failure_of(const std::string& path) {
  try {
    read_archive(path);
  } catch (const Error& error) {
    return error.code();
  }
  return Errc::failed;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_saved_is_read_back) {
  const TemporaryFolder folder;
  const Archive written = saved(folder / "out.zip");
  const Archive read = read_archive(folder / "out.zip");
  BOOST_TEST(read.sha256().hex() == written.sha256().hex());
  BOOST_TEST(read.size() == written.size());
  BOOST_TEST(read.manifest().items.size() == 2U);
  BOOST_TEST(read.manifest().handler == "a.handler");
}

BOOST_AUTO_TEST_CASE(a_zip_without_a_manifest_has_an_empty_one) {
  const TemporaryFolder folder;
  saved(folder / "out.zip");
  boost::filesystem::remove(folder / "out.daypack.json");
  BOOST_TEST(read_archive(folder / "out.zip").manifest().items.empty());
}

BOOST_AUTO_TEST_CASE(a_manifest_of_another_zip_is_refused) {
  const TemporaryFolder folder;
  saved(folder / "out.zip");
  append(folder / "out.zip", "more");
  BOOST_TEST((failure_of(folder / "out.zip") == Errc::hash_mismatch));
}

BOOST_AUTO_TEST_CASE(what_lies_beside_a_zip_is_told) {
  const TemporaryFolder folder;
  const Archive written = saved(folder / "out.zip");
  const ArchiveFile with = read_archive_file(folder / "out.zip");
  BOOST_TEST(with.has_manifest());
  BOOST_TEST(with.manifest().handler == "a.handler");
  BOOST_TEST(with.sha256.hex() == written.sha256().hex());
  BOOST_TEST(with.bytes.size() == written.size());
  append(folder / "out.zip", "more");
  const ArchiveFile changed = read_archive_file(folder / "out.zip");
  BOOST_TEST((changed.beside && !changed.has_manifest()));
  BOOST_TEST((error_of([&] { changed.manifest(); }).code() == Errc::hash_mismatch));
  boost::filesystem::remove(folder / "out.daypack.json");
  const ArchiveFile alone = read_archive_file(folder / "out.zip");
  BOOST_TEST((!alone.beside && !alone.has_manifest()));
  BOOST_TEST((error_of([&] { alone.manifest(); }).code() == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(what_is_no_zip_is_refused) {
  const TemporaryFolder folder;
  append(folder / "out.zip", "<html>");
  BOOST_TEST((failure_of(folder / "out.zip") == Errc::damaged_zip));
  BOOST_TEST((failure_of(folder / "none.zip") == Errc::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
