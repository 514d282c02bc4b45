// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// The general profile: what honest writers do is read, what contradicts itself is not.
#include <boost/test/unit_test.hpp>

#include <daypack/error.hpp>

#include <map>
#include <support/error_of.hpp>
#include <support/zip_faults.hpp>

using namespace daypack;
using zip::Reader;

BOOST_AUTO_TEST_SUITE(zip_reader_general)

namespace {

Reader general(std::string bytes) {
  return Reader::of(blob_of(std::move(bytes)), "any.zip", {.profile = zip::Profile::general});
}
zip::Fault fault_of(std::string bytes) { return ::fault_of(std::move(bytes), zip::Profile::general); }

void check_sample(const std::string& bytes) {
  const Reader reader = general(bytes);
  BOOST_REQUIRE(reader.members().size() == 2U);
  BOOST_TEST(reader.members()[0].name == "a.txt");
  BOOST_TEST(reader.inflate(reader.members()[0]).text() == std::string(1000, 'a'));
  BOOST_TEST(reader.inflate(*reader.find("b/c.txt")).text() == "hello");
}

std::string four(std::uint64_t value) { return eight(value).substr(0, 4); }

// The first member as a streaming writer leaves it: its local header knows nothing yet, `descriptor` follows the data.
std::string streamed(const std::function<std::string(const RawMember&)>& descriptor,
                     const std::string& local_extra = {}, std::uint32_t unknown = 0) {
  return after([&](RawZip& z) {
    z.both([](auto& header) { header.flags = zip::flag_data_descriptor; });
    RawMember& first = z.first();
    first.local.crc32 = 0;
    first.local.size = first.local.compressed = unknown;
    first.local_extra = local_extra;
    z.second().before = descriptor(first);
  });
}

std::string narrow(const RawMember& of) {
  return four(of.central.crc32) + four(of.central.compressed) + four(of.central.size);
}
std::string wide(const RawMember& of) {
  return four(of.central.crc32) + eight(of.central.compressed) + eight(of.central.size);
}
std::string only_name(const std::string& bytes) { return std::string(general(bytes).members()[0].name); }

}  // namespace

BOOST_AUTO_TEST_CASE(data_descriptors_of_each_form) {
  const std::string magic("PK\7\x8", 4);
  check_sample(streamed([&](const RawMember& of) { return magic + narrow(of); }));
  check_sample(streamed([&](const RawMember& of) { return magic + wide(of); }));
  check_sample(streamed(narrow));
  check_sample(streamed(wide));
  check_sample(streamed(wide, extra_field(1, eight(0) + eight(0)), zip::sentinel32));  // Info-ZIP to a pipe
  check_sample(streamed(wide, extra_field(1, eight(0) + eight(0))));                   // Python to a pipe
  // Some writers know it all before, and write the descriptor nonetheless.
  check_sample(after([&](RawZip& z) {
    z.both([](auto& header) { header.flags = zip::flag_data_descriptor; });
    z.second().before = magic + narrow(z.first());
  }));
}

BOOST_AUTO_TEST_CASE(data_descriptors_that_contradict) {
  const auto changed = [](std::size_t at) {
    return fault_of(streamed([at](const RawMember& of) {
      std::string text = narrow(of);
      text[at] = static_cast<char>(text[at] ^ 1);
      return text;
    }));
  };
  for (const std::size_t at : {0U, 4U, 8U}) BOOST_TEST(changed(at) == zip::Fault::descriptor_differs);
  BOOST_TEST(fault_of(streamed([](const RawMember&) { return std::string(); })) == zip::Fault::descriptor_differs);
  BOOST_TEST(fault_of(streamed(narrow, {}, 7)) == zip::Fault::local_size_differs);
  BOOST_TEST(fault_of(streamed(narrow, {}, zip::sentinel32)) == zip::Fault::local_size_differs);
  BOOST_TEST(fault_of(streamed(narrow, extra_field(1, eight(7) + eight(0)))) == zip::Fault::local_size_differs);
  BOOST_TEST(fault_of(streamed(narrow, extra_field(1, eight(0) + eight(7)))) == zip::Fault::local_size_differs);
  const std::string crc = after([](RawZip& z) {
    z.both([](auto& header) { header.flags = zip::flag_data_descriptor; });
    z.first().local.crc32 ^= 1;
    z.second().before = narrow(z.first());
  });
  BOOST_TEST(fault_of(crc) == zip::Fault::local_crc_differs);
  // At the end of the file, where the directory begins: nothing is read beyond.
  const std::string last = after([](RawZip& z) {
    z.second().central.flags = z.second().local.flags = zip::flag_data_descriptor;
    z.before_directory = narrow(z.second()).substr(0, 11);
  });
  BOOST_TEST(fault_of(last) == zip::Fault::descriptor_differs);
}

