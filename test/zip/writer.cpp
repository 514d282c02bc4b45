// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/zip/writer.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/codec/stored.hpp>
#include <daypack/codec/zlib.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/testing/tree_literal.hpp>
#include <daypack/zip/reader.hpp>
#include <daypack/zip/records.hpp>
#include <daypack/zip/splice.hpp>

#include <zlib.h>
#include <fstream>
#include <support/programs.hpp>
#include <support/raw_zip.hpp>
#include <support/temporary_folder.hpp>
#include "support/written.hpp"

using namespace daypack;
using testing::filler;
using testing::tree_literal;

BOOST_AUTO_TEST_SUITE(zip_writer)

namespace {

std::string joined(const zip::Rope& rope) {
  std::string bytes;
  for (const Blob& segment : rope.segments) bytes += segment.text();
  return bytes;
}

zip::Reader read(const std::string& bytes) { return zip::Reader::of(blob_of(bytes), "written.zip"); }

Tree sample() {
  return tree_literal({{"a.py", "print('a')\n"},
                       {"bin/run", "#!/bin/sh\nexit 0\n", Mode::executable},
                       {"data/big.bin", filler(3'000'000)},
                       {"data/empty", ""},
                       {"data/one", "1"},
                       {"data/zeros", std::string(200'000, '\0')},
                       {"link", "a.py", Mode::symlink},
                       {"z\xc3\xa4hler.txt", "\xc3\xa4"}});
}

// Every entry as a member of a zip that was written before.
Tree spliced_sample(bool trusted, const zip::WriteOptions& options = {}) {
  const zip::Reader reader = read(written(sample().entries(), options));
  std::vector<Entry> entries;
  for (const zip::Member& member : reader.members()) {
    entries.push_back(
        {.path = std::string(member.name), .mode = zip::mode_of(member), .content = zip::content_of(member, trusted)});
  }
  return Tree::of(std::move(entries));
}

void check_same_contents(const std::string& bytes, const Tree& tree) {
  const zip::Reader reader = read(bytes);
  BOOST_REQUIRE(reader.members().size() == tree.size());
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const Entry& entry = tree.entries()[i];
    const zip::Member& member = reader.members()[i];
    BOOST_TEST(member.name == entry.path);
    BOOST_TEST((zip::mode_of(member) == entry.mode));
    BOOST_TEST((reader.inflate(member).text() == read_content(entry).text()));
  }
}

struct Once {  // deflates by zlib, in a way of its own
  explicit Once(int) : zlib(1) {}
  static std::string id() { return "once-1"; }
  std::size_t compress(ByteView in, std::span<std::byte> out) { return zlib.compress(in, out); }
  codec::Zlib zlib;
};

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) { check_same_contents(written(sample().entries()), sample()); }

BOOST_AUTO_TEST_CASE(nothing_makes_an_empty_zip) { BOOST_TEST(written({}).size() == 22U); }

BOOST_AUTO_TEST_CASE(other_programs_accept_it) {
  TemporaryFolder folder;
  for (const bool empty : {true, false}) {
    const std::string path = folder / (empty ? "empty.zip" : "sample.zip");
    std::ofstream(path, std::ios::binary) << written(empty ? Tree().entries() : sample().entries());
    if (installed("unzip") && !empty) BOOST_TEST(passes("unzip -tq " + path));  // unzip warns of an empty one
    if (installed("7z")) BOOST_TEST(passes("7z t " + path));
    BOOST_TEST(passes("python3 -m zipfile -t " + path));
  }
  BOOST_TEST(
      passes("cd " + folder.path().string() +
             " && unzip -q sample.zip && ./bin/run && test ! -x a.py && test -L link && test -f z\xc3\xa4hler.txt"));
  BOOST_TEST(passes(
      "cd " + folder.path().string() +
      " && python3 -c 'import zipfile; z = zipfile.ZipFile(\"sample.zip\"); "
      "assert all(i.date_time == (1980, 1, 1, 0, 0, 0) and i.create_system == 3 and i.extract_version == 20 and not "
      "i.extra "
      "and not i.flag_bits & 8 for i in z.infolist()); "
      "assert z.read(\"data/zeros\") == bytes(200000); assert z.getinfo(\"a.py\").external_attr >> 16 == 0o100644'"));
}

BOOST_AUTO_TEST_CASE(the_bytes_do_not_depend_on_the_threads) {
  const std::string one = written(sample().entries(), {}, 1);
  for (std::size_t threads : {2U, 7U}) {
    BOOST_TEST((written(sample().entries(), {}, threads) == one));
    BOOST_TEST((written(sample().entries(), {.window = 1}, threads) == one));
  }
  Pool pool(2);
  std::string seen;
  const zip::Rope rope = zip::write_rope(sample().entries(), pool, {}, [&](ByteView piece) { seen += as_text(piece); });
  BOOST_TEST((joined(rope) == one));
  BOOST_TEST((seen == one));
}

BOOST_AUTO_TEST_CASE(what_does_not_shrink_is_stored) {
  const zip::Reader reader = read(written(sample().entries()));
  const auto method = [&](std::string_view name) { return reader.find(name)->method; };
  BOOST_TEST(method("data/zeros") == zip::method_deflated);
  BOOST_TEST(method("data/big.bin") == zip::method_deflated);
  BOOST_TEST(method("data/empty") == zip::method_stored);
  BOOST_TEST(method("data/one") == zip::method_stored);
  BOOST_TEST(method("a.py") == zip::method_stored);
  BOOST_TEST(method("link") == zip::method_stored);
  for (const zip::Member& member : reader.members())
    BOOST_TEST((!member.deflated() || member.data.size() < member.size));
}

BOOST_AUTO_TEST_CASE(only_names_beyond_ascii_have_the_flag) {
  const zip::Reader reader = read(written(sample().entries()));
  for (const zip::Member& member : reader.members())
    BOOST_TEST(member.flags == (member.name == "z\xc3\xa4hler.txt" ? zip::flag_utf8 : 0));
}

BOOST_AUTO_TEST_CASE(dates) {
  const Tree one = tree_literal({{"a", "x"}});
  const auto date = [&](std::int64_t epoch) {
    const auto header = zip::load_record<zip::LocalHeader>(as_bytes(written(one.entries(), {.epoch = epoch})).data());
    return (std::uint32_t{header.date} << 16) | header.time;
  };
  BOOST_TEST(date(1'700'000'001) ==
             ((((2023U - 1980) << 9 | 11 << 5 | 14) << 16) | (22U << 11 | 13 << 5 | 10)));  // 2023-11-14 22:13:21
  BOOST_TEST(date(0) == 0x00210000U);            // before the format's first day
  BOOST_TEST(date(315'532'800) == 0x00210000U);  // its first day
  BOOST_TEST(date(9'000'000'000) == ((((127U << 9 | 12 << 5 | 31)) << 16) | (23U << 11 | 59 << 5 | 29)));
  const auto header = zip::load_record<zip::LocalHeader>(as_bytes(written(one.entries())).data());
  BOOST_TEST(header.date == 0x21U);
  BOOST_TEST(header.time == 0U);
}

BOOST_AUTO_TEST_CASE(codecs_are_interchangeable) {
  const Tree tree = sample();
  const std::string fast = written(tree.entries(), {.effort = Effort::fast}),
                    best = written(tree.entries(), {.effort = Effort{9}});
  BOOST_TEST(best.size() < fast.size());
  check_same_contents(written(tree.entries(), {.codec = codec::AnyCodec::of<codec::Zlib>()}), tree);
  check_same_contents(written(tree.entries(), {.codec = codec::AnyCodec::of<Once>()}), tree);
  const std::string stored = written(tree.entries(), {.codec = codec::AnyCodec::of<codec::Stored>()});
  check_same_contents(stored, tree);
  const zip::Reader reader = read(stored);
  for (const zip::Member& member : reader.members()) BOOST_TEST(!member.deflated());
}

BOOST_AUTO_TEST_CASE(trusted_streams_are_copied_verbatim) {
  const Tree tree = spliced_sample(true, {.effort = Effort{1}});
  Pool pool(2);
  const zip::Rope rope = zip::write_rope(tree.entries(), pool, {});
  check_same_contents(joined(rope), sample());
  std::size_t borrowed = 0;
  for (const Entry& entry : tree) {
    const ZipMember& member = std::get<ZipMember>(entry.content);
    for (const Blob& segment : rope.segments)
      borrowed +=
          member.deflated && segment.bytes.data() == member.data.bytes.data() && segment.size() == member.data.size();
  }
  BOOST_TEST(borrowed == 2U);  // the two that are deflated: the very bytes, in place
}

BOOST_AUTO_TEST_CASE(untrusted_streams_are_deflated_again) {
  const std::string balanced = written(sample().entries());
  BOOST_TEST((written(spliced_sample(false, {.effort = Effort{1}}).entries()) == balanced));
  BOOST_TEST((written(spliced_sample(true, {.effort = Effort{1}}).entries()) != balanced));
}

BOOST_AUTO_TEST_CASE(smallest_keeps_the_smaller) {
  const Tree from_fast = spliced_sample(true, {.effort = Effort{1}});
  const std::string smallest = written(from_fast.entries(), {.effort = Effort::smallest});
  BOOST_TEST((smallest == written(sample().entries(), {.effort = Effort::smallest})));
  // Zlib at level 1 cannot beat what level 12 has made: the streams stay.
  const Tree from_smallest = spliced_sample(true, {.effort = Effort::smallest});
  BOOST_TEST((written(from_smallest.entries(), {.effort = Effort::smallest, .codec = codec::AnyCodec::of<Once>()}) ==
              smallest));
}

BOOST_AUTO_TEST_CASE(stored_members_are_deflated_but_for_fast) {
  const Tree tree = spliced_sample(true, {.codec = codec::AnyCodec::of<codec::Stored>()});
  BOOST_TEST((written(tree.entries()) == written(sample().entries())));
  BOOST_TEST(!read(written(tree.entries(), {.effort = Effort::fast})).find("data/zeros")->deflated());
}

BOOST_AUTO_TEST_CASE(empty_members_that_are_deflated_become_stored) {
  RawZip raw;
  raw.members = {raw_member("empty", "", true)};
  const zip::Reader reader = read(raw.bytes());
  for (const bool trusted : {true, false}) {
    const Entry entry{.path = "empty", .content = zip::content_of(reader.members()[0], trusted)};
    const zip::Reader back = read(written({&entry, 1}));
    BOOST_TEST(!back.members()[0].deflated());
    BOOST_TEST(back.members()[0].data.size() == 0U);
  }
}

BOOST_AUTO_TEST_CASE(ranges_of_files_are_read) {
  TemporaryFolder folder;
  const std::string path = folder / "f";
  std::ofstream(path, std::ios::binary) << "0123456789";
  const std::vector<Entry> entries{{.path = "all", .content = FileRange{path, 0, 10}},
                                   {.path = "part", .content = FileRange{path, 2, 3}}};
  const zip::Reader reader = read(written(entries));
  BOOST_TEST(reader.inflate(reader.members()[0]).text() == "0123456789");
  BOOST_TEST(reader.inflate(reader.members()[1]).text() == "234");
}

BOOST_AUTO_TEST_CASE(unreadable_contents_are_collected) {
  std::vector<Entry> entries;
  for (const char* name : {"c", "a", "b"}) {
    entries.push_back({.path = name, .content = FileRange{std::string("/nowhere/") + name, 0, 5}});
  }
  RawZip raw;
  raw.both([](auto& header) { header.crc32 ^= 1; });
  const zip::Reader reader = read(raw.bytes());
  entries.push_back({.path = "d", .content = zip::content_of(reader.members()[0], false)});
  const Tree tree = Tree::of(std::move(entries));
  for (std::size_t threads : {1U, 2U, 7U}) {
    BOOST_CHECK_EXCEPTION(written(tree.entries(), {}, threads), Error, [](const Error& e) {
      BOOST_TEST(e.message() == "some entries cannot be packed");
      BOOST_REQUIRE(e.causes().size() == 4U);
      BOOST_TEST(e.causes()[0].subject == "/nowhere/a (No such file or directory)");
      BOOST_TEST(e.causes()[3].message == "a member does not have the CRC that its header says");
      return e.causes()[3].subject == "d";
    });
  }
}

BOOST_AUTO_TEST_CASE(paths_are_refused_before_the_first_byte) {
  const auto refused = [](std::vector<Entry> entries, Errc code, const std::string& message) {
    Pool pool(1);
    BOOST_CHECK_EXCEPTION(zip::write(entries, pool, {}, [](ByteView) { BOOST_ERROR("a byte was written"); }), Error,
                          [&](const Error& e) {
                            BOOST_TEST(e.message() == message);
                            return e.code() == code;
                          });
  };
  refused({text_entry("../a", "")}, Errc::unsafe_path, "a path has a '..' component");
  refused({text_entry("", "")}, Errc::unsafe_path, "a path is empty");
  refused({text_entry("\xff", "")}, Errc::unsafe_path, "a path is not UTF-8");
  refused({text_entry("b", ""), text_entry("a", "")}, Errc::usage,
          "entries of a zip must be sorted by path, each once");
  refused({text_entry("a", ""), text_entry("a", "")}, Errc::usage,
          "entries of a zip must be sorted by path, each once");
}

BOOST_AUTO_TEST_CASE(it_can_be_stopped_and_watched) {
  std::stop_source source;
  std::vector<std::size_t> done;
  const auto progress = [&](std::size_t now, std::size_t total) {
    done.push_back(now);
    BOOST_TEST(total == 8U);
    if (now == 3) source.request_stop();
  };
  BOOST_CHECK_EXCEPTION(written(sample().entries(), {.stop = source.get_token(), .progress = progress}), Error,
                        [](const Error& e) { return e.code() == Errc::cancelled; });
  BOOST_TEST(done == (std::vector<std::size_t>{1, 2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(zip64_by_count) {
  for (std::size_t count : {std::size_t{65'535}, std::size_t{65'536}}) {
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string number = std::to_string(i);
      entries.push_back(text_entry("f" + std::string(5 - number.size(), '0') + number, number));
    }
    const std::string bytes = written(entries);
    const bool wide = as_text(as_bytes(bytes).last(42)).starts_with("PK\6\7");
    BOOST_TEST(wide == (count > 65'535));
    BOOST_TEST(read(bytes).members().size() == count);
    TemporaryFolder folder;
    std::ofstream(folder / "many.zip", std::ios::binary) << bytes;
    if (installed("unzip")) BOOST_TEST(passes("unzip -tq " + (folder / "many.zip")));
    if (installed("7z")) BOOST_TEST(passes("7z t " + (folder / "many.zip")));
    BOOST_TEST(
        passes("python3 -c 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert len(z.infolist()) == " +
               std::to_string(count) + " and z.testzip() is None' " + (folder / "many.zip")));
  }
}

// A size and an offset over 4 GiB: zeros that no disk holds, written to a sparse file, read by others.
BOOST_AUTO_TEST_CASE(zip64_by_size) {
  TemporaryFolder folder;
  const std::string zeros = folder / "zeros", path = folder / "large.zip";
  const std::uint64_t large = (std::uint64_t{4} << 30) + 1;
  std::ofstream(zeros).put('\0');
  boost::filesystem::resize_file(zeros, large);
  const Blob map = daypack::detail::map_file(zeros);
  const std::string piece_of_zeros(1 << 20, '\0');
  unsigned long crc = ::crc32_z(0, nullptr, 0);  // of the zeros, without reading the file
  for (int i = 0; i < 4096; ++i)
    crc = ::crc32_z(crc, reinterpret_cast<const Bytef*>(piece_of_zeros.data()), piece_of_zeros.size());
  crc = ::crc32_z(crc, reinterpret_cast<const Bytef*>(piece_of_zeros.data()), 1);
  const std::vector<Entry> entries{{.path = "large",
                                    .content = ZipMember{.data = map,
                                                         .size = large,
                                                         .crc32 = static_cast<std::uint32_t>(crc),
                                                         .deflated = false,
                                                         .trusted = true}},
                                   text_entry("later", "x")};
  Pool pool(2);
  std::ofstream file(path, std::ios::binary);
  const zip::Written result = zip::write(entries, pool, {.effort = Effort::fast}, [&](ByteView piece) {
    if (piece.size() > 1'000'000)
      file.seekp(static_cast<std::streamoff>(piece.size()), std::ios::cur);
    else
      file.write(as_text(piece).data(), static_cast<std::streamsize>(piece.size()));
  });
  file.close();
  BOOST_TEST(result.size == boost::filesystem::file_size(path));
  const zip::Reader reader = zip::Reader::of(daypack::detail::map_file(path), path);
  BOOST_REQUIRE(reader.members().size() == 2U);
  BOOST_TEST(reader.members()[0].size == large);
  BOOST_TEST(reader.members()[1].header_offset > std::uint64_t{4} << 30);
  BOOST_TEST(reader.inflate(reader.members()[1]).text() == "x");
  BOOST_TEST(passes(
      "python3 -c 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.read(\"later\") == b\"x\" and "
      "z.getinfo(\"large\").file_size == (4 << 30) + 1 and z.getinfo(\"large\").extract_version == 45' " +
      path));
  if (installed("unzip")) BOOST_TEST(passes("unzip -tq " + path + " later"));
  if (installed("7z")) BOOST_TEST(passes("7z t " + path + " later"));
}

BOOST_AUTO_TEST_SUITE_END()
