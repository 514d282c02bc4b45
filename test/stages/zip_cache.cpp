// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/zip.hpp>

#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/cache/disk.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/zip/inflate.hpp>

#include <atomic>
#include <utility>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_zip_cache)

namespace {

std::atomic<int> calls = 0;

// The default codec, which counts how often it works.
struct Counted {
  explicit Counted(int level) : real(level) {}
  static std::string id() { return "counted 1"; }
  std::size_t compress(ByteView in, std::span<std::byte> out) {
    ++calls;
    return real.compress(in, out);
  }
  codec::Default real;
};

struct Sealing {
  std::string operator()(const Tree& tree, Effort effort = Effort::balanced) {
    std::string bytes;
    archive(tree, {.effort = effort}).pour([&](ByteView some) { bytes += as_text(some); });
    return bytes;
  }

  Archive archive(const Tree& tree, const Zip<Counted>& zip) {
    Context context(Services{.pool = std::make_shared<Pool>(2), .cache = cache});
    calls = 0;
    return zip(tree, context);
  }

  Digests digests(const Tree& tree, const Zip<Counted>& zip = {}) {
    const Archive made = archive(tree, zip);
    return {made.sha256(), made.crc64()};
  }

  std::vector<CacheKey> kept_digests() const {
    std::vector<CacheKey> keys;
    const auto kept = folder.path() / "cache/digests";
    if (!boost::filesystem::exists(kept)) return keys;
    for (const auto& file : boost::filesystem::recursive_directory_iterator(kept)) {
      if (boost::filesystem::is_regular_file(file))
        keys.push_back({"digests", file.path().parent_path().filename().string() + file.path().filename().string()});
    }
    return keys;
  }