BOOST_AUTO_TEST_CASE(bytes_before_the_archive) {
  const std::string script = "#!/usr/bin/env python3\n";
  check_sample(script + RawZip().bytes());                          // cat script zip
  check_sample(after([&](RawZip& z) { z.prefix = script; }));       // zip -A, python -m zipapp
  check_sample(RawZip().bytes().substr(0, 40) + RawZip().bytes());  // begins like another zip
  check_sample(script + after([](RawZip& z) { z.zip64 = true; }));
  check_sample(after([&](RawZip& z) { z.prefix = script, z.zip64 = true; }));
  RawZip empty;
  empty.members.clear();
  BOOST_TEST(general(script + empty.bytes()).members().empty());
  // Offsets that count from neither begin.
  BOOST_TEST(fault_of(script + after([](RawZip& z) { z.directory_off = -1; })) == zip::Fault::local_header_missing);
  BOOST_TEST(fault_of(script + after([](RawZip& z) { z.zip64 = true, z.directory_off = -1; })) ==
             zip::Fault::directory_misplaced);
  BOOST_TEST(fault_of(script + after([](RawZip& z) { z.zip64 = true, z.locator.offset = 1; })) ==
             zip::Fault::directory_misplaced);
  BOOST_TEST(fault_of(after([](RawZip& z) { z.zip64 = true, z.locator.offset = 1; })) == zip::Fault::zip64_locator);
  BOOST_TEST(fault_of(script + after([](RawZip& z) { z.second().central.offset = 0x7fffffff; })) ==
             zip::Fault::local_header_missing);
}

BOOST_AUTO_TEST_CASE(gaps_comments_and_padding) {
  check_sample(after([](RawZip& z) {
    z.second().before = "a gap", z.before_directory = "another";
    z.first().comment = "of a member";
    z.suffix = "of the archive, with PK\3\4 and PK\n in it";
    z.end.comment_length = static_cast<std::uint16_t>(z.suffix.size());
    z.first().local_extra = std::string(3, '\0');                       // zipalign
    z.second().central_extra = extra_field(0x5455, std::string(5, 1));  // a time
    z.first().central.version_needed = z.first().local.version_needed = 63;
    z.first().central.flags = z.first().local.flags = 1 << 14;
  }));
  BOOST_TEST(fault_of(after([](RawZip& z) { z.first().central_extra = "abcd"; })) == zip::Fault::damaged_extra);
  BOOST_TEST(fault_of(after_both([](auto& h) { h.version_needed = 64; })) == zip::Fault::unsupported_version);
  BOOST_TEST(fault_of(after([](RawZip& z) { z.first().local.version_needed = 64; })) ==
             zip::Fault::unsupported_version);
  BOOST_TEST(fault_of(after_both([](auto& h) { h.flags = 1 << 5; })) == zip::Fault::unknown_flags);  // patched data
  BOOST_TEST(fault_of(after_both([](auto& h) { h.flags = zip::flag_masked_headers; })) == zip::Fault::encrypted);
}

// A comment that holds a whole zip: its end record is the last one, so it must be the archive's.
BOOST_AUTO_TEST_CASE(a_comment_with_an_end_record_is_refused) {
  RawZip empty;
  empty.members.clear();
  for (const std::string& comment : {empty.bytes(), empty.bytes() + "x"}) {
    const zip::Fault fault = fault_of(after(
        [&](RawZip& z) { z.suffix = comment, z.end.comment_length = static_cast<std::uint16_t>(comment.size()); }));
    BOOST_TEST(fault != zip::Fault::none);
  }
}

