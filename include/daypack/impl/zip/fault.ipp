// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/zip/fault.hpp>

#include <array>
#include <cstddef>

namespace daypack::zip {

namespace detail {

struct FaultText {
  Fault fault;
  std::string_view name;
  std::string_view words;
};

inline constexpr std::array<FaultText, 57> fault_texts{{
    {Fault::none, "none", "is in order"},
    {Fault::no_end_record, "no_end_record", "has no end record: it is truncated, or no zip at all"},
    {Fault::trailing_bytes, "trailing_bytes", "has bytes after its end record"},
    {Fault::truncated, "truncated", "ends inside its end record"},
    {Fault::archive_comment, "archive_comment", "has a comment at its end, in which another directory could hide"},
    {Fault::several_end_records, "several_end_records", "has several end records, so readers may see different files"},
    {Fault::several_disks, "several_disks", "is a part of a zip that spans several disks"},
    {Fault::zip64_missing, "zip64_missing", "has an end record that refers to a zip64 record, but there is none"},
    {Fault::zip64_locator, "zip64_locator", "has a zip64 locator that does not point to the record before it"},
    {Fault::zip64_end_record, "zip64_end_record", "has a damaged zip64 end record"},
    {Fault::zip64_disagrees, "zip64_disagrees", "has two end records that disagree"},
    {Fault::zip64_extra, "zip64_extra", "has a zip64 field that does not match its header"},
    {Fault::directory_misplaced, "directory_misplaced",
     "has a directory that does not end where its end record begins"},
    {Fault::second_directory, "second_directory", "has a second directory where its end record points to"},
    {Fault::directory_count, "directory_count", "has a directory that does not hold as many members as it claims"},
    {Fault::directory_damaged, "directory_damaged", "has a damaged record in its directory"},
    {Fault::too_many_members, "too_many_members", "has more members than allowed"},
    {Fault::too_large, "too_large", "is larger than allowed"},
    {Fault::total_too_large, "total_too_large", "brings all members together over the size allowed"},
    {Fault::ratio_too_high, "ratio_too_high", "inflates to more times its own size than allowed"},
    {Fault::encrypted, "encrypted", "is encrypted"},
    {Fault::data_descriptor, "data_descriptor",
     "has its sizes in a data descriptor, which readers may see differently"},
    {Fault::unknown_flags, "unknown_flags", "has flags of no known meaning"},
    {Fault::unsupported_version, "unsupported_version", "needs a newer version of the zip format"},
    {Fault::unsupported_method, "unsupported_method", "is neither stored nor deflated"},
    {Fault::member_comment, "member_comment", "has a comment in the directory"},
    {Fault::damaged_extra, "damaged_extra", "has damaged extra fields"},
    {Fault::duplicate_extra, "duplicate_extra", "has an extra field twice"},
    {Fault::unicode_path_differs, "unicode_path_differs", "has a second name that differs from the first"},
    {Fault::special_file, "special_file", "is neither a file, a folder nor a symbolic link"},
    {Fault::folder_with_content, "folder_with_content", "is a folder that has content"},
    {Fault::stored_size_differs, "stored_size_differs", "is stored, but with two different sizes"},
    {Fault::impossible_size, "impossible_size", "claims a size that deflate cannot reach"},
    {Fault::name_not_utf8, "name_not_utf8", "has a name that is not UTF-8"},
    {Fault::name_without_utf8_flag, "name_without_utf8_flag", "has a name beyond ASCII that is not marked as UTF-8"},
    {Fault::absolute_name, "absolute_name", "has an absolute path as its name"},
    {Fault::parent_in_name, "parent_in_name", "has '..' in its name"},
    {Fault::backslash_in_name, "backslash_in_name", "has a backslash in its name"},
    {Fault::control_in_name, "control_in_name", "has a control character in its name"},
    {Fault::drive_in_name, "drive_in_name", "has a name that begins with a drive letter"},
    {Fault::unsafe_name, "unsafe_name", "has an unsafe name: empty, too long, or with an empty or '.' component"},
    {Fault::duplicate_name, "duplicate_name", "is there twice"},
    {Fault::file_as_folder, "file_as_folder", "is both a file and a folder"},
    {Fault::case_clash, "case_clash", "has a name that differs from another only in upper and lower case"},
    {Fault::local_header_missing, "local_header_missing", "has no local header where the directory says"},
    {Fault::local_name_differs, "local_name_differs", "has another name in its local header"},
    {Fault::local_method_differs, "local_method_differs", "has another method in its local header"},
    {Fault::local_flags_differ, "local_flags_differ", "has other flags in its local header"},
    {Fault::local_crc_differs, "local_crc_differs", "has another CRC in its local header"},
    {Fault::local_size_differs, "local_size_differs", "has another size in its local header"},
    {Fault::descriptor_differs, "descriptor_differs", "has no data descriptor that repeats the directory"},
    {Fault::overlap, "overlap", "overlaps another member or the directory"},
    {Fault::gap, "gap", "comes after bytes that belong to no member"},
    {Fault::damaged_stream, "damaged_stream", "has a damaged deflate stream"},
    {Fault::size_mismatch, "size_mismatch", "is not as large as its header says"},
    {Fault::bytes_after_stream, "bytes_after_stream", "has bytes after the end of its deflate stream"},
    {Fault::crc_mismatch, "crc_mismatch", "does not have the CRC that its header says"},
}};

constexpr bool in_order_of_the_enumeration() {
  for (std::size_t i = 0; i < fault_texts.size(); ++i) {
    if (fault_texts[i].fault != static_cast<Fault>(i)) return false;
  }
  return fault_texts.back().fault == Fault::crc_mismatch;
}
static_assert(in_order_of_the_enumeration());

}  // namespace detail

DAYPACK_DECL std::string_view to_string(Fault fault) {
  return detail::fault_texts.at(static_cast<std::size_t>(fault)).name;
}
DAYPACK_DECL std::string_view words_of(Fault fault) {
  return detail::fault_texts.at(static_cast<std::size_t>(fault)).words;
}

}  // namespace daypack::zip
