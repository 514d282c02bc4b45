// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// What the writer refuses before its first byte, and what it does when reading or writing fails.
#include <boost/test/unit_test.hpp>

#include <daypack/archive.hpp>
#include <daypack/codec/stored.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/testing/fail_at.hpp>
#include <daypack/testing/tree_literal.hpp>
#include <daypack/zip/reader.hpp>
#include <daypack/zip/splice.hpp>
#include <daypack/zip/writer.hpp>

#include <algorithm>
#include <fstream>
#include <functional>
#include <optional>
#include <support/raw_zip.hpp>
#include <support/temporary_folder.hpp>

using namespace daypack;
using testing::filler;

BOOST_AUTO_TEST_SUITE(zip_writer_refusals)

namespace {

// The error of a zip, of which no byte was written.
Error refusal_of(const std::vector<Entry>& entries) {
  Pool pool(2);
  std::size_t calls = 0;
  std::optional<Error> refusal;
  try {
    zip::write(entries, pool, {}, [&](ByteView) { ++calls; });
  } catch (const Error& error) {
    refusal = error;
  }
  BOOST_TEST(calls == 0U);
  BOOST_CHECK_THROW(zip::write_rope(entries, pool, {}), Error);
  BOOST_CHECK_THROW(zip::predicted_size(entries, {}), Error);
  BOOST_REQUIRE(refusal.has_value());
  return *refusal;
}

Entry member_entry(const ZipMember& member) { return {.path = "m", .content = member}; }

// A member of a sound zip, to be made a liar.
ZipMember member_of(const std::string& text, bool deflated, bool trusted) {
  RawZip raw;
  raw.members = {raw_member("m", text, deflated)};
  return zip::content_of(zip::Reader::of(blob_of(raw.bytes()), "source.zip").members()[0], trusted);
}

Entry file_entry(std::string name, const std::string& path, std::uint64_t size) {
  return {.path = std::move(name), .content = FileRange{path, 0, size}};
}

// Runs the work with each of its file operations failing once, and gives how many there are.
int failing_each_operation(const std::function<void()>& work, Errc code) {
  for (int n = 1;; ++n) {
    testing::fail_at fault(n);
    std::optional<Error> error;
    try {
      work();
    } catch (const Error& e) {
      error = e;
    }
    if (!fault.hit()) {
      BOOST_TEST(!error.has_value());
      return n - 1;
    }
    BOOST_REQUIRE(error.has_value());
    BOOST_TEST((error->code() == code));
    BOOST_TEST(std::string(error->what()).find("No space left") != std::string::npos);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(names_that_no_zip_can_hold) {
  for (const std::size_t size : {std::size_t{4097}, std::size_t{65'535}, std::size_t{65'536}, std::size_t{100'000}}) {
    const Error error = refusal_of({text_entry("a", "x"), text_entry(std::string(size, 'n'), "x")});
    BOOST_TEST((error.code() == Errc::unsafe_path));
    BOOST_TEST(error.message() == "a path is longer than 4096 bytes");
  }
  BOOST_TEST((refusal_of({text_entry("../a", "x")}).code() == Errc::unsafe_path));
  BOOST_TEST((refusal_of({text_entry("\xff", "x")}).code() == Errc::unsafe_path));
  BOOST_TEST((refusal_of({text_entry("b", ""), text_entry("a", "")}).code() == Errc::usage));
  BOOST_TEST((refusal_of({text_entry("a", ""), text_entry("a", "")}).code() == Errc::usage));
}

BOOST_AUTO_TEST_CASE(trusted_members_that_cannot_be_what_they_say) {
  const std::string text(10'000, 'x');
  std::vector<ZipMember> liars(4, member_of(text, false, true));
  liars[0].size -= 1;
  liars[1].size += 1;
  liars[2] = member_of(text, true, true);
  liars[2].size = liars[2].data.size() * 1032 + 1;
  liars[3] = member_of("", true, true);
  liars[3].crc32 = 1;
  for (const ZipMember& liar : liars) {
    const Error error = refusal_of({member_entry(liar)});
    BOOST_TEST((error.code() == Errc::damaged_zip));
    BOOST_TEST(error.message() == "a member of a zip is not of the size that it claims");
    BOOST_TEST(error.subject().starts_with("m (got "));
  }
  // As many zeros as deflate can say in a stream are no lie.
  const ZipMember zeros = member_of(std::string(10'000'000, '\0'), true, true);
  BOOST_TEST(zip::predicted_size(std::vector{member_entry(zeros)}, {}).has_value());
}

BOOST_AUTO_TEST_CASE(members_that_are_not_trusted_are_looked_at) {
  for (const bool deflated : {true, false}) {
    for (int lie = 0; lie < 3; ++lie) {
      ZipMember member = member_of(filler(1000), deflated, false);
      member.size += lie == 0 ? 1 : lie == 1 ? std::uint64_t(-1) : 0;
      member.crc32 ^= lie == 2 ? 1 : 0;
      Pool pool(2);
      std::size_t calls = 0;
      BOOST_CHECK_EXCEPTION(
          zip::write(std::vector{member_entry(member)}, pool, {}, [&](ByteView) { ++calls; }), Error,
          [](const Error& error) { return error.code() == Errc::damaged_zip && error.subject() == "m"; });
      BOOST_TEST(calls == 0U);
    }
  }
}

// Small files and one in parts: none of them gets a header before all of it was read.
BOOST_AUTO_TEST_CASE(files_of_another_size_than_they_were) {
  TemporaryFolder folder;
  for (const std::uint64_t size : {std::uint64_t{1000}, std::uint64_t{9} << 20}) {
    std::ofstream(folder / "f", std::ios::binary) << filler(size);
    Pool pool(2);
    std::size_t calls = 0;
    const auto sink = [&](ByteView) { ++calls; };
    BOOST_CHECK_EXCEPTION(zip::write(std::vector{file_entry("f", folder / "f", size + 1)}, pool, {}, sink), Error,
                          [](const Error& error) {
                            BOOST_TEST(error.message() == "a file changed while it was packed");
                            return error.code() == Errc::unreadable;
                          });
    BOOST_TEST(calls == 0U);
  }
}

BOOST_AUTO_TEST_CASE(every_reading_may_fail) {
  TemporaryFolder folder;
  const std::uint64_t large = std::uint64_t{9} << 20;
  std::ofstream(folder / "large", std::ios::binary) << filler(large);
  std::ofstream(folder / "small", std::ios::binary) << filler(5000);
  const std::vector<Entry> entries{file_entry("large", folder / "large", large),
                                   file_entry("small", folder / "small", 5000), text_entry("text", "text")};
  Pool pool(2);
  const int operations = failing_each_operation(
      [&] { zip::write(entries, pool, {.effort = Effort::fast}, [](ByteView) {}); }, Errc::unreadable);
  BOOST_TEST(operations == 2 * 4);  // opened and read: three parts and one file
}

// Stored data of a rope lies in memory and then in a temporary file, and is saved from there.
BOOST_AUTO_TEST_CASE(every_writing_may_fail) {
  TemporaryFolder folder;
  const std::string path = folder / "out.zip", noise = filler(65 << 20);
  const std::vector<Entry> entries{member_entry(member_of("x", false, false)),
                                   {.path = "n", .content = member_of(noise, true, false)}};
  Pool pool(2);
  const zip::WriteOptions stored{.codec = codec::AnyCodec::of<codec::Stored>()};
  zip::Rope rope;
  BOOST_TEST(failing_each_operation([&] { rope = zip::write_rope(entries, pool, stored); }, Errc::unwritable) >= 2);
  // Some of each segment, for it is written in many blocks, of which each fails once.
  for (Blob& segment : rope.segments) segment = segment.slice(0, std::min<std::size_t>(segment.size(), 600'000));
  daypack::detail::write_file(path, "old");
  const Archive archive(std::move(rope.segments), {}, {});
  const auto saved_again = [&] {
    archive.save(path);
    daypack::detail::write_file(path, "old");
  };
  BOOST_TEST(failing_each_operation(saved_again, Errc::unwritable) >= 5);
  BOOST_TEST(daypack::detail::read_file(path) == "old");
  BOOST_TEST(std::distance(boost::filesystem::directory_iterator(folder.path()), {}) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
