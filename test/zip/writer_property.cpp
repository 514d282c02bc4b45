// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Generated trees: what holds for any of them. $DAYPACK_TEST_SEED repeats a run that failed.
#include <boost/test/unit_test.hpp>

#include <daypack/codec/default.hpp>
#include <daypack/codec/stored.hpp>
#include <daypack/codec/zlib.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/testing/tree_literal.hpp>
#include <daypack/zip/reader.hpp>
#include <daypack/zip/splice.hpp>
#include <daypack/zip/writer.hpp>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <support/programs.hpp>
#include <support/temporary_folder.hpp>
#include "support/written.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(zip_writer_property)

namespace {

unsigned seed_of_this_run() {
  const char* const chosen = std::getenv("DAYPACK_TEST_SEED");
  return chosen ? static_cast<unsigned>(std::stoul(chosen))
                : static_cast<unsigned>(std::chrono::steady_clock::now().time_since_epoch().count());
}

// Makes trees whose sizes lie around every border that the writer knows.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::vector<Entry> entries(const std::string& folder) {
    std::vector<Entry> all;
    const std::size_t count = below(30);
    for (std::size_t i = 0; i < count; ++i) all.push_back({.path = path(), .mode = mode(), .content = Owned{}});
    if (below(2) == 0) all.push_back({.path = "large/" + name(), .content = Owned{}});
    for (Entry& entry : all) {
      const std::string content =
          entry.mode == Mode::symlink ? "target" : bytes(size(entry.path.starts_with("large/")));
      entry.content = content_of(content, folder + '/' + std::to_string(number_++));
    }
    std::ranges::sort(all, {}, &Entry::path);
    const auto again = std::ranges::unique(all, {}, &Entry::path);
    all.erase(again.begin(), again.end());
    return all;
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  std::string name() {
    static const std::string words[] = {
        "a",          "B.py", "z\xc3\xa4hler", "\xe6\x95\xb0\xe6\x8d\xae",         "\xf0\x9f\x90\x8d",
        "with space", "~x",   "-rf.$",         "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", std::string(200, 'n')};
    return words[below(std::size(words))] + (below(2) == 0 ? "" : std::to_string(below(50)));
  }

  std::string path() {
    std::string path = "d" + name();  // files and folders have names of their own
    for (std::uint64_t depth = below(4); depth > 0; --depth) path.insert(0, "f" + name() + '/');
    return path;
  }

  Mode mode() { return std::array{Mode::file, Mode::file, Mode::executable, Mode::symlink}[below(4)]; }

  std::size_t size(bool large) {
    constexpr std::uint64_t mib = std::uint64_t{1} << 20;
    static constexpr std::array<std::uint64_t, 8> small{0, 1, 2, 3, 100, 65'535, 65'536, 300'000};
    static constexpr std::array<std::uint64_t, 5> borders{8 * mib - 1, 8 * mib, 8 * mib + 1, 12 * mib, 12 * mib + 1};
    return static_cast<std::size_t>(large ? borders[below(5)] : small[below(8)] + below(2));
  }

  // All alike, words, or noise.
  std::string bytes(std::size_t size) {
    const std::uint64_t kind = below(3);
    if (kind == 0) return std::string(size, 'x');
    if (kind == 1) return testing::filler(size, static_cast<std::uint32_t>(random_()));
    std::string noise(size + 8, '\0');
    for (std::size_t i = 0; i < size; i += 8) {
      const std::uint64_t value = random_();
      std::memcpy(noise.data() + i, &value, 8);
    }
    noise.resize(size);
    return noise;
  }

  // In memory, in a file, or in another zip.
  Content content_of(const std::string& bytes, const std::string& file) {
    const std::uint64_t kind = below(4);
    if (kind == 0) {
      daypack::detail::write_file(file, "before" + bytes + "after");
      return FileRange{file, 6, bytes.size()};
    }
    if (kind > 1) return Owned{blob_of(bytes)};
    const Entry entry = text_entry("m", bytes);
    const zip::Reader reader = zip::Reader::of(blob_of(written({&entry, 1}, {.effort = Effort{1}})), "source.zip");
    return zip::content_of(reader.members()[0], below(2) == 0);
  }

  std::mt19937_64 random_;
  int number_ = 0;
};

void check_same_contents(const std::string& bytes, const std::vector<Entry>& entries) {
  const zip::Reader reader = zip::Reader::of(blob_of(bytes), "written.zip");
  BOOST_REQUIRE(reader.members().size() == entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const zip::Member& member = reader.members()[i];
    BOOST_TEST(member.name == entries[i].path);
    BOOST_TEST((zip::mode_of(member) == entries[i].mode));
    BOOST_TEST((reader.inflate(member).text() == read_content(entries[i]).text()));
    BOOST_TEST((!member.deflated() || member.data.size() < member.size));
  }
}

void check_others(const std::string& bytes, std::size_t count, const TemporaryFolder& folder) {
  const std::string path = folder / "generated.zip";
  std::ofstream(path, std::ios::binary) << bytes;
  if (installed("unzip") && count > 0) BOOST_TEST(passes("unzip -tq " + path));
  BOOST_TEST(passes("python3 -m zipfile -t " + path));
}

}  // namespace