BOOST_AUTO_TEST_CASE(names_in_older_encodings) {
  BOOST_TEST(only_name(with_name("gr\x81\xe1.txt")) == "gr\xc3\xbc\xc3\x9f.txt");          // code page 437
  BOOST_TEST(only_name(with_name("\xdb\xff")) == "\xe2\x96\x88\xc2\xa0");                  // its graphics
  BOOST_TEST(only_name(with_name("gr\xc3\xbc\xc3\x9f.txt")) == "gr\xc3\xbc\xc3\x9f.txt");  // macOS, Info-ZIP
  BOOST_TEST(fault_of(with_name("gr\xfc", zip::flag_utf8)) == zip::Fault::name_not_utf8);
  const Reader reader = general(with_name("gr\x81\xe1.txt"));
  const Reader copy = reader;
  BOOST_TEST(copy.find("gr\xc3\xbc\xc3\x9f.txt") == &copy.members()[0]);
  BOOST_TEST(fault_of(after([](RawZip& z) {  // two that become one
               rename_first(z, "\x81");
               z.second() = raw_member("\xc3\xbc", "", false);
             })) == zip::Fault::duplicate_name);
}

BOOST_AUTO_TEST_CASE(the_second_name_of_info_zip) {
  const auto with_second = [](const std::string& central, const std::string& local, std::uint16_t flags = 0) {
    return after([&](RawZip& z) {
      z.first().central_extra = central, z.first().local_extra = local;
      z.both([&](auto& header) { header.flags = flags; });
    });
  };
  const std::string good = unicode_path("a.txt", "\xc3\xbc.txt");
  BOOST_TEST(only_name(with_second(good, good)) == "\xc3\xbc.txt");
  BOOST_TEST(only_name(with_second(good, "")) == "\xc3\xbc.txt");
  const std::string stale = unicode_path("old.txt", "\xc3\xbc.txt");  // its member was renamed since
  BOOST_TEST(only_name(with_second(stale, stale)) == "a.txt");
  std::string newer = good;
  newer[4] = 2;
  BOOST_TEST(only_name(with_second(newer, newer)) == "a.txt");
  BOOST_TEST(only_name(with_second(extra_field(zip::extra_unicode_path, "\1"), "")) == "a.txt");
  BOOST_TEST(fault_of(with_second("", good)) == zip::Fault::unicode_path_differs);
  BOOST_TEST(fault_of(with_second(good, unicode_path("a.txt", "b"))) == zip::Fault::unicode_path_differs);
  BOOST_TEST(fault_of(with_second(good, good, zip::flag_utf8)) == zip::Fault::unicode_path_differs);
  BOOST_TEST(fault_of(with_second(unicode_path("a.txt", "\xff"), "")) == zip::Fault::name_not_utf8);
  BOOST_TEST(fault_of(with_second(unicode_path("a.txt", "../x"), "")) == zip::Fault::parent_in_name);
  BOOST_TEST(fault_of(with_second(unicode_path("a.txt", ""), "")) == zip::Fault::unsafe_name);
}

BOOST_AUTO_TEST_CASE(dots_and_double_slashes_mean_nothing) {
  BOOST_TEST(only_name(with_name("./a//x/./y.txt")) == "a/x/y.txt");
  const Reader reader = general(after([](RawZip& z) {
    z.members = {raw_member("./", "", false), raw_member("./d//", "", false), raw_member("d/.", "", false)};
    z.members.pop_back();
    for (RawMember& member : z.members) member.central.external_attributes = 0040755U << 16;
  }));
  BOOST_TEST(reader.members()[0].name == "./");
  BOOST_TEST(reader.members()[1].name == "d/");
  for (const char* name : {".", "/", "//a", "/./a", "./..", "a/./../../b"}) {
    BOOST_TEST(zip::is_unsafe_name(fault_of(with_name(name))), name);
  }
  BOOST_TEST(fault_of(with_name("./b/c.txt")) == zip::Fault::duplicate_name);
  BOOST_TEST(fault_of(with_name("b/.")) == zip::Fault::folder_with_content);
}

