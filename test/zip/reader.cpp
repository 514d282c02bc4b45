// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/zip/reader.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/error.hpp>
#include <daypack/impl/zip/reader_tree.ipp>
#include <daypack/tree.hpp>
#include <daypack/zip/splice.hpp>

#include <functional>
#include <support/zip_faults.hpp>

using namespace daypack;
using zip::Reader;

BOOST_AUTO_TEST_SUITE(zip_reader)

namespace {

zip::Fault fault_of(std::string bytes) { return ::fault_of(std::move(bytes), zip::Profile::strict); }

using Change = std::function<void(RawZip&)>;
zip::Fault fault_after(const Change& change) {
  RawZip zip;
  change(zip);
  return fault_of(zip.bytes());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_good_zip_is_read) {
  Reader reader = Reader::of(blob_of(RawZip().bytes()), "good.zip");
  BOOST_TEST(reader.members().size() == 2U);
  const zip::Member& a = reader.members()[0];
  BOOST_TEST(a.name == "a.txt");
  BOOST_TEST(a.deflated());
  BOOST_TEST(a.size == 1000U);
  BOOST_TEST(a.unix_mode == 0100644U);
  BOOST_TEST(reader.inflate(a).text() == std::string(1000, 'a'));
  BOOST_TEST(reader.find("b/c.txt") == &reader.members()[1]);
  BOOST_TEST(reader.inflate(*reader.find("b/c.txt")).text() == "hello");
  BOOST_TEST(!reader.find("b"));
  BOOST_TEST(!reader.find("b/"));
}

BOOST_AUTO_TEST_CASE(an_empty_zip_is_read) {
  RawZip zip;
  zip.members.clear();
  BOOST_TEST(fault_of(zip.bytes()) == zip::Fault::none);
}

BOOST_AUTO_TEST_CASE(the_end_must_be_the_end) {
  BOOST_TEST(fault_of("") == zip::Fault::no_end_record);
  BOOST_TEST(fault_of("PK\5\6") == zip::Fault::no_end_record);
  BOOST_TEST(fault_of(std::string(100'000, 'x')) == zip::Fault::no_end_record);
  BOOST_TEST(fault_after([](RawZip& z) { z.suffix = "x"; }) == zip::Fault::trailing_bytes);
  BOOST_TEST(fault_after([](RawZip& z) { z.end.comment_length = 1; }) == zip::Fault::truncated);
  BOOST_TEST(fault_after([](RawZip& z) { z.suffix = RawZip().bytes(), z.end.comment_length = 999; }) ==
             zip::Fault::directory_misplaced);
}

BOOST_AUTO_TEST_CASE(a_second_end_record_is_refused) {
  // One that reaches the end of the file by its comment, hidden in stored data.
  RawZip inner;
  inner.members.clear();
  std::string rival = inner.bytes();
  RawZip outer;
  outer.members[1] = raw_member("b", rival, false);
  BOOST_TEST(fault_of(outer.bytes()) == zip::Fault::none);  // a zip in a zip is no rival
  const std::size_t at = outer.bytes().find("PK\5\6");
  RawZip again;
  const std::size_t comment = outer.bytes().size() - at - 22;
  rival[20] = static_cast<char>(comment & 0xff), rival[21] = static_cast<char>(comment >> 8);
  again.members[1] = raw_member("b", rival, false);
  BOOST_TEST(fault_of(again.bytes()) == zip::Fault::several_end_records);
  // One inside the directory.
  BOOST_TEST(fault_after([](RawZip& z) { z.second().central_extra = extra_field(0xcafe, std::string("PK\5\6", 4)); }) ==
             zip::Fault::several_end_records);
}

BOOST_AUTO_TEST_CASE(disks_are_refused) {
  BOOST_TEST(fault_after([](RawZip& z) { z.end.disk = 1; }) == zip::Fault::several_disks);
  BOOST_TEST(fault_after([](RawZip& z) { z.end.directory_disk = 1; }) == zip::Fault::several_disks);
  BOOST_TEST(fault_after([](RawZip& z) { z.end.disk = zip::sentinel16; }) == zip::Fault::several_disks);  // no zip64
  BOOST_TEST(fault_after([](RawZip& z) { z.zip64 = true, z.end.disk = zip::sentinel16; }) == zip::Fault::none);
  BOOST_TEST(fault_after([](RawZip& z) { z.end.members_here = 1; }) == zip::Fault::several_disks);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().central.disk = 1; }) == zip::Fault::several_disks);
}

BOOST_AUTO_TEST_CASE(zip64_records_must_agree) {
  BOOST_TEST(fault_after([](RawZip& z) { z.zip64 = true; }) == zip::Fault::none);
  BOOST_TEST(fault_after([](RawZip& z) { z.zip64 = true, z.end.members = z.end.members_here = 0xfffd; }) ==
             zip::Fault::none);  // + 2: sentinel
  BOOST_TEST(fault_after([](RawZip& z) { z.zip64 = true, z.end.members = z.end.members_here = 1; }) ==
             zip::Fault::zip64_disagrees);
  BOOST_TEST(fault_after([](RawZip& z) { z.zip64 = true, z.end.members_here = 1; }) == zip::Fault::zip64_disagrees);
  BOOST_TEST(fault_after([](RawZip& z) { z.zip64 = true, z.end.directory_size = 1; }) == zip::Fault::zip64_disagrees);
  BOOST_TEST(fault_after([](RawZip& z) { z.zip64 = true, z.end.directory_offset = 1; }) == zip::Fault::zip64_disagrees);
  BOOST_TEST(fault_after([](RawZip& z) { z.zip64 = true, z.locator.offset = 1; }) == zip::Fault::zip64_locator);
  BOOST_TEST(fault_after([](RawZip& z) { z.zip64 = true, z.locator.disk = 1; }) == zip::Fault::several_disks);
  BOOST_TEST(fault_after([](RawZip& z) { z.zip64 = true, z.locator.disks = 2; }) == zip::Fault::several_disks);
  BOOST_TEST(fault_after([](RawZip& z) { z.zip64 = true, z.end64.rest = 45; }) == zip::Fault::zip64_end_record);
  BOOST_TEST(fault_after([](RawZip& z) { z.zip64 = true, z.end64.signature = 1; }) == zip::Fault::zip64_end_record);
  BOOST_TEST(fault_after([](RawZip& z) { z.zip64 = true, z.end64.disk = 1; }) == zip::Fault::several_disks);
  BOOST_TEST(fault_after([](RawZip& z) { z.end.directory_offset = 0xffffffff - 1052 - 36; }) != zip::Fault::none);
  RawZip zip;
  const auto offset = static_cast<std::uint32_t>(RawZip().bytes().find("PK\1\2"));
  zip.end.directory_offset = 0xffffffff - offset;
  BOOST_TEST(fault_of(zip.bytes()) == zip::Fault::zip64_missing);
  // A locator with no room for its record before it.
  RawZip empty;
  empty.members.clear();
  std::string alone;
  RawZip::put(alone, zip::EndLocator64{});
  empty.before_end = alone;
  BOOST_TEST(fault_of(empty.bytes()) == zip::Fault::zip64_locator);
}

BOOST_AUTO_TEST_CASE(the_directory_must_be_where_and_what_it_claims) {
  BOOST_TEST(fault_after([](RawZip& z) { z.directory_off = -1; }) == zip::Fault::directory_misplaced);
  BOOST_TEST(fault_after([](RawZip& z) { z.directory_off = 1; }) == zip::Fault::directory_misplaced);
  BOOST_TEST(fault_after([](RawZip& z) { z.end.directory_size = 1; }) == zip::Fault::directory_misplaced);
  BOOST_TEST(fault_after([](RawZip& z) { z.end.directory_size = 0x10000000; }) == zip::Fault::directory_misplaced);
  BOOST_TEST(fault_after([](RawZip& z) { z.before_end = "gap"; }) == zip::Fault::directory_misplaced);
  BOOST_TEST(fault_after([](RawZip& z) { z.count_off = 50'000; }) == zip::Fault::directory_count);
  BOOST_TEST(fault_after([](RawZip& z) { z.count_off = -1; }) == zip::Fault::directory_count);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().central.signature = 1; }) == zip::Fault::directory_damaged);
  const std::string good = RawZip().bytes();
  std::string long_name = good;
  long_name[good.find("PK\1\2") + 28] = '\x7f';
  BOOST_TEST(fault_of(long_name) == zip::Fault::directory_damaged);
  RawZip more;
  more.second().central_extra = extra_field(1234, std::string(60, 'x'));
  more.count_off = 1;
  BOOST_TEST(fault_of(more.bytes()) == zip::Fault::directory_count);
}

BOOST_AUTO_TEST_CASE(prefixes_gaps_and_overlaps_are_refused) {
  BOOST_TEST(fault_after([](RawZip& z) { z.prefix = "#!/bin/sh\n"; }) == zip::Fault::gap);
  BOOST_TEST(fault_after([](RawZip& z) { z.second().before = "hidden"; }) == zip::Fault::gap);
  BOOST_TEST(fault_after([](RawZip& z) { z.before_directory = "hidden"; }) == zip::Fault::gap);
  // Two records of the directory that share one local header (CVE-2024-0450).
  const auto share = [](RawZip& z) {
    z.members.push_back(z.second());
    z.members[2].central.offset = static_cast<std::uint32_t>(-static_cast<std::int64_t>(z.second().data.size() + 37));
  };
  BOOST_TEST(fault_after([&](RawZip& z) { share(z); }) == zip::Fault::overlap);
  BOOST_TEST(fault_after([](RawZip& z) {
               z.second().data.resize(3);  // its data would reach into the directory
             }) == zip::Fault::overlap);
}

BOOST_AUTO_TEST_CASE(what_a_member_must_not_be) {
  const auto flags = [](std::uint16_t bits) { return [bits](RawZip& z) { z.both([&](auto& h) { h.flags = bits; }); }; };
  BOOST_TEST(fault_after(flags(zip::flag_deflate_option_1 | zip::flag_deflate_option_2 | zip::flag_utf8)) ==
             zip::Fault::none);
  BOOST_TEST(fault_after(flags(1)) == zip::Fault::encrypted);
  BOOST_TEST(fault_after(flags(1 << 6)) == zip::Fault::encrypted);
  BOOST_TEST(fault_after(flags(1 << 13)) == zip::Fault::encrypted);
  BOOST_TEST(fault_after(flags(1 << 3)) == zip::Fault::data_descriptor);
  BOOST_TEST(fault_after(flags(1 << 5)) == zip::Fault::unknown_flags);
  BOOST_TEST(fault_after([](RawZip& z) { z.both([](auto& h) { h.method = 9; }); }) == zip::Fault::unsupported_method);
  BOOST_TEST(fault_after([](RawZip& z) { z.both([](auto& h) { h.method = 12; }); }) == zip::Fault::unsupported_method);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().central.version_needed = 46; }) == zip::Fault::unsupported_version);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().local.version_needed = 63; }) == zip::Fault::unsupported_version);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().comment = "c"; }) == zip::Fault::member_comment);
  BOOST_TEST(fault_after([](RawZip& z) { z.both([](auto& h) { h.method = 0; }); }) == zip::Fault::stored_size_differs);
  BOOST_TEST(fault_after([](RawZip& z) { z.both([](auto& h) { h.size = 0x7fffffff; }); }) ==
             zip::Fault::impossible_size);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().central.external_attributes = 0060644U << 16; }) ==
             zip::Fault::special_file);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().central.external_attributes = 0040755U << 16; }) ==
             zip::Fault::special_file);
}

