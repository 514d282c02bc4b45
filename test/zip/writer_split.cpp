// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Entries above 8 MiB, which are deflated in parts of 4 MiB.
#include <boost/test/unit_test.hpp>

#include <daypack/codec/stored.hpp>
#include <daypack/codec/zlib.hpp>
#include <daypack/error.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/testing/tree_literal.hpp>
#include <daypack/zip/reader.hpp>
#include <daypack/zip/splice.hpp>
#include <daypack/zip/writer.hpp>

#include <zlib.h>
#include <atomic>
#include <fstream>
#include <support/programs.hpp>
#include <support/temporary_folder.hpp>
#include <support/zlib_strategy.hpp>
#include "support/written.hpp"

using namespace daypack;
using testing::filler;

BOOST_AUTO_TEST_SUITE(zip_writer_split)

namespace {

constexpr std::size_t mib = std::size_t{1} << 20;

std::string text_of(std::size_t size) {
  std::string text;
  text.reserve(size + 64);
  for (std::size_t line = 0; text.size() < size; ++line)
    text += "line " + std::to_string(line * 2654435761U % 1'000'003) + " of a text that shrinks\n";
  text.resize(size);
  return text;
}

std::string noise_of(std::size_t size) {
  std::string noise(size, '\0');
  std::uint64_t state = 88172645463325252U;
  for (char& c : noise) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    c = static_cast<char>(state >> 32);
  }
  return noise;
}

Entry file_entry(const std::string& name, const std::string& path, std::uint64_t size, std::uint64_t offset = 0) {
  return {.path = name, .content = FileRange{path, offset, size}};
}

// The one member's data, after its content has been found to be that text.
Blob checked(const std::string& bytes, const std::string& text) {
  const zip::Reader reader = zip::Reader::of(blob_of(bytes), "written.zip");
  BOOST_REQUIRE(reader.members().size() == 1U);
  BOOST_TEST((reader.inflate(reader.members()[0]).text() == text));
  return reader.members()[0].data;
}

// A codec of a user: one of zlib's strategies, which decide about the kind of blocks and so how a stream ends.
template <int strategy, int level>
struct Other {
  explicit Other(int) {}
  static std::string id() { return "other"; }
  std::size_t compress(ByteView in, std::span<std::byte> out) { return deflate_by_strategy(in, out, level, strategy); }
};

// A codec whose streams have a false end: what cannot be opened is stored.
struct Broken {
  explicit Broken(int) {}
  static std::string id() { return "broken"; }
  std::size_t compress(ByteView in, std::span<std::byte> out) {
    const std::size_t size = zlib.compress(in, out);
    if (size > 0 && in.size() == 4 * mib) out[size / 2] ^= std::byte{0x10};
    return size;
  }
  codec::Zlib zlib{6};
};

// The same, but with a word given for its streams: they are not inflated.
struct Trusted : Broken {
  using Broken::Broken;
  static constexpr std::size_t longest_block = std::size_t{320} << 10;
};

// Text, with noise in the second part and a border inside zeros.
std::string mixed() {
  std::string text = text_of(13 * mib + 17);
  text.replace(4 * mib, 4 * mib, noise_of(4 * mib));
  return text.replace(12 * mib - 1000, 2000, std::string(2000, '\0'));
}

}  // namespace