BOOST_AUTO_TEST_CASE(what_is_listed_but_not_inflated) {
  const Reader reader = general(after_both([](auto& h) { h.method = 93, h.size = 5'000'000; }));
  const zip::Member& member = reader.members()[0];
  BOOST_TEST(zip::method_name(member.method) == "zstd");
  BOOST_TEST(zip::method_name(200) == "method 200");
  BOOST_TEST(member.size == 5'000'000U);
  const Error error = error_of([&] { reader.inflate(member); });
  BOOST_TEST(error.message() == "a member of a zip is neither stored nor deflated");
  BOOST_TEST(error.subject() == "a.txt (any.zip) (got zstd)");
  const Reader secret = general(after_both([](auto& h) { h.flags = zip::flag_encrypted; }));
  BOOST_TEST(secret.members()[0].encrypted());
  BOOST_TEST(error_of([&] { secret.inflate(secret.members()[0]); }).message() == "a member of a zip is encrypted");
  // An encrypted one is longer by its header.
  BOOST_TEST(general(after([](RawZip& z) {
               z.second().central.flags = z.second().local.flags = zip::flag_encrypted;
               z.second().data = std::string(17, 'x');
               z.second().central.compressed = z.second().local.compressed = 17;
             }))
                 .members()[1]
                 .size == 5U);
}

BOOST_AUTO_TEST_CASE(kinds_that_readers_agree_on) {
  const auto with_mode = [](std::uint32_t mode) {
    return after([&](RawZip& z) { z.first().central.external_attributes = mode << 16; });
  };
  check_sample(with_mode(0010644));  // a pipe, for every reader a file
  check_sample(with_mode(0060644));
  BOOST_TEST(fault_of(with_mode(0040755)) == zip::Fault::special_file);
  const auto folder_with_mode = [](std::uint32_t mode) {
    return fault_of(after([&](RawZip& z) {
      z.first() = raw_member("d/", "", false), z.first().central.external_attributes = mode << 16;
    }));
  };
  BOOST_TEST(folder_with_mode(0100644) == zip::Fault::none);
  BOOST_TEST(folder_with_mode(0120777) == zip::Fault::special_file);
  BOOST_TEST(fault_of(after([](RawZip& z) { z.first().central.external_attributes = 0x10; })) ==
             zip::Fault::special_file);
}

BOOST_AUTO_TEST_CASE(limits_say_what_was_asked_and_what_is_allowed) {
  const auto refused = [](const zip::Limits& limits) {
    const zip::Problem problem =
        Reader().open(blob_of(RawZip().bytes()), {.profile = zip::Profile::general, .limits = limits});
    return std::string(to_string(problem.fault)) + " " + problem.member + " " + problem.detail;
  };
  BOOST_TEST(refused({.members = 1}) == "too_many_members  got 2, expected at most 1");
  BOOST_TEST(refused({.member_size = 999}) == "too_large a.txt got 1000, expected at most 999");
  BOOST_TEST(refused({.total_size = 1004}) == "total_too_large b/c.txt expected at most 1004");
  BOOST_TEST(refused({.total_size = 5}) == "total_too_large a.txt expected at most 5");
  BOOST_TEST(refused({.ratio = 0}) == "ratio_too_high a.txt expected at most 1");
  const std::uint64_t size = RawZip().bytes().size();
  BOOST_TEST(refused({.ratio = 1005 / size}).starts_with("ratio_too_high"));
  BOOST_TEST(refused({.ratio = 1005 / size + 1}).starts_with("none"));
  const Error error = error_of([] { Reader::of(blob_of(RawZip().bytes()), "z", {.limits = {.member_size = 1}}); });
  BOOST_TEST((error.code() == Errc::over_limit));
  BOOST_TEST(error.subject() == "a.txt (z) (got 1000, expected at most 1)");
}

BOOST_AUTO_TEST_CASE(names_that_differ_in_case) {
  const auto clashes = [](const std::string& a, const std::string& b) {
    RawZip zip;
    zip.members = {raw_member(a, "", false), raw_member(b, "", false), raw_member("between", "", false)};
    const std::string bytes = zip.bytes();
    return fault_of(bytes) == zip::Fault::none &&
           ::fault_of(bytes, zip::ReadOptions{.refuse_case_clash = true}) == zip::Fault::case_clash;
  };
  BOOST_TEST(clashes("a", "A"));
  BOOST_TEST(clashes("d/File", "d/fILE"));
  BOOST_TEST(clashes("d/x", "D/y"));  // the folders do
  BOOST_TEST(clashes("d", "D/y"));    // a file and a folder
  BOOST_TEST(clashes("d-x/a", "D-x/b/c"));
  BOOST_TEST(!clashes("a", "b"));
  BOOST_TEST(!clashes("a/b", "a/c"));
  BOOST_TEST(!clashes("a", "A-"));
  BOOST_TEST(!clashes("a[", "a{"));  // 32 apart, but no letters
}

BOOST_AUTO_TEST_SUITE_END()