BOOST_AUTO_TEST_CASE(modes_and_kinds) {
  const auto with_mode = [](std::uint32_t mode) {
    RawZip zip;
    zip.first().central.external_attributes = mode << 16;
    return Reader::of(blob_of(zip.bytes()), "z");
  };
  BOOST_TEST((zip::mode_of(with_mode(0100644).members()[0]) == Mode::file));
  BOOST_TEST((zip::mode_of(with_mode(0755).members()[0]) == Mode::executable));  // many wheels leave the type out
  BOOST_TEST((zip::mode_of(with_mode(0).members()[0]) == Mode::file));
  BOOST_TEST(with_mode(0120777).members()[0].symlink());
  RawZip zip;
  zip.first() = raw_member("d/", "", false);
  zip.first().central.external_attributes = 0x10;
  BOOST_TEST(Reader::of(blob_of(zip.bytes()), "z").members()[0].folder());
  // The attributes of MS-DOS call it a folder, its name does not: readers differ, unless its mode decides.
  const auto with_attributes = [](std::uint32_t attributes) {
    return fault_after([=](RawZip& z) { z.first().central.external_attributes = attributes; });
  };
  BOOST_TEST(with_attributes(0x10) == zip::Fault::special_file);
  BOOST_TEST(with_attributes(0755U << 16 | 0x10) == zip::Fault::special_file);
  BOOST_TEST(with_attributes(0100755U << 16 | 0xffff) == zip::Fault::none);
  BOOST_TEST(with_attributes(0x20) == zip::Fault::none);
  BOOST_TEST(fault_after([](RawZip& z) {
               z.first() = raw_member("d/", "x", false), z.first().central.external_attributes = 0;
             }) == zip::Fault::folder_with_content);
}

