// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Each fault has an archive with that fault and no other.
#include <boost/test/unit_test.hpp>

#include <set>
#include <support/zip_faults.hpp>

using namespace daypack;
using zip::Profile;

BOOST_AUTO_TEST_SUITE(zip_reader_faults)

namespace {

constexpr auto both = Where::both, strict = Where::strict;

// A stored member that holds an end record whose comment reaches the file's end.
std::string with_rival_end() {
  RawZip inner, outer;
  inner.members.clear();
  std::string rival = inner.bytes();
  outer.members[1] = raw_member("b", rival, false);
  const std::string bytes = RawZip(outer).bytes();
  const std::size_t comment = bytes.size() - bytes.find("PK\5\6") - rival.size();
  rival[20] = static_cast<char>(comment & 0xff), rival[21] = static_cast<char>(comment >> 8);
  outer.members[1] = raw_member("b", rival, false);
  return outer.bytes();
}

// An archive after a folder of its own: readers that count from the file's begin take the first one.
std::string with_two_directories() {
  const std::string first = RawZip().bytes();
  return first.substr(0, first.find("PK\5\6")) + first;
}

// The third member's header and data lie inside the second one's data (a quoted overlap, as in CVE-2024-0450).
std::string with_shared_data() {
  return after([](RawZip& z) {
    const std::string inner = after([](RawZip& quoted) { quoted.members = {raw_member("b/d.txt", "hello", false)}; });
    z.members[1] = raw_member("b/c.txt", inner.substr(0, 42), false);
    z.members.push_back(raw_member("b/d.txt", "hello", false));
    z.members[2].central.offset -= 42;
  });
}

std::vector<ZipFault> of_the_end() {
  return {
      {zip::Fault::no_end_record, both, RawZip().bytes().substr(0, RawZip().bytes().find("PK\5\6"))},
      {zip::Fault::trailing_bytes, both, RawZip().bytes() + "x"},
      {zip::Fault::truncated, both, after([](RawZip& z) { z.suffix = "abcd", z.end.comment_length = 5; })},
      {zip::Fault::archive_comment, strict, after([](RawZip& z) { z.suffix = "PK\3\4", z.end.comment_length = 4; })},
      {zip::Fault::several_end_records, both, with_rival_end()},
      {zip::Fault::several_disks, both, after([](RawZip& z) { z.end.disk = 1; })},
      {zip::Fault::zip64_missing, both, after([](RawZip& z) {
         z.members.clear();
         z.end.directory_offset = zip::sentinel32;
       })},
      {zip::Fault::zip64_locator, strict, after([](RawZip& z) {
         z.zip64 = true, z.prefix = "#!/bin/sh\n";
         z.shift -= z.prefix.size(), z.locator.offset -= z.prefix.size();
       })},
      {zip::Fault::zip64_end_record, both, after([](RawZip& z) { z.zip64 = true, z.end64.signature = 1; })},
      {zip::Fault::zip64_disagrees, both, after([](RawZip& z) { z.zip64 = true, z.end.directory_size = 1; })},
      {zip::Fault::directory_misplaced, both, after([](RawZip& z) { z.directory_off = 1; })},
      {zip::Fault::directory_count, both, after([](RawZip& z) { z.count_off = -1; })},
      {zip::Fault::directory_damaged, both, after([](RawZip& z) { z.first().central.signature = 1; })},
      {zip::Fault::too_many_members, both, RawZip().bytes(), {.limits = {.members = 1}}},
      {zip::Fault::too_large, both, RawZip().bytes(), {.limits = {.member_size = 999}}},
      {zip::Fault::total_too_large, both, RawZip().bytes(), {.limits = {.total_size = 1004}}},
      {zip::Fault::ratio_too_high, both, RawZip().bytes(), {.limits = {.ratio = 2}}},
  };
}

std::vector<ZipFault> of_members() {
  const std::string twice = unicode_path("a.txt", "a.txt") + unicode_path("a.txt", "a.txt");
  return {
      {zip::Fault::encrypted, both, after_both([](auto& h) { h.flags = zip::flag_encrypted; })},
      {zip::Fault::unknown_flags, strict, after_both([](auto& h) { h.flags = 1 << 4; })},
      {zip::Fault::unsupported_version, strict, after([](RawZip& z) { z.first().central.version_needed = 46; })},
      {zip::Fault::unsupported_method, both, after_both([](auto& h) { h.method = 12; })},
      {zip::Fault::member_comment, strict, after([](RawZip& z) { z.first().comment = "c"; })},
      {zip::Fault::damaged_extra, strict, after([](RawZip& z) { z.first().central_extra = "abc"; })},
      {zip::Fault::duplicate_extra, both, after([&](RawZip& z) { z.first().central_extra = twice; })},
      {zip::Fault::zip64_extra, both, after([](RawZip& z) { z.first().central_extra = extra_field(1, eight(1000)); })},
      {zip::Fault::unicode_path_differs, strict,
       after([](RawZip& z) { z.first().local_extra = z.first().central_extra = unicode_path("a.txt", "b.txt"); })},
      {zip::Fault::special_file, strict,
       after([](RawZip& z) { z.first().central.external_attributes = 0060644U << 16; })},
      {zip::Fault::folder_with_content, both,
       after([](RawZip& z) { z.first() = raw_member("d/", "x", false), z.first().central.external_attributes = 0; })},
      {zip::Fault::stored_size_differs, both,
       after([](RawZip& z) { z.second().central.size = z.second().local.size = 4; })},
      {zip::Fault::impossible_size, both, after_both([](auto& h) { h.size = 0x7fffffff; })},
      {zip::Fault::damaged_stream, both, after([](RawZip& z) { z.first().data[0] = '\7'; })},
      {zip::Fault::size_mismatch, both, after_both([](auto& h) { h.size = 999; })},
      {zip::Fault::bytes_after_stream, both, after([](RawZip& z) {
         z.first().data += "more";
         z.both([](auto& h) { h.compressed += 4; });
       })},
      {zip::Fault::crc_mismatch, both, after_both([](auto& h) { h.crc32 ^= 1; })},
  };
}

std::vector<ZipFault> of_names() {
  return {
      {zip::Fault::name_not_utf8, both, with_name("gr\xfc", zip::flag_utf8)},
      {zip::Fault::name_without_utf8_flag, strict, with_name("gr\xc3\xbc\xc3\x9f")},
      {zip::Fault::absolute_name, both, with_name("/etc/passwd")},
      {zip::Fault::parent_in_name, both, with_name("a/../b")},
      {zip::Fault::backslash_in_name, both, with_name("a\\b")},
      {zip::Fault::control_in_name, both, with_name(std::string("a\0b", 3))},
      {zip::Fault::drive_in_name, both, with_name("C:x")},
      {zip::Fault::unsafe_name, both, with_name("")},
      {zip::Fault::duplicate_name, both, with_name("b/c.txt")},
      {zip::Fault::file_as_folder, both, with_name("b")},
      {zip::Fault::case_clash, both, with_name("B/C.txt"), {.refuse_case_clash = true}},
  };
}

std::vector<ZipFault> of_local_headers() {
  return {
      {zip::Fault::local_header_missing, both, after([](RawZip& z) { z.first().local.signature = 7; })},
      {zip::Fault::local_name_differs, both, after([](RawZip& z) { z.first().local_name = "b.txt"; })},
      {zip::Fault::local_method_differs, both, after([](RawZip& z) { z.first().local.method = 0; })},
      {zip::Fault::local_flags_differ, both, after([](RawZip& z) { z.first().local.flags = zip::flag_utf8; })},
      {zip::Fault::local_crc_differs, both, after([](RawZip& z) { z.first().local.crc32 ^= 1; })},
      {zip::Fault::local_size_differs, both, after([](RawZip& z) { z.first().local.size += 1; })},
      {zip::Fault::overlap, both, with_shared_data()},
      {zip::Fault::gap, strict, after([](RawZip& z) { z.second().before = "hidden"; })},
  };
}

// Those whose archive the other profile refuses for a reason of its own.
void check_lone_faults(std::set<zip::Fault>& seen) {
  const auto check = [&](zip::Fault fault, Profile profile, const std::string& bytes) {
    BOOST_TEST(fault_of(bytes, profile) == fault);
    seen.insert(fault);
  };
  check(zip::Fault::data_descriptor, Profile::strict, after_both([](auto& h) { h.flags = zip::flag_data_descriptor; }));
  check(zip::Fault::descriptor_differs, Profile::general,
        after_both([](auto& h) { h.flags = zip::flag_data_descriptor; }));
  check(zip::Fault::second_directory, Profile::general, with_two_directories());
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_archive_that_is_changed_is_good) {
  BOOST_TEST(fault_of(RawZip().bytes(), Profile::strict) == zip::Fault::none);
  BOOST_TEST(fault_of(RawZip().bytes(), Profile::general) == zip::Fault::none);
}

BOOST_AUTO_TEST_CASE(each_fault_has_an_archive) {
  std::set<zip::Fault> seen;
  for (const auto& faults : {of_the_end(), of_members(), of_names(), of_local_headers()}) {
    check_faults(faults);
    for (const ZipFault& each : faults) seen.insert(each.fault);
  }
  check_lone_faults(seen);
  for (int i = 1; i <= static_cast<int>(zip::Fault::crc_mismatch); ++i)
    BOOST_TEST(seen.contains(static_cast<zip::Fault>(i)), to_string(static_cast<zip::Fault>(i)));
}

// Each check that keeps the reader inside the file, by an archive that only this check can tell from another fault.
BOOST_AUTO_TEST_CASE(bounds) {
  const std::string record = RawZip().bytes().substr(RawZip().bytes().find("PK\1\2"));
  check_faults({
      // a record of the directory that is cut off
      {zip::Fault::directory_damaged, both, after([&](RawZip& z) {
         z.after_directory = record.substr(0, 28) + std::string(12, '\0');
         z.end.directory_size = 40, z.count_off = 1;
       })},
      // a local header that would reach into the directory
      {zip::Fault::local_header_missing, both, after([](RawZip& z) {
         z.before_directory = "PK\3\4";
         z.second().central.offset = 42;
       })},
      // more members than the directory has room for, told before any limit
      {zip::Fault::directory_count, both, after([](RawZip& z) { z.count_off = 48; }), {.limits = {.members = 10}}},
      // a directory that is larger than the file, at an offset so large that the sum is right
      {zip::Fault::directory_misplaced, both, after([](RawZip& z) {
         z.zip64 = true;
         z.members.clear();
         z.end64.directory_size = 16, z.end64.directory_offset -= 16;
         z.end.directory_size = z.end.directory_offset = zip::sentinel32;
       })},
      // a locator with no room for its record before it
      {zip::Fault::zip64_locator, both, after([](RawZip& z) {
         z.members.clear();
         RawZip::put(z.before_end, zip::EndLocator64{});
       })},
  });
}

BOOST_AUTO_TEST_CASE(what_is_refused_before_any_content_is_read) {
  const auto opened = [](const std::string& bytes, Profile profile) {
    return zip::Reader().open(blob_of(bytes), {.profile = profile}).fault;
  };
  const std::string other = after_both([](auto& h) { h.method = 12; });
  BOOST_TEST(opened(other, Profile::strict) == zip::Fault::unsupported_method);
  BOOST_TEST(opened(other, Profile::general) == zip::Fault::none);
  const std::string secret = after_both([](auto& h) { h.flags = zip::flag_encrypted; });
  BOOST_TEST(opened(secret, Profile::strict) == zip::Fault::encrypted);
  BOOST_TEST(opened(secret, Profile::general) == zip::Fault::none);
  const std::string impossible = after_both([](auto& h) { h.size = 0x7fffffff; });
  BOOST_TEST(opened(impossible, Profile::strict) == zip::Fault::impossible_size);
  BOOST_TEST(opened(impossible, Profile::general) == zip::Fault::impossible_size);
}

BOOST_AUTO_TEST_SUITE_END()
