// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/cache/cache.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <boost/filesystem/operations.hpp>
#include <daypack/cache/disk.hpp>
#include <daypack/detail/file.hpp>
#include <map>

#include "support/temporary_folder.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(cache_cache)

namespace {

// The least that a cache must do.
class MapCache : public Cache {
 public:
  std::optional<Blob> get(const CacheKey& key) override {
    const auto it = values_.find(key.kind + '/' + key.name);
    return it == values_.end() ? std::nullopt : std::optional(it->second);
  }
  std::unique_ptr<CacheWriter> writer(const CacheKey& key) override {
    struct Writer : CacheWriter {
      Writer(Blob& to, bool& committed) : slot(to), done(committed) {}
      void write(ByteView bytes) override { text += as_text(bytes); }
      Blob commit() override {
        done = true;
        return slot = blob_of(text);
      }
      Blob& slot;
      bool& done;
      std::string text;
    };
    return std::make_unique<Writer>(values_[key.kind + '/' + key.name], committed);
  }
  void drop(const CacheKey& key) override { values_.erase(key.kind + '/' + key.name); }

  bool committed = false;

 private:
  std::map<std::string, Blob> values_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_part_of_which_nothing_stays) {
  MapCache cache;
  const CacheKey key{"wheels", "00ff"};
  cache.part(key)->restart("note");
  const auto part = cache.part(key);
  BOOST_TEST(part->acquire());
  BOOST_TEST(part->size() == 0u);
  BOOST_TEST(part->kept().size() == 0u);
  BOOST_TEST(part->note() == "");
  part->restart("note");
  part->write(as_bytes("in vain"));
  part->restart("note");
  part->write(as_bytes("value"));
  BOOST_TEST(part->commit().text() == "value");
  BOOST_TEST(cache.get(key)->text() == "value");
}

BOOST_AUTO_TEST_CASE(put_writes_and_commits) {
  MapCache cache;
  const CacheKey key{"bytecode", "00ff"};
  BOOST_TEST(!cache.get(key).has_value());
  cache.put(key, as_bytes("value"));
  BOOST_TEST(cache.committed);
  BOOST_TEST(cache.get(key)->text() == "value");
  cache.drop(key);
  BOOST_TEST(!cache.get(key).has_value());
}

BOOST_AUTO_TEST_CASE(an_unchecked_value_is_whole_and_maybe_damaged) {
  const CacheKey key{"wheels", "abcdef"};
  MapCache simple;
  simple.put(key, as_bytes("value"));
  BOOST_TEST(simple.get_unchecked(key)->text() == "value");
  TemporaryFolder folder;
  DiskCache cache(folder.path().string());
  const std::string path = folder / "wheels/ab/cdef";
  BOOST_TEST(!cache.get_unchecked(key).has_value());
  const std::string large(100'000, 'x');  // small values are read, large ones mapped
  for (const std::string& text : {std::string("the value"), large}) {
    cache.put(key, as_bytes(text));
    BOOST_TEST((cache.get_unchecked(key)->text() == text));
    std::string whole = detail::read_file(path);
    whole[3] ^= 1;
    detail::write_file(path, whole);
    BOOST_TEST((cache.get_unchecked(key)->text() == whole.substr(0, text.size())));
    detail::write_file(path, whole.substr(1));
    BOOST_TEST(!cache.get_unchecked(key).has_value());
    BOOST_TEST(!boost::filesystem::exists(path));
  }
}

BOOST_AUTO_TEST_SUITE_END()