BOOST_AUTO_TEST_CASE(empty_files_may_be_deflated) {
  RawZip zip;
  zip.first() = raw_member("e", "", true);
  BOOST_TEST(zip.first().data.size() == 2U);
  Reader reader = Reader::of(blob_of(zip.bytes()), "z");
  BOOST_TEST(reader.inflate(reader.members()[0]).size() == 0U);
}

BOOST_AUTO_TEST_CASE(extra_fields) {
  BOOST_TEST(fault_after([](RawZip& z) { z.first().central_extra = "abc"; }) == zip::Fault::damaged_extra);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().local_extra = extra_field(7, "abc").substr(0, 6); }) ==
             zip::Fault::damaged_extra);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().central_extra = extra_field(7, "x") + extra_field(7, "y"); }) ==
             zip::Fault::none);
  const std::string wide = extra_field(1, eight(1000) + eight(deflated(std::string(1000, 'a')).size()));
  BOOST_TEST(fault_after([&](RawZip& z) { z.first().local_extra = wide; }) ==
             zip::Fault::none);  // protobuf's wheels have it
  BOOST_TEST(fault_after([&](RawZip& z) { z.first().local_extra = wide + wide; }) == zip::Fault::duplicate_extra);
  BOOST_TEST(fault_after([&](RawZip& z) { z.first().central_extra = wide; }) ==
             zip::Fault::zip64_extra);  // for no sentinel
  BOOST_TEST(fault_after([](RawZip& z) { z.first().local_extra = extra_field(1, eight(1000) + eight(1)); }) ==
             zip::Fault::local_size_differs);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().local_extra = extra_field(1, eight(1000)); }) ==
             zip::Fault::local_size_differs);
  const auto sentinels = [](RawZip& z) { z.both([](auto& h) { h.size = h.compressed = zip::sentinel32; }); };
  BOOST_TEST(fault_after([&](RawZip& z) { sentinels(z), z.first().local_extra = z.first().central_extra = wide; }) ==
             zip::Fault::none);
  BOOST_TEST(fault_after([&](RawZip& z) { sentinels(z), z.first().local_extra = wide; }) == zip::Fault::zip64_extra);
  BOOST_TEST(fault_after([&](RawZip& z) { sentinels(z), z.first().central_extra = wide; }) ==
             zip::Fault::local_size_differs);
  BOOST_TEST(fault_after([&](RawZip& z) {
               sentinels(z);
               z.first().local_extra = wide, z.first().central_extra = extra_field(1, eight(1000));
             }) == zip::Fault::zip64_extra);
}

