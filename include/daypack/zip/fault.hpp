// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <string_view>

namespace daypack::zip {

// Each way in which a zip can be wrong.
enum class Fault {
  none,
  // the end of the file
  no_end_record,
  trailing_bytes,
  truncated,
  archive_comment,
  several_end_records,
  several_disks,
  // zip64
  zip64_missing,
  zip64_locator,
  zip64_end_record,
  zip64_disagrees,
  zip64_extra,
  // the central directory
  directory_misplaced,
  second_directory,
  directory_count,
  directory_damaged,
  // over the caller's limits
  too_many_members,
  too_large,
  total_too_large,
  ratio_too_high,
  // a central record
  encrypted,
  data_descriptor,
  unknown_flags,
  unsupported_version,
  unsupported_method,
  member_comment,
  damaged_extra,
  duplicate_extra,
  unicode_path_differs,
  special_file,
  folder_with_content,
  stored_size_differs,
  impossible_size,
  // names
  name_not_utf8,
  name_without_utf8_flag,
  absolute_name,
  parent_in_name,
  backslash_in_name,
  control_in_name,
  drive_in_name,
  unsafe_name,
  duplicate_name,
  file_as_folder,
  case_clash,
  // local headers and what they head
  local_header_missing,
  local_name_differs,
  local_method_differs,
  local_flags_differ,
  local_crc_differs,
  local_size_differs,
  descriptor_differs,
  overlap,
  gap,
  // content
  damaged_stream,
  size_mismatch,
  bytes_after_stream,
  crc_mismatch,
};

// The enumerator's name, for tools: "no_end_record".
DAYPACK_DECL std::string_view to_string(Fault fault);
// What is wrong, in words that follow the name of the archive or member: "has no end record".
DAYPACK_DECL std::string_view words_of(Fault fault);

// Whether it is one of a name that would leave its folder, or may not stand in one.
constexpr bool is_unsafe_name(Fault fault) { return fault >= Fault::absolute_name && fault <= Fault::unsafe_name; }
// Whether a limit of the caller is exceeded; the archive itself may be sound.
constexpr bool is_over_limit(Fault fault) { return fault >= Fault::too_many_members && fault <= Fault::ratio_too_high; }

}  // namespace daypack::zip

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/zip/fault.ipp>
#endif
