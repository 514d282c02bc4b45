// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/entry.hpp>  // self-contained

#include "support/temporary_folder.hpp"

#include <zlib.h>
#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(entry)

namespace {

std::string deflated(const std::string& text) {
  std::string out(compressBound(text.size()), '\0');
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

ZipMember member_of(const std::string& text, bool deflate) {
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
  return {.data = blob_of(deflate ? deflated(text) : text),
          .size = text.size(),
          .crc32 = static_cast<std::uint32_t>(crc),
          .deflated = deflate};
}

auto is(Errc code) {
  return [code](const Error& error) { return error.code() == code; };
}

}  // namespace

BOOST_AUTO_TEST_CASE(owned_text_is_the_short_way) {
  const Entry made = text_entry("a.py", "print()");
  BOOST_TEST(made.path == "a.py");
  BOOST_TEST((made.mode == Mode::file));
  BOOST_TEST(size_of(made.content) == 7u);
  BOOST_TEST(compressed_size_of(made.content) == 0u);
  BOOST_TEST(read_content(made).text() == "print()");
  BOOST_TEST(!made.origin);
}

BOOST_AUTO_TEST_CASE(a_member_is_inflated_when_it_is_read) {
  const std::string text(100'000, 'x');
  for (bool deflate : {true, false}) {
    const Entry entry{.path = "x", .content = member_of(text, deflate)};
    BOOST_TEST(size_of(entry.content) == text.size());
    BOOST_TEST((compressed_size_of(entry.content) < 1000u) == deflate);
    BOOST_TEST((read_content(entry).text() == text));
  }
  BOOST_TEST(read_content({.path = "empty", .content = member_of("", true)}).size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_member_that_is_not_what_it_claims_is_refused) {
  const std::string text(1000, 'x');
  ZipMember wrong_sum = member_of(text, true);
  wrong_sum.crc32 ^= 1;
  ZipMember too_long = member_of(text, true);
  too_long.size -= 1;
  ZipMember too_short = member_of(text, true);
  too_short.size += 1;
  ZipMember cut = member_of(text, true);
  cut.data = cut.data.slice(0, cut.data.size() - 2);
  for (const ZipMember& member : {wrong_sum, too_long, too_short, cut}) {
    const auto wheel =
        std::make_shared<const Distribution>(Distribution{"six", "1.17.0", "six-1.17.0-py3-none-any.whl", ""});
    const Entry entry{.path = "six.py", .content = member, .origin = wheel};
    BOOST_CHECK_EXCEPTION(read_content(entry), Error, [](const Error& error) {
      return error.code() == Errc::damaged_zip &&
             std::string(error.what()).find("six.py (six-1.17.0-py3-none-any.whl)") != std::string::npos;
    });
  }
}

BOOST_AUTO_TEST_CASE(a_range_of_a_file_is_read_when_it_is_needed) {
  const TemporaryFolder folder;
  const std::string path = folder / "data";
  detail::write_file(path, "0123456789");
  const Entry entry{.path = "part", .content = FileRange{.file = path, .offset = 2, .size = 3}};
  BOOST_TEST(read_content(entry).text() == "234");
  detail::write_file(path, "0123");
  BOOST_CHECK_EXCEPTION(read_content(entry), Error, is(Errc::unreadable));
  boost::filesystem::remove(path);
  BOOST_CHECK_THROW(read_content(entry), Error);
}

BOOST_AUTO_TEST_CASE(a_path_of_the_host_is_the_text_that_it_was_made_of) {
  BOOST_TEST(HostPath().text() == "");
  BOOST_TEST(HostPath("/a/b c").text() == "/a/b c");
  const std::string text = "../\xc3\xa9";
  const HostPath path = text;
  const HostPath copy = path;
  BOOST_TEST(copy.text() == text);
}

BOOST_AUTO_TEST_CASE(paths_that_are_made_together_stay_what_they_are) {
  std::vector<std::string> texts{"", "f", "/", "/f", "a/", "a/f", "a/b", "a/c/f", "a/b", "b/", "b/f", "b/a/f"};
  for (int i = 0; i < 3000; ++i)
    texts.push_back("folder/" + std::to_string(i / 7 % 3) + "/a name of some bytes " + std::to_string(i));
  texts.push_back(std::string(100'000, 'x') + "/long");  // alone longer than what is allocated at once
  texts.push_back(std::string(100'000, 'x') + "/longer");
  texts.push_back("f");
  std::vector<HostPath> made;
  {
    HostPaths paths;
    for (const std::string& text : texts) made.push_back(paths.make(text));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) BOOST_TEST(made[i].text() == texts[i]);
}

BOOST_AUTO_TEST_CASE(modes_have_words) {
  BOOST_TEST(to_string(Mode::file) == "file");
  BOOST_TEST(to_string(Mode::executable) == "executable");
  BOOST_TEST(to_string(Mode::symlink) == "symlink");
}

BOOST_AUTO_TEST_SUITE_END()