BOOST_AUTO_TEST_CASE(the_second_name_of_info_zip) {
  BOOST_TEST(fault_after([](RawZip& z) { z.first().central_extra = unicode_path("a.txt", "a.txt"); }) ==
             zip::Fault::none);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().central_extra = unicode_path("a.txt", "b.txt"); }) ==
             zip::Fault::unicode_path_differs);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().local_extra = unicode_path("a.txt", "b.txt"); }) ==
             zip::Fault::unicode_path_differs);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().central_extra = unicode_path("x", "a.txt"); }) ==
             zip::Fault::unicode_path_differs);
  BOOST_TEST(fault_after([](RawZip& z) {
               z.first().central_extra = unicode_path("a.txt", "a.txt") + unicode_path("a.txt", "a.txt");
             }) == zip::Fault::duplicate_extra);
}

BOOST_AUTO_TEST_CASE(names) {
  const auto name_fault = [](const std::string& name) {
    const zip::Fault fault = fault_of(with_name(name));
    BOOST_TEST(is_unsafe_name(fault) == !unsafe_path_reason(zip::detail::without_slash(name)).empty(), name);
    return fault;
  };
  for (const char* name : {"/etc/passwd", "/", "//"}) BOOST_TEST(name_fault(name) == zip::Fault::absolute_name);
  for (const char* name : {"..", "../x", "a/../b", "a/.."}) BOOST_TEST(name_fault(name) == zip::Fault::parent_in_name);
  for (const char* name : {"C:/x", "C:x", "c:"}) BOOST_TEST(name_fault(name) == zip::Fault::drive_in_name);
  for (const char* name : {"a\\b", "..\\a", "a\\"}) BOOST_TEST(name_fault(name) == zip::Fault::backslash_in_name);
  for (const std::string& name : {std::string("a\nb"), std::string("a\0b", 3), std::string("a\x7f")})
    BOOST_TEST(name_fault(name) == zip::Fault::control_in_name);
  for (const std::string& name : {std::string(), std::string("./a"), std::string("a//b"), std::string("a/."),
                                  std::string("./"), std::string(5000, 'n')})
    BOOST_TEST(name_fault(name) == zip::Fault::unsafe_name);
  BOOST_TEST(name_fault(std::string(4096, 'n')) == zip::Fault::none);
  BOOST_TEST(name_fault("..a/b..") == zip::Fault::none);
  BOOST_TEST(fault_after([](RawZip& z) { rename_first(z, "gr\xc3\xbc\xc3\x9f"); }) ==
             zip::Fault::name_without_utf8_flag);
  BOOST_TEST(fault_after([](RawZip& z) {
               rename_first(z, "gr\xc3\xbc\xc3\x9f");
               z.both([](auto& h) { h.flags = zip::flag_utf8; });
             }) == zip::Fault::none);
  BOOST_TEST(fault_after([](RawZip& z) { rename_first(z, "gr\xfc"); }) == zip::Fault::name_not_utf8);
  BOOST_TEST(fault_after([](RawZip& z) { rename_first(z, "b/c.txt"); }) == zip::Fault::duplicate_name);
  BOOST_TEST(fault_after([](RawZip& z) { rename_first(z, "b"); }) == zip::Fault::file_as_folder);
  BOOST_TEST(fault_after([](RawZip& z) {
               z.first() = raw_member("b/c.txt/", "", false), z.first().central.external_attributes = 0;
             }) == zip::Fault::file_as_folder);
  BOOST_TEST(fault_after([](RawZip& z) {  // something sorts between "b" and "b/c.txt"
               rename_first(z, "b");
               z.members.push_back(raw_member("b-x", "", false));
             }) == zip::Fault::file_as_folder);
  BOOST_TEST(fault_after([](RawZip& z) {
               z.first() = raw_member("b/", "", false), z.first().central.external_attributes = 0;
             }) == zip::Fault::none);
}

