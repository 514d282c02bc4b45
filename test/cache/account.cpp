// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/cache/account.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/temporary_folder.hpp"

#include <daypack/cache/disk.hpp>
#include <daypack/sign/sha256.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(cache_account)

namespace {

const CacheUse numpy{.stage = "Bytecode",
                     .kind = "bytecode",
                     .subject = "numpy",
                     .input = "numpy-2.2.0.whl 00ff",
                     .recipe = "Python 3.12.1",
                     .key = "k1",
                     .missing = 80};

struct Room {
  // Why a use was missing after `before` had been remembered.
  std::string why(const CacheUse& before, const CacheUse& now) {
    remember(before);
    return explained({now}).front().why;
  }
  void remember(const CacheUse& use) {
    CacheAccount account;
    account.add(use);
    account.remember(cache, "out.zip");
  }
  std::vector<CacheUse> explained(const std::vector<CacheUse>& uses, const std::string& build = "out.zip") {
    CacheAccount account;
    for (const CacheUse& use : uses) account.add(use);
    return account.explained(cache, build);
  }

  TemporaryFolder folder;
  DiskCache cache{folder / "cache"};
};

CacheUse with(CacheUse use, std::string CacheUse::* field, std::string value) {
  use.*field = std::move(value);
  return use;
}

}  // namespace

BOOST_AUTO_TEST_CASE(uses_of_one_subject_are_one_and_stages_keep_their_order) {
  Room room;
  CacheUse again = numpy;
  again.found = 3;
  const CacheUse wheel{.stage = "Vendor", .kind = "wheels", .subject = "numpy", .key = "w", .found = 1};
  CacheUse attrs = with(with(numpy, &CacheUse::subject, "attrs"), &CacheUse::key, "k2");
  const auto uses = room.explained({wheel, numpy, attrs, again});
  BOOST_TEST_REQUIRE(uses.size() == 3U);
  BOOST_TEST(uses[0].kind == "wheels");
  BOOST_TEST(uses[0].why == "");
  BOOST_TEST(uses[1].subject == "attrs");
  BOOST_TEST(uses[2].subject == "numpy");
  BOOST_TEST(uses[2].found == 3U);
  BOOST_TEST(uses[2].missing == 160U);
}

BOOST_AUTO_TEST_CASE(why_something_was_missing) {
  Room room;
  BOOST_TEST(room.explained({numpy}).front().why == "not built with this cache before");
  BOOST_TEST(room.why(numpy, with(numpy, &CacheUse::subject, "scipy")) == "new in this build");
  BOOST_TEST(room.why(numpy, with(numpy, &CacheUse::stage, "Zip")) == "new in this build");
  BOOST_TEST(room.why(numpy, with(numpy, &CacheUse::input, "numpy-2.2.1.whl 11ee")) ==
             "its content has changed (before: numpy-2.2.0.whl)");
  BOOST_TEST(room.why(numpy, with(numpy, &CacheUse::input, "numpy-2.2.0.whl 11ee")) == "its content has changed");
  const CacheUse own = with(numpy, &CacheUse::input, "00ff");
  BOOST_TEST(room.why(own, with(own, &CacheUse::input, "11ee")) == "its content has changed");
  BOOST_TEST(room.why(numpy, with(numpy, &CacheUse::recipe, "Python 3.12.2")) ==
             "it is made otherwise (before: Python 3.12.1; now: Python 3.12.2)");
  BOOST_TEST(room.why(numpy, with(numpy, &CacheUse::key, "k2")).starts_with("what else decides it has changed"));
  BOOST_TEST(room.why(numpy, numpy) == "the cache has it no more");
  CacheUse part = numpy;
  part.found = 1;
  BOOST_TEST(room.why(numpy, part) == "these files of it were not wanted before");
  BOOST_TEST(room.why(numpy, with(numpy, &CacheUse::why, "the lock is stale")) == "the lock is stale");
}

BOOST_AUTO_TEST_CASE(builds_are_remembered_by_name) {
  Room room;
  room.remember(numpy);
  BOOST_TEST(room.explained({numpy}, "other.zip").front().why == "not built with this cache before");
  CacheAccount().remember(room.cache, "out.zip");  // a build that was taken from nowhere changes nothing
  BOOST_TEST(room.explained({numpy}).front().why == "the cache has it no more");
}

BOOST_AUTO_TEST_CASE(a_damaged_memory_is_none) {
  Room room;
  room.cache.put({"uses", sha256_of(as_bytes("out.zip")).hex()}, as_bytes("no such text"));
  BOOST_TEST(room.explained({numpy}).front().why == "not built with this cache before");
}

BOOST_AUTO_TEST_SUITE_END()
