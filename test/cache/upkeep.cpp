// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/cache/upkeep.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

#include <daypack/cache/disk.hpp>
#include <daypack/detail/file.hpp>

#include <ctime>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(cache_upkeep)

namespace {

constexpr std::time_t day = 24 * 3600;

// A cache with values that were used some days ago.
struct Old {
  void put(const CacheKey& key, std::size_t size, int days) {
    DiskCache(root).put(key, as_bytes(std::string(size, 'x')));
    age(place(key), days);
  }
  static void age(const std::string& path, int days) {
    boost::filesystem::last_write_time(path, std::time(nullptr) - days * day - 60);
  }
  std::string place(const CacheKey& key) const {
    return root + '/' + key.kind + '/' + key.name.substr(0, 2) + '/' + key.name.substr(2);
  }
  bool has(const CacheKey& key) { return DiskCache(root).get(key).has_value(); }

  TemporaryFolder folder;
  std::string root = folder / "cache";
};

const CacheKey a{"wheels", "aaaa"}, b{"wheels", "aabb"}, c{"bytecode", "cccc"};

}  // namespace

BOOST_AUTO_TEST_CASE(what_there_is_by_kind) {
  Old cache;
  BOOST_TEST(cache_usage(cache.root).kinds.empty());
  cache.put(a, 100, 0);
  cache.put(b, 200, 0);
  cache.put(c, 300, 0);
  boost::filesystem::create_directories(cache.root + "/unpacked/one/pkg");
  detail::write_file(cache.root + "/unpacked/one/pkg/a.py", "four");
  detail::write_file(cache.root + "/wheels/aa/.daypack-of-zz.part", "not a value");
  detail::write_file(cache.root + "/stray", "neither");
  const CacheUsage usage = cache_usage(cache.root);
  BOOST_TEST_REQUIRE(usage.kinds.size() == 3U);
  BOOST_TEST(usage.kinds[0].name == "bytecode");
  BOOST_TEST(usage.kinds[1].name == "unpacked");
  BOOST_TEST(usage.kinds[1].amount.bytes == 4U);
  BOOST_TEST(usage.kinds[2].amount.values == 2U);
  BOOST_TEST(usage.kinds[2].amount.bytes == 340U);  // with 20 bytes each for checksum and size
  BOOST_TEST(usage.total().values == 4U);
  BOOST_TEST(usage.total().bytes == 664U);
}

BOOST_AUTO_TEST_CASE(what_was_used_longest_ago_goes_first) {
  Old cache;
  cache.put(a, 80, 3);
  cache.put(b, 80, 5);
  cache.put(c, 80, 4);
  const CacheAmount removed = prune_cache(cache.root, {.limit = 150});
  BOOST_TEST(removed.values == 2U);
  BOOST_TEST(removed.bytes == 200U);
  BOOST_TEST(cache.has(a));
  BOOST_TEST(!cache.has(b));
  BOOST_TEST(!cache.has(c));
  BOOST_TEST(prune_cache(cache.root, {.limit = 150}).values == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_read_is_used) {
  Old cache;
  cache.put(a, 80, 3);
  cache.put(b, 80, 2);
  BOOST_TEST(cache.has(a));
  prune_cache(cache.root, {.limit = 0});
  BOOST_TEST(cache.has(a));
  BOOST_TEST(!cache.has(b));
}

BOOST_AUTO_TEST_CASE(what_is_held_outlives_its_file_and_parts_stay) {
  Old cache;
  cache.put(a, 5000, 3);
  DiskCache open(cache.root);
  const Blob held = *open.get_unchecked(a);
  Old::age(cache.place(a), 3);
  detail::write_file(cache.root + "/wheels/aa/.daypack-of-zz.part", "begun");
  Old::age(cache.root + "/wheels/aa/.daypack-of-zz.part", 3);
  BOOST_TEST(prune_cache(cache.root, {.limit = 0}).values == 1U);
  BOOST_TEST(held.text() == std::string(5000, 'x'));
  BOOST_TEST(!open.get(a));
  BOOST_TEST(boost::filesystem::exists(cache.root + "/wheels/aa/.daypack-of-zz.part"));
}

BOOST_AUTO_TEST_CASE(rehearsed_packages_go_whole_though_they_are_read_only) {
  Old cache;
  const std::string one = cache.root + "/unpacked/one";
  boost::filesystem::create_directories(one + "/pkg");
  detail::write_file(one + "/pkg/a.py", "four");
  boost::filesystem::permissions(one + "/pkg", static_cast<boost::filesystem::perms>(0555));
  boost::filesystem::permissions(one, static_cast<boost::filesystem::perms>(0555));
  Old::age(one, 2);
  BOOST_TEST(prune_cache(cache.root, {.limit = 0}).bytes == 4U);
  BOOST_TEST(!boost::filesystem::exists(one));
}

BOOST_AUTO_TEST_CASE(a_file_is_no_cache) {
  Old cache;
  detail::write_file(cache.folder / "file", "");
  BOOST_TEST((error_of([&] { cache_usage(cache.folder / "file"); }).code() == Errc::unreadable));
}

BOOST_AUTO_TEST_CASE(once_a_day) {
  Old old;
  BOOST_TEST(!keep_cache_within(old.folder / "none", 0));
  BOOST_TEST(!boost::filesystem::exists(old.folder / "none"));
  old.put(a, 100, 3);
  old.put(b, 100, 0);
  const auto removed = keep_cache_within(old.root, 150);
  BOOST_TEST_REQUIRE(removed.has_value());
  BOOST_TEST(removed->values == 1U);
  BOOST_TEST((!old.has(a) && old.has(b)));
  old.put(a, 100, 3);
  BOOST_TEST(!keep_cache_within(old.root, 150));  // not again on this day
  BOOST_TEST(cache_usage(old.root).total().values == 2U);
  for (const int days : {1, -3}) {  // a day later; a clock that was wrong
    old.age(old.place(a), 3);
    old.age(old.root + "/pruned", days);
    BOOST_TEST(keep_cache_within(old.root, 150).has_value());
    old.put(a, 100, 3);
  }
}

BOOST_AUTO_TEST_SUITE_END()