BOOST_AUTO_TEST_CASE(local_headers_must_repeat_the_directory) {
  BOOST_TEST(fault_after([](RawZip& z) { z.first().local.signature = 7; }) == zip::Fault::local_header_missing);
  BOOST_TEST(fault_after([](RawZip& z) { z.second().central.offset = 0x7fffffff; }) ==
             zip::Fault::local_header_missing);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().local_name = "b.txt"; }) == zip::Fault::local_name_differs);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().local_name = "a.tx"; }) == zip::Fault::local_name_differs);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().local.method = 0; }) == zip::Fault::local_method_differs);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().local.flags = zip::flag_encrypted; }) ==
             zip::Fault::local_flags_differ);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().local.crc32 ^= 1; }) == zip::Fault::local_crc_differs);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().local.size += 1; }) == zip::Fault::local_size_differs);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().local.compressed += 1; }) == zip::Fault::local_size_differs);
}

BOOST_AUTO_TEST_CASE(contents_are_checked) {
  BOOST_TEST(fault_after([](RawZip& z) { z.both([](auto& h) { h.crc32 ^= 1; }); }) == zip::Fault::crc_mismatch);
  BOOST_TEST(fault_after([](RawZip& z) { z.both([](auto& h) { h.size = 999; }); }) == zip::Fault::size_mismatch);
  BOOST_TEST(fault_after([](RawZip& z) { z.both([](auto& h) { h.size = 1001; }); }) == zip::Fault::size_mismatch);
  BOOST_TEST(fault_after([](RawZip& z) { z.first().data[0] = '\xff'; }) == zip::Fault::damaged_stream);
  BOOST_TEST(fault_after([](RawZip& z) {
               z.first().data += "more";
               z.both([](auto& h) { h.compressed += 4; });
             }) == zip::Fault::bytes_after_stream);
  BOOST_TEST(fault_after([](RawZip& z) {
               z.first().data.pop_back();
               z.both([](auto& h) { h.compressed -= 1; });
             }) == zip::Fault::damaged_stream);
}

