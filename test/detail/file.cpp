// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/detail/file.hpp>  // self-contained

#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/error.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(detail_file)

BOOST_AUTO_TEST_CASE(what_was_reserved_in_vain_is_given_back) {
  const TemporaryFolder folder;
  const std::string path = folder / "out";
  detail::AtomicFile file(path);
  file.reserve(1 << 20);
  file.write(as_bytes("short"));
  file.commit(false);
  BOOST_TEST(detail::read_file(path) == "short");
}

BOOST_AUTO_TEST_CASE(files_of_any_size_are_mapped_or_read) {
  const TemporaryFolder folder;
  for (const std::size_t size : {0, 1, 16 << 10, (16 << 10) + 1, 1 << 20}) {
    const std::string text(size, 'x');
    detail::write_file(folder / "file", text);
    const Blob blob = detail::map_file(folder / "file");
    detail::write_file(folder / "file", "other");
    BOOST_TEST((blob.text() == text), size);
  }
}

BOOST_AUTO_TEST_CASE(more_than_was_reserved_is_kept) {
  const TemporaryFolder folder;
  const std::string path = folder / "out";
  detail::AtomicFile file(path);
  file.reserve(3);
  file.write(as_bytes("longer"));
  file.commit(false);
  BOOST_TEST(detail::read_file(path) == "longer");
}

#ifdef __linux__
// Bytes of files that this process has in memory (proc(5), RssFile).
std::size_t mapped_bytes() {
  const std::string status = detail::read_file("/proc/self/status");
  return std::stoul(status.substr(status.find("RssFile:") + 8)) * 1024;
}

BOOST_AUTO_TEST_CASE(what_is_released_is_no_memory_until_it_is_read_again) {
  const TemporaryFolder folder;
  std::string text(64 << 20, 'x');
  text.back() = 'y';
  detail::write_file(folder / "large", text);
  const Blob blob = detail::map_file(folder / "large");
  const std::size_t before = mapped_bytes();
  BOOST_TEST((blob.text() == text));
  BOOST_TEST(mapped_bytes() >= before + (32 << 20));
  detail::release_mapped(blob.slice(100, blob.size() - 100));
  BOOST_TEST(mapped_bytes() < before + (16 << 20));
  BOOST_TEST((blob.text() == text));
  detail::release_mapped(blob);
  for (const std::size_t size : {64 << 10, 64 << 20}) {
    detail::ReleasingReader reader;
    std::string read;
    for (std::size_t at = 0; at < blob.size(); at += size) {
      reader.pass(blob.slice(at, size), [&](ByteView bytes) {
        read += as_text(bytes);
        BOOST_TEST(mapped_bytes() < before + (16 << 20));
      });
    }
    BOOST_TEST((read == text));
  }
  const Blob owned = blob_of(std::string(1 << 20, 'z'));
  detail::release_mapped(owned);
  BOOST_TEST(owned.text().back() == 'z');
}

BOOST_AUTO_TEST_CASE(a_disk_that_is_too_small_is_known_before_the_first_byte) {
  const TemporaryFolder folder;
  detail::AtomicFile file(folder / "out");
  BOOST_CHECK_EXCEPTION(file.reserve(std::uint64_t{1} << 60), Error,
                        [](const Error& error) { return error.code() == Errc::unwritable; });
}
#endif

BOOST_AUTO_TEST_SUITE_END()