BOOST_AUTO_TEST_CASE(any_tree_any_threads_any_source) {
  const unsigned seed = seed_of_this_run();
  BOOST_TEST_MESSAGE("DAYPACK_TEST_SEED=" << seed);
  const codec::AnyCodec codecs[] = {codec::AnyCodec::of<codec::Default>(), codec::AnyCodec::of<codec::Zlib>(),
                                    codec::AnyCodec::of<codec::Stored>()};
  const Effort efforts[] = {Effort::fast, Effort::balanced, Effort::smallest, Effort{3}};
  for (unsigned run = 0; run < 6; ++run) {
    BOOST_TEST_CONTEXT("seed " << seed << ", tree " << run) {
      const TemporaryFolder folder;
      const std::vector<Entry> entries = Generator(seed + run).entries(folder.path().string());
      for (const codec::AnyCodec& codec : codecs) {
        zip::WriteOptions options{.effort = efforts[(seed + run) % 4], .codec = codec};
        const std::string one = written(entries, options, 1);
        BOOST_TEST((written(entries, options, 2) == one));
        options.window = 1;
        BOOST_TEST((written(entries, options, 7) == one));
        if (const auto size = zip::predicted_size(entries, options)) BOOST_TEST(*size == one.size());
        check_same_contents(one, entries);
        check_others(one, entries.size(), folder);
      }
      BOOST_TEST(zip::predicted_size(entries, {.effort = efforts[run % 4], .codec = codecs[2]}).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(where_each_entry_lies_follows_from_the_sizes_of_its_data) {
  const TemporaryFolder folder;
  const std::vector<Entry> entries = Generator(seed_of_this_run()).entries(folder.path().string());
  Pool pool(2);
  std::string text;
  const zip::Written sizes = zip::write(entries, pool, {}, [&](ByteView bytes) { text += as_text(bytes); });
  std::size_t at = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    BOOST_TEST(text.substr(at, 4) == "PK\3\4");
    BOOST_TEST(text.substr(at + 30, entries[i].path.size()) == entries[i].path);
    at += zip::header_size(entries[i], sizes.compressed[i]) + sizes.compressed[i];
  }
  BOOST_TEST(text.substr(at, 4) == (entries.empty() ? "PK\5\6" : "PK\1\2"));
  const Entry vast{.path = "a", .content = FileRange{.file = "a", .size = 0xffffffff}};
  BOOST_TEST(zip::header_size(vast, 1) == 30 + 1 + 20);
  BOOST_TEST(zip::header_size(text_entry("a", ""), 0xffffffff) == 30 + 1 + 20);
}

// What a zip tells by its size alone, without being written.
BOOST_AUTO_TEST_CASE(the_size_is_known_when_nothing_is_deflated) {
  const auto stored = codec::AnyCodec::of<codec::Stored>();
  BOOST_TEST((zip::predicted_size({}, {}) == 22U));
  std::vector<Entry> entries{text_entry("a", "some text"), text_entry("link", "a", Mode::symlink), text_entry("n", "")};
  BOOST_TEST(!zip::predicted_size(entries, {}).has_value());
  BOOST_TEST((zip::predicted_size(entries, {.codec = stored}) == written(entries, {.codec = stored}).size()));
  entries.erase(entries.begin());
  BOOST_TEST((zip::predicted_size(entries, {}) == written(entries).size()));
  // Spliced streams, but not those that are to be deflated again, or are only stored.
  for (const codec::AnyCodec& codec : {codec::AnyCodec::of<codec::Zlib>(), stored}) {
    const Entry text = text_entry("a", testing::filler(5000));
    const zip::Reader reader = zip::Reader::of(blob_of(written({&text, 1}, {.codec = codec})), "source.zip");
    const Entry member{.path = "a", .content = zip::content_of(reader.members()[0], true)};
    const bool deflated = codec.id() != "stored";
    for (const Effort effort : {Effort::fast, Effort::balanced, Effort::smallest}) {
      const auto size = zip::predicted_size({&member, 1}, {.effort = effort});
      BOOST_TEST(size.has_value() == (effort == Effort::fast || (deflated && effort == Effort::balanced)));
      if (size) BOOST_TEST(*size == written({&member, 1}, {.effort = effort}).size());
      BOOST_TEST((zip::predicted_size({&member, 1}, {.effort = effort, .codec = stored}) ==
                  written({&member, 1}, {.effort = effort, .codec = stored}).size()));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_size_is_known_at_the_borders_of_zip64) {
  const auto stored = codec::AnyCodec::of<codec::Stored>();
  for (const std::size_t count : {std::size_t{65'535}, std::size_t{65'536}}) {
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < count; ++i) entries.push_back(text_entry(std::to_string(100'000 + i), "x"));
    BOOST_TEST((zip::predicted_size(entries, {}) == written(entries).size()));
  }
  // Sizes and offsets around 4 GiB - 1, of a file that no disk holds: its bytes are counted on their way, and never
  // read.
  const TemporaryFolder folder;
  std::ofstream(folder / "sparse").put('\0');
  boost::filesystem::resize_file(folder / "sparse", std::uint64_t{1} << 32);
  const Blob map = daypack::detail::map_file(folder / "sparse");
  const auto member = [&](std::uint64_t size) {
    return ZipMember{.data = map.slice(0, size), .size = size, .deflated = false, .trusted = true};
  };
  for (const std::int64_t more : {-2, -1, 0, 1}) {
    const std::uint64_t size = 0xffffffff + static_cast<std::uint64_t>(more);
    for (const std::uint64_t first : {size, size - 31, size / 2}) {  // 31: the header of "a"
      const std::vector<Entry> entries{{.path = "a", .content = member(first)},
                                       {.path = "b", .content = member(size - first)}};
      Pool pool(1);
      std::uint64_t counted = 0;
      const zip::WriteOptions options{.effort = Effort::fast, .codec = stored};
      zip::write(entries, pool, options, [&](ByteView bytes) { counted += bytes.size(); });
      BOOST_TEST((zip::predicted_size(entries, options) == counted));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