BOOST_AUTO_TEST_CASE(sizes_around_the_borders) {
  const std::string text = text_of(12 * mib + 9), zeros(12 * mib + 9, '\0'), noise = noise_of(12 * mib + 9);
  for (const std::size_t border : {8 * mib, 12 * mib}) {
    for (const std::ptrdiff_t more : {-1, 0, 1, 2, 9}) {
      const std::size_t size = border + static_cast<std::size_t>(more);
      for (const std::string* whole : {&text, &zeros, &noise}) {
        const std::string content = whole->substr(0, size);
        const Entry entry = text_entry("big", content);
        const Blob data = checked(written({&entry, 1}, {.effort = Effort::fast}), content);
        BOOST_TEST((whole == &noise ? data.size() == size : data.size() < size / 2));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(one_sha256_for_any_number_of_threads_and_any_source) {
  TemporaryFolder folder;
  const std::string path = folder / "mixed";
  const std::string content = mixed();
  std::ofstream(path, std::ios::binary) << "123" << content;
  const Entry owned[] = {text_entry("a", "first"), text_entry("m", content), text_entry("z", text_of(100'000))};
  const Entry range[] = {owned[0], file_entry("m", path, content.size(), 3), owned[2]};
  const auto digest = [](const std::string& bytes) { return sha256_of(as_bytes(bytes)).hex(); };
  const std::string one = digest(written(owned, {}, 1));
  const std::string stored = written(owned, {.codec = codec::AnyCodec::of<codec::Stored>()});
  const zip::Reader reader = zip::Reader::of(blob_of(stored), "stored.zip");
  const Entry member[] = {owned[0], {.path = "m", .content = zip::content_of(*reader.find("m"), false)}, owned[2]};
  for (const std::size_t threads : {1U, 2U, 7U}) {
    for (const std::uint64_t window : {std::uint64_t{1}, std::uint64_t{32} << 20}) {
      BOOST_TEST(digest(written(owned, {.window = window}, threads)) == one);
      BOOST_TEST(digest(written(range, {.window = window}, threads)) == one);
      BOOST_TEST(digest(written(member, {.window = window}, threads)) == one);
    }
    Pool pool(threads);
    std::string seen, joined;
    const zip::Rope rope = zip::write_rope(range, pool, {}, [&](ByteView piece) { seen += as_text(piece); });
    for (const Blob& segment : rope.segments) joined += segment.text();
    BOOST_TEST(digest(seen) == one);
    BOOST_TEST((joined == seen));
  }
}

BOOST_AUTO_TEST_CASE(other_programs_accept_it) {
  TemporaryFolder folder;
  const Entry entries[] = {text_entry("mixed", mixed()), text_entry("noise", noise_of(9 * mib)),
                           text_entry("text", text_of(21 * mib + 3)), text_entry("zeros", std::string(30 * mib, '\0'))};
  const codec::AnyCodec codecs[] = {codec::AnyCodec::of<codec::Default>(), codec::AnyCodec::of<codec::Zlib>(),
                                    codec::AnyCodec::of<Other<Z_FIXED, 6>>()};
  for (const codec::AnyCodec& codec : codecs) {
    const std::string path = folder / "split.zip";
    std::ofstream(path, std::ios::binary) << written(entries, {.effort = Effort{3}, .codec = codec});
    if (installed("unzip")) BOOST_TEST(passes("unzip -tq " + path));
    if (installed("7z")) BOOST_TEST(passes("7z t " + path));
    BOOST_TEST(passes("python3 -m zipfile -t " + path));
  }
}

BOOST_AUTO_TEST_CASE(any_valid_stream_can_be_opened) {
  const std::string text = text_of(9 * mib + 1);
  const Entry entry = text_entry("big", text);
  const auto size = [&](const codec::AnyCodec& codec) {
    return checked(written({&entry, 1}, {.codec = codec}), text).size();
  };
  const std::size_t zlib = size(codec::AnyCodec::of<codec::Zlib>());
  BOOST_TEST((zlib < text.size() / 2));
  BOOST_TEST((size(codec::AnyCodec::of<Other<Z_FIXED, 6>>()) < text.size() / 2));
  BOOST_TEST((size(codec::AnyCodec::of<Other<Z_HUFFMAN_ONLY, 6>>()) < text.size()));
  BOOST_TEST((size(codec::AnyCodec::of<Other<Z_RLE, 6>>()) < text.size()));
  BOOST_TEST((size(codec::AnyCodec::of<Other<Z_DEFAULT_STRATEGY, 9>>()) < text.size() / 2));
  // Only stored blocks: nothing becomes smaller, so the entry is stored.
  BOOST_TEST((size(codec::AnyCodec::of<Other<Z_DEFAULT_STRATEGY, 0>>()) == text.size()));
}

BOOST_AUTO_TEST_CASE(splitting_costs_few_bytes) {
  const std::string text = text_of(16 * mib);
  std::string whole(text.size(), '\0');
  const std::size_t one = codec::Default(6).compress(as_bytes(text), std::as_writable_bytes(std::span(whole)));
  const Entry entry = text_entry("big", text);
  BOOST_TEST((checked(written({&entry, 1}), text).size() <= one + one / 300));
}

BOOST_AUTO_TEST_CASE(a_stream_that_cannot_be_opened_is_stored_in_its_place) {
  const std::string text = text_of(9 * mib);
  const Entry entry = text_entry("big", text);
  const Blob data = checked(written({&entry, 1}, {.codec = codec::AnyCodec::of<Broken>()}), text);
  BOOST_TEST((data.size() > 8 * mib));
  BOOST_TEST((data.size() < 9 * mib));
}

BOOST_AUTO_TEST_CASE(a_codec_that_names_its_longest_block_is_trusted) {
  const std::string text = text_of(9 * mib);
  const Entry entry = text_entry("big", text);
  const std::string trusted = written({&entry, 1}, {.codec = codec::AnyCodec::of<Trusted>()});
  BOOST_TEST(trusted.size() < text.size() / 2);
}

BOOST_AUTO_TEST_CASE(smallest_recompresses_large_members_and_keeps_the_smaller) {
  const std::string text = text_of(10 * mib);
  const Entry entry = text_entry("big", text);
  const auto again = [&](const std::string& bytes, const codec::AnyCodec& codec) {
    const zip::Reader reader = zip::Reader::of(blob_of(bytes), "source.zip");
    const Entry member{.path = "big", .content = zip::content_of(reader.members()[0], true)};
    return written({&member, 1}, {.effort = Effort::smallest, .codec = codec});
  };
  const auto zlib = codec::AnyCodec::of<codec::Zlib>();
  const std::string fast = written({&entry, 1}, {.effort = Effort::fast, .codec = zlib}),
                    best = written({&entry, 1}, {.effort = Effort::smallest, .codec = zlib});
  BOOST_TEST((best.size() < fast.size()));
  BOOST_TEST((again(fast, zlib) == best));
  BOOST_TEST((again(best, codec::AnyCodec::of<Other<Z_FIXED, 1>>()) == best));
}

// A deflated member of a zip that nobody has hashed.
ZipMember member_of(const std::string& text) {
  const Entry entry = text_entry("m", text);
  const std::string bytes = written({&entry, 1}, {.codec = codec::AnyCodec::of<Other<Z_HUFFMAN_ONLY, 6>>()});
  const zip::Reader reader = zip::Reader::of(blob_of(bytes), "source.zip");
  BOOST_REQUIRE(reader.members()[0].deflated());
  return zip::content_of(reader.members()[0], false);
}

BOOST_AUTO_TEST_CASE(large_members_become_what_files_would) {
  // Parts that shrink and parts that do not, and, by a codec that only stores, none that does.
  const std::string texts[] = {text_of(9 * mib + 1) + noise_of(5 * mib) + text_of(9 * mib), text_of(13 * mib)};
  std::vector<Entry> owned, members;
  for (const std::string& text : texts) {
    const std::string name = "m" + std::to_string(owned.size());
    owned.push_back(text_entry(name, text));
    members.push_back({.path = name, .content = member_of(text)});
  }
  for (const auto& codec :
       {codec::AnyCodec::of<codec::Default>(), codec::AnyCodec::of<codec::Stored>(), codec::AnyCodec::of<Broken>()}) {
    const std::string expected = written(owned, {.effort = Effort{1}, .codec = codec});
    for (const std::size_t threads : {1U, 2U, 7U}) {
      for (const std::uint64_t window : {std::uint64_t{1}, std::uint64_t{32} << 20})
        BOOST_TEST((written(members, {.effort = Effort{1}, .codec = codec, .window = window}, threads) == expected));
    }
  }
}

BOOST_AUTO_TEST_CASE(large_members_that_are_not_what_they_claim_are_refused) {
  const std::string text = text_of(9 * mib);
  const ZipMember honest = member_of(text);
  const std::string more(honest.data.text());
  std::vector<std::pair<ZipMember, std::string>> lies(7, {honest, ""});
  lies[0].first.crc32 ^= 1, lies[0].second = "CRC";
  lies[1].first.size += 1, lies[1].second = "not as large";
  lies[2].first.size += 5 * mib, lies[2].second = "not as large";
  lies[3].first.size -= 1, lies[3].second = "not as large";
  lies[4].first.data = blob_of(more + "x"), lies[4].second = "after the end";
  lies[5].first.data = blob_of(more.substr(0, more.size() / 2)), lies[5].second = "";
  lies[6].first.size = std::uint64_t{1} << 60, lies[6].second = "";
  for (const auto& [member, says] : lies) {
    for (const std::size_t threads : {1U, 7U}) {
      const Entry entries[] = {{.path = "a", .content = member}, {.path = "b", .content = member}};
      BOOST_CHECK_EXCEPTION(written(entries, {}, threads), Error, [&](const Error& error) {
        return error.causes().size() == 2 && error.causes()[0].code == Errc::damaged_zip &&
               error.causes()[1].subject == "b" && error.causes()[0].message.find(says) != std::string::npos;
      });
    }
  }
}

BOOST_AUTO_TEST_CASE(a_stop_ends_large_members_too) {
  const std::vector<Entry> entries{text_entry("a", "first"), {.path = "m", .content = member_of(text_of(30 * mib))}};
  for (const std::size_t threads : {1U, 7U}) {
    std::stop_source stop;
    const auto progress = [&](std::size_t, std::size_t) { stop.request_stop(); };
    BOOST_CHECK_EXCEPTION(written(entries, {.stop = stop.get_token(), .progress = progress}, threads), Error,
                          [](const Error& error) { return error.code() == Errc::cancelled; });
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_shrinks_is_an_error_of_its_own) {
  TemporaryFolder folder;
  const std::string path = folder / "short";
  std::ofstream(path, std::ios::binary) << text_of(9 * mib);
  const Entry entries[] = {file_entry("a", path, 13 * mib), file_entry("b", "/nowhere/b", 9 * mib),
                           file_entry("c", "/nowhere/c", 5)};
  for (const std::size_t threads : {1U, 7U}) {
    BOOST_CHECK_EXCEPTION(written(entries, {}, threads), Error, [](const Error& error) {
      BOOST_REQUIRE(error.causes().size() == 3U);
      BOOST_TEST(error.causes()[1].subject == "/nowhere/c (No such file or directory)");
      return error.causes()[2].message == "a file changed while it was packed";
    });
  }
}

// Noise is read a second time to be stored: by then it must be the same.
BOOST_AUTO_TEST_CASE(a_file_that_changes_between_two_readings_is_an_error) {
  TemporaryFolder folder;
  const std::string path = folder / "noise";
  std::ofstream(path, std::ios::binary) << noise_of(9 * mib);
  const Entry entry = file_entry("noise", path, 9 * mib);
  Pool pool(1);
  const auto sink = [&](ByteView) { std::ofstream(path, std::ios::binary) << std::string(9 * mib, 'x'); };
  BOOST_CHECK_EXCEPTION(zip::write({&entry, 1}, pool, {}, sink), Error, [](const Error& error) {
    BOOST_TEST(error.message() == "a file changed while it was packed");
    return error.subject() == "noise";
  });
}

BOOST_AUTO_TEST_CASE(progress_counts_entries_and_a_stop_ends_it) {
  const Entry entries[] = {text_entry("big", text_of(9 * mib)), text_entry("small", "x")};
  std::vector<std::size_t> done;
  std::stop_source source;
  written(entries, {.progress = [&](std::size_t now, std::size_t) { done.push_back(now); }});
  BOOST_TEST(done == (std::vector<std::size_t>{1, 2}), boost::test_tools::per_element());
  source.request_stop();
  BOOST_CHECK_EXCEPTION(written(entries, {.stop = source.get_token()}), Error,
                        [](const Error& error) { return error.code() == Errc::cancelled; });
}

BOOST_AUTO_TEST_SUITE_END()