  TemporaryFolder folder = {};
  std::shared_ptr<Cache> cache = std::make_shared<DiskCache>(folder / "cache");
};

Entry of_wheel(std::string path, std::string text) {
  static const auto wheel =
      std::make_shared<const Distribution>(Distribution{"w", "1", "w-1-py3-none-any.whl", std::string(64, 'a')});
  Entry entry = text_entry(std::move(path), std::move(text));
  entry.origin = wheel;
  return entry;
}

Tree sample() {
  return Tree::of({of_wheel("w/a.pyc", std::string(900, 'a')), of_wheel("w/b.pyc", std::string(800, 'b')),
                   text_entry("large.txt", std::string(100'000, 'l')), text_entry("small.txt", std::string(500, 's'))});
}

// Bytecode of a wheel, which has a name, and a small file of one's own.
Tree named_sample(std::string_view name, std::string own, Mode mode = Mode::file) {
  Entry bytecode = of_wheel("w/a.pyc", std::string(name) + std::string(10'000, 'a'));
  std::get<Owned>(bytecode.content).name = name;
  return Tree::of({text_entry("app.py", std::move(own), mode), bytecode});
}

Tree without(std::string_view path) {
  return sample().filter([=](const Entry& entry) { return entry.path != path; });
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_deflated_once_is_not_deflated_again) {
  Sealing seal;
  const std::string first = seal(sample());
  BOOST_TEST(calls == 4);
  BOOST_TEST((seal(sample()) == first));
  BOOST_TEST(calls == 1);  // the small file of one's own
  seal.cache = nullptr;
  BOOST_TEST((seal(sample()) == first));
  BOOST_TEST(calls == 4);
}

BOOST_AUTO_TEST_CASE(a_name_stands_for_bytes_in_memory) {
  const auto named = [](const char* name) {
    Entry entry = of_wheel("w/a.pyc", std::string(900, 'a'));
    std::get<Owned>(entry.content).name = name;
    return Tree::of({entry});
  };
  Sealing seal;
  const std::string first = seal(named("one"));
  BOOST_TEST((seal(named("one")) == first));
  BOOST_TEST(calls == 0);
  BOOST_TEST((seal(named("two")) == first));
  BOOST_TEST(calls == 1);  // it has not looked at the bytes
}

BOOST_AUTO_TEST_CASE(a_change_costs_itself) {
  Sealing seal;
  seal(without("w/a.pyc"));
  seal(sample());
  BOOST_TEST(calls == 2);
  seal(without("w/b.pyc"));
  seal(sample());
  BOOST_TEST(calls == 1);
  Sealing plain;
  plain.cache = nullptr;
  const Tree changed = without("large.txt").merge(Tree::of({text_entry("large.txt", std::string(100'000, 'L'))}));
  BOOST_TEST((seal(changed) == plain(changed)));
  seal(changed);
  BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_CASE(efforts_are_kept_apart) {
  Sealing seal;
  seal(sample());
  seal(sample(), Effort::fast);
  BOOST_TEST(calls == 4);
  seal(sample(), Effort{6});  // as balanced
  BOOST_TEST(calls == 1);
  seal(sample(), Effort{12});
  seal(sample(), Effort::smallest);
  BOOST_TEST(calls == 4);
}

BOOST_AUTO_TEST_CASE(many_streams_of_a_wheel_do_not_wait_in_memory_and_none_is_lost) {
  std::vector<Entry> entries;
  for (int i = 0; i < 40; ++i) {
    std::string text(200'000, '\0');
    std::uint32_t state = static_cast<std::uint32_t>(i);
    for (char& c : text) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 26);  // a quarter can go
    entries.push_back(of_wheel("w/" + std::to_string(i) + ".pyc", std::move(text)));
  }
  const Tree tree = Tree::of(std::move(entries));
  Sealing seal;
  const std::string first = seal(tree);
  BOOST_TEST(calls == 40);
  BOOST_TEST((seal(tree) == first));
  BOOST_TEST(calls == 0);
}

BOOST_AUTO_TEST_CASE(a_damaged_value_is_made_anew) {
  Sealing seal;
  const std::string first = seal(sample());
  for (const auto& file : boost::filesystem::recursive_directory_iterator(seal.folder.path() / "cache")) {
    if (file.path().string().find("/streams/") == std::string::npos || !boost::filesystem::is_regular_file(file))
      continue;
    boost::filesystem::resize_file(file.path(), boost::filesystem::file_size(file.path()) / 2);
  }
  seal.cache = std::make_shared<DiskCache>(seal.folder / "cache");
  BOOST_TEST((seal(sample()) == first));
  BOOST_TEST(calls == 4);
  seal(sample());
  BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_CASE(the_digest_of_a_known_zip_is_not_computed_again) {
  const Tree tree = named_sample("one", "print(1)");
  Sealing seal;
  const Digests first = seal.digests(tree);
  BOOST_TEST((first.sha256 == sha256_of(as_bytes(seal(tree)))));
  BOOST_TEST(seal.kept_digests().size() == 1);
  // Whoever is given another digest has not looked at the bytes.
  seal.cache->put(seal.kept_digests()[0], as_bytes(std::string(32, 'x')));
  BOOST_TEST(seal.digests(tree).sha256.bytes[31] == 'x');
  seal.cache->put(seal.kept_digests()[0], as_bytes("not a digest"));
  BOOST_TEST((seal.digests(tree).sha256 == first.sha256));
}

BOOST_AUTO_TEST_CASE(what_decides_a_byte_decides_the_digest) {
  const Tree tree = named_sample("one", "print(1)");
  const Tree executable = named_sample("one", "print(1)", Mode::executable);
  Sealing seal;
  seal.digests(tree);
  for (const Tree& other : {named_sample("two", "print(1)"), named_sample("one", "print(2)"), executable}) {
    const Sha256 got = seal.digests(other).sha256;
    BOOST_TEST((got == sha256_of(as_bytes(seal(other)))));
  }
  BOOST_TEST(seal.kept_digests().size() == 4);
  const Zip<Counted> fast{.effort = Effort::fast}, dated{.epoch = 1'000'000'000}, both{.crc64 = true};
  BOOST_TEST(!seal.digests(tree).crc64.has_value());
  for (const auto& zip : {fast, dated, both}) {
    const Digests made = seal.digests(tree, zip), known = seal.digests(tree, zip);
    BOOST_TEST((known.sha256 == made.sha256));
    BOOST_TEST((known.crc64 == made.crc64));
    BOOST_TEST(made.crc64.has_value() == zip.crc64);
  }
  BOOST_TEST(seal.kept_digests().size() == 7);
}

// Two words that have one CRC-32: the directory of the zip does not tell them apart.
BOOST_AUTO_TEST_CASE(own_bytes_decide_the_digest_and_not_their_crc) {
  const std::string one = "plumless", other = "buckeroo";
  BOOST_TEST_REQUIRE(zip::crc32_of(as_bytes(one)) == zip::crc32_of(as_bytes(other)));
  Sealing seal;
  seal.digests(named_sample("one", one));
  const Tree tree = named_sample("one", other);
  BOOST_TEST((seal.digests(tree).sha256 == sha256_of(as_bytes(seal(tree)))));
}

BOOST_AUTO_TEST_CASE(a_zip_of_mostly_own_files_is_hashed_as_it_is) {
  Sealing seal;
  seal.digests(sample());
  BOOST_TEST(seal.kept_digests().empty());
}

BOOST_AUTO_TEST_CASE(a_digest_is_there_after_its_context_has_gone) {
  Sealing seal;
  const Archive archive = seal.archive(named_sample("one", "print(1)"), {});
  std::weak_ptr<Cache> cache = std::exchange(seal.cache, nullptr);
  archive.sha256();
  BOOST_TEST(cache.expired());
}

BOOST_AUTO_TEST_SUITE_END()