BOOST_AUTO_TEST_CASE(limits) {
  const Blob bytes = blob_of(RawZip().bytes());
  Reader reader;
  BOOST_TEST(reader.open(bytes, {.limits = {.members = 1}}).fault == zip::Fault::too_many_members);
  BOOST_TEST(reader.open(bytes, {.limits = {.member_size = 999}}).fault == zip::Fault::too_large);
  BOOST_TEST(reader.open(bytes, {.limits = {.total_size = 1004}}).fault == zip::Fault::total_too_large);
  BOOST_TEST(reader.open(bytes, {.limits = {.members = 2, .member_size = 1000, .total_size = 1005}}).fault ==
             zip::Fault::none);
  BOOST_CHECK_EXCEPTION(Reader::of(bytes, "big.zip", {.limits = {.members = 1}}), Error,
                        [](const Error& e) { return e.code() == Errc::over_limit; });
}

BOOST_AUTO_TEST_CASE(errors_name_the_archive_and_the_member) {
  RawZip zip;
  zip.first().local.crc32 ^= 1;
  BOOST_CHECK_EXCEPTION(Reader::of(blob_of(zip.bytes()), "w.whl"), Error, [](const Error& e) {
    BOOST_TEST(e.message() == "a member of a zip has another CRC in its local header");
    BOOST_TEST(e.subject() == "a.txt (w.whl)");
    return e.code() == Errc::damaged_zip;
  });
  BOOST_CHECK_EXCEPTION(Reader::of(blob_of("no zip"), "w.whl"), Error, [](const Error& e) {
    BOOST_TEST(e.message() == "a zip has no end record: it is truncated, or no zip at all");
    return e.subject() == "w.whl";
  });
  RawZip odd;
  rename_first(odd, "a\n\x1b[31m");
  BOOST_TEST(Reader().open(blob_of(odd.bytes())).member == "a\\x0a\\x1b[31m");
  RawZip bad;
  bad.both([](auto& h) { h.crc32 ^= 1; });
  const Reader reader = Reader::of(blob_of(bad.bytes()), "w.whl");
  BOOST_CHECK_EXCEPTION(reader.inflate(reader.members()[0]), Error, [](const Error& e) {
    return e.message() == "a member of a zip does not have the CRC that its header says" &&
           e.subject() == "a.txt (w.whl)";
  });
}

// Whatever is cut off or flipped: an error, or the same tree.
BOOST_AUTO_TEST_CASE(no_damage_goes_unnoticed) {
  const std::string good = RawZip().bytes();
  for (std::size_t size = 0; size < good.size(); ++size) BOOST_TEST(fault_of(good.substr(0, size)) != zip::Fault::none);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    Reader reader;
    if (reader.open(blob_of(bad))) continue;
    BOOST_REQUIRE(reader.members().size() == 2U);
    const char* const names[] = {"a.txt", "b/c.txt"};
    const std::string texts[] = {std::string(1000, 'a'), "hello"};
    for (std::size_t i = 0; i < 2; ++i) {
      Blob out;
      if (Reader::inflate(reader.members()[i], out) != zip::Fault::none) continue;
      BOOST_TEST_CONTEXT(bit) {
        BOOST_TEST(reader.members()[i].name == names[i]);
        BOOST_TEST(out.text() == texts[i]);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
