// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/detail/spill.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/testing/fail_at.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <support/temporary_folder.hpp>
#include <vector>

using namespace daypack;
using daypack::detail::SpillBuffer;

BOOST_AUTO_TEST_SUITE(detail_spill)

BOOST_AUTO_TEST_CASE(copies_lie_side_by_side_and_outlive_the_buffer) {
  std::vector<Blob> blobs;
  {
    SpillBuffer buffer;
    for (int i = 0; i < 1000; ++i) blobs.push_back(buffer.append(as_bytes(std::to_string(i))));
    BOOST_TEST(!buffer.spilled());
    BOOST_TEST(buffer.append({}).size() == 0U);
  }
  for (std::size_t i = 0; i < blobs.size(); ++i) BOOST_TEST(blobs[i].text() == std::to_string(i));
  BOOST_TEST(blobs[0].bytes.data() + 1 == blobs[1].bytes.data());
}

BOOST_AUTO_TEST_CASE(beyond_the_limit_a_file_takes_over) {
  std::vector<Blob> blobs;
  const auto text = [](int i) {
    return std::string(static_cast<std::size_t>(i % 7) * 500'000 + 10, static_cast<char>('a' + i % 26));
  };
  {
    SpillBuffer buffer(4 << 20);
    for (int i = 0; i < 60; ++i) blobs.push_back(buffer.append(as_bytes(text(i))));
    BOOST_TEST(buffer.spilled());
  }
  for (int i = 0; i < 60; ++i) BOOST_TEST((blobs[static_cast<std::size_t>(i)].text() == text(i)));
}

BOOST_AUTO_TEST_CASE(one_large_copy_goes_to_the_file) {
  SpillBuffer buffer(1000);
  const std::string large(20'000'001, 'x');
  BOOST_TEST((buffer.append(as_bytes(large)).text() == large));
  BOOST_TEST(buffer.append(as_bytes("y")).text() == "y");
}

BOOST_AUTO_TEST_CASE(every_failure_of_the_disk_is_an_error) {
  for (int n = 1;; ++n) {
    testing::fail_at fault(n);
    std::optional<Error> error;
    try {
      SpillBuffer buffer(0);
      for (int i = 0; i < 3; ++i) buffer.append(as_bytes("x"));
    } catch (const Error& e) {
      error = e;
    }
    if (!fault.hit()) {
      BOOST_TEST(n == 6);  // open, reserve, three writes
      break;
    }
    BOOST_TEST(error.has_value());
    BOOST_TEST((error->code() == Errc::unwritable && error->message() == "cannot write a temporary file"));
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_left_in_the_temporary_folder) {
  TemporaryFolder folder;
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before ? before : "";
  ::setenv("TMPDIR", folder.path().c_str(), 1);
  SpillBuffer buffer(0);
  const Blob blob = buffer.append(as_bytes("x"));
  if (before)
    ::setenv("TMPDIR", kept.c_str(), 1);
  else
    ::unsetenv("TMPDIR");
  BOOST_TEST(boost::filesystem::is_empty(folder.path()));
  BOOST_TEST(blob.text() == "x");
}

#ifdef __linux__
BOOST_AUTO_TEST_CASE(a_mapped_file_counts_only_while_it_is_read) {
  const auto mapped_memory = [] {  // KiB
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("RssFile:")) return std::stol(line.substr(8));
    }
    return 0L;
  };
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << std::string(8 << 20, 'x');
  std::size_t found = 0;
  const auto grown_by_reading = [&](const Blob& blob) {
    const long before = mapped_memory();
    for (std::size_t at = 0; at < blob.size(); at += 64 << 10) {
      const Blob piece = blob.slice(at, 64 << 10);
      found += static_cast<std::size_t>(std::ranges::count(piece.text(), 'x'));
      detail::release_pages(piece);
    }
    return mapped_memory() - before;
  };
  BOOST_TEST(grown_by_reading(detail::map_file(folder / "file")) > 6 << 10);
  BOOST_TEST(grown_by_reading(detail::released_as_read(detail::map_file(folder / "file"))) < 2 << 10);
  BOOST_TEST(found == 16U << 20);
  const Blob small = blob_of("lies in memory");
  BOOST_TEST(detail::released_as_read(small).owner == small.owner);
}
#endif

BOOST_AUTO_TEST_SUITE_END()
