// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <atomic>
#include <boost/filesystem.hpp>
#include <boost/test/unit_test.hpp>
#include <daypack/cache/disk.hpp>
#include <daypack/error.hpp>
#include <daypack/testing/fail_at.hpp>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "support/temporary_folder.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(cache_disk_part)

namespace {

const CacheKey key{"wheels", "abcdef0123"};

std::string value(Cache& cache) {
  const auto found = cache.get(key);
  return found ? std::string(found->text()) : "none";
}

std::size_t files_in(const TemporaryFolder& folder) {
  std::size_t count = 0;
  for (const auto& entry : boost::filesystem::recursive_directory_iterator(folder.path()))
    count += boost::filesystem::is_regular_file(entry.path());
  return count;
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_stays_until_it_is_whole) {
  TemporaryFolder folder;
  DiskCache cache(folder.path().string());
  {
    const auto part = cache.part(key);
    BOOST_TEST(part->acquire());
    BOOST_TEST(part->kept().size() == 0u);
    BOOST_TEST(part->note() == "");
    part->restart("what it is");
    part->write(as_bytes("one "));
    part->write(as_bytes("two "));
  }
  BOOST_TEST(value(cache) == "none");
  DiskCache again(folder.path().string());
  const auto part = again.part(key);
  BOOST_TEST(part->size() == 8u);
  BOOST_TEST(part->acquire());
  BOOST_TEST(part->note() == "what it is");
  BOOST_TEST(part->kept().text() == "one two ");
  part->write(as_bytes("three"));
  BOOST_TEST(part->commit().text() == "one two three");
  BOOST_TEST(value(cache) == "one two three");
  BOOST_TEST(files_in(folder) == 1u);
}

BOOST_AUTO_TEST_CASE(one_holds_it) {
  TemporaryFolder folder;
  DiskCache cache(folder.path().string());
  auto first = cache.part(key);
  const auto second = cache.part(key);
  BOOST_TEST(first->acquire());
  BOOST_TEST(!second->acquire());
  first->restart({});
  first->write(as_bytes("value"));
  BOOST_TEST(second->size() == 5u);
  first->commit();
  BOOST_TEST(second->acquire());
  BOOST_TEST(second->kept().size() == 0u);  // a new one
  BOOST_TEST(!cache.part(key)->acquire());
  BOOST_TEST(value(cache) == "value");
}

BOOST_AUTO_TEST_CASE(those_who_come_one_after_another) {
  TemporaryFolder folder;
  std::atomic<int> spoilt{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        DiskCache cache(folder.path().string());
        const std::string own(50'000, static_cast<char>('a' + t));
        for (int round = 0; round < 100; ++round) {
          const auto part = cache.part(key);
          while (!part->acquire()) std::this_thread::yield();
          part->restart({});
          part->write(as_bytes(own));
          const Blob value = part->commit();
          std::this_thread::yield();
          spoilt += value.text() != own;
        }
      });
    }
  }
  BOOST_TEST(spoilt == 0);
  BOOST_TEST(files_in(folder) == 1u);
}

BOOST_AUTO_TEST_CASE(nothing_is_left_of_what_is_empty_or_forgotten) {
  TemporaryFolder folder;
  DiskCache cache(folder.path().string());
  BOOST_TEST(cache.part(key)->acquire());
  {
    const auto part = cache.part(key);
    BOOST_TEST(part->acquire());
    part->restart("note");
    part->write(as_bytes("half"));
    part->restart({});
    BOOST_TEST(part->kept().size() == 0u);
  }
  BOOST_TEST(files_in(folder) == 0u);
}

BOOST_AUTO_TEST_CASE(every_operation_fails_once) {
  for (const int error : {ENOSPC, EIO, EROFS, ENOLCK}) {
    for (int n = 1;; ++n) {
      TemporaryFolder folder;
      int warnings = 0;
      DiskCache cache(folder.path().string(), [&](const std::string&, const std::string&) { ++warnings; });
      bool hit = false;
      {
        daypack::testing::fail_at fault{n, error};
        const auto part = cache.part(key);
        BOOST_TEST(part->acquire());
        part->restart("note");
        for (const char* piece : {"one ", "two ", "three"}) part->write(as_bytes(piece));
        BOOST_TEST(part->commit().text() == "one two three");
        hit = fault.hit();
      }
      BOOST_TEST(value(cache) == "one two three");
      BOOST_TEST(warnings <= 1);
      BOOST_TEST(files_in(folder) <= 1u);
      if (!hit) break;
    }
  }
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_written) {
  TemporaryFolder folder;
  const std::string file = folder / "file";
  std::ofstream(file) << "in the way";
  int warnings = 0;
  DiskCache cache(file, [&](const std::string&, const std::string&) { ++warnings; });
  const auto part = cache.part(key);
  BOOST_TEST(part->acquire());
  part->restart("note");
  part->write(as_bytes("value"));
  BOOST_TEST(part->commit().text() == "value");
  BOOST_TEST(value(cache) == "value");
  BOOST_TEST(warnings == 1);
}

BOOST_AUTO_TEST_CASE(a_folder_in_the_place_of_a_value) {
  TemporaryFolder folder;
  int warnings = 0;
  DiskCache cache(folder.path().string(), [&](const std::string&, const std::string&) { ++warnings; });
  boost::filesystem::create_directories(folder.path() / "wheels/ab/cdef0123/deep");
  BOOST_TEST(value(cache) == "none");
  cache.put(key, as_bytes("value"));
  DiskCache again(folder.path().string());
  BOOST_TEST(value(again) == "value");
  BOOST_TEST(warnings == 0);
}

BOOST_AUTO_TEST_SUITE_END()
