// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/tree.hpp>
#include <daypack/zip/fault.hpp>
#include <daypack/zip/inflate.hpp>
#include <daypack/zip/name.hpp>
#include <daypack/zip/reader.hpp>
#include <daypack/zip/records.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

// One record of the directory, and the local header that must say the same.
namespace daypack::zip::detail {

// A central record, judged: its member but for the data, and what the local header must repeat.
struct Central {
  Member member = {};
  std::uint64_t compressed = 0;
  bool dos_folder = false;  // the attributes of MS-DOS call it one
};

struct Extra {
  std::optional<ByteView> zip64 = {}, unicode_path = {};
};

inline Fault read_extra(ByteView bytes, Extra& extra) {
  while (!bytes.empty()) {
    if (bytes.size() < 4) return Fault::damaged_extra;
    const auto id = load<std::uint16_t>(bytes.data());
    const std::size_t length = load<std::uint16_t>(bytes.data() + 2);
    if (length > bytes.size() - 4) return Fault::damaged_extra;
    auto* field = id == extra_zip64 ? &extra.zip64 : id == extra_unicode_path ? &extra.unicode_path : nullptr;
    if (field && field->has_value()) return Fault::duplicate_extra;
    if (field) *field = bytes.subspan(4, length);
    bytes = bytes.subspan(4 + length);
  }
  return Fault::none;
}

// Info-ZIP's second name: version 1, CRC of the first name, the name. Readers differ in which one they take.
inline bool same_unicode_path(const Extra& extra, std::string_view name) {
  if (!extra.unicode_path) return true;
  const ByteView field = *extra.unicode_path;
  return field.size() == 5 + name.size() && field[0] == std::byte{1} &&
         load<std::uint32_t>(field.data() + 1) == crc32_of(as_bytes(name)) && as_text(field.subspan(5)) == name;
}

// Replaces a sentinel by the next value of the zip64 field.
inline bool widen(std::uint64_t& value, ByteView& zip64) {
  if (value != sentinel32) return true;
  if (zip64.size() < 8) return false;
  value = load<std::uint64_t>(zip64.data());
  zip64 = zip64.subspan(8);
  return true;
}

inline Fault check_flags(std::uint16_t flags) {
  if (flags & (flag_encrypted | flag_strong_encryption | flag_masked_headers)) return Fault::encrypted;
  if (flags & flag_data_descriptor) return Fault::data_descriptor;
  const int known = flag_deflate_option_1 | flag_deflate_option_2 | flag_utf8;
  return flags & ~known ? Fault::unknown_flags : Fault::none;
}

inline Fault check_name(std::string_view name, std::uint16_t flags) {
  if (name.empty()) return Fault::unsafe_name;
  if (!is_utf8(name)) return Fault::name_not_utf8;
  if (!(flags & flag_utf8) && !is_ascii(name)) return Fault::name_without_utf8_flag;
  if (name.ends_with('/')) name.remove_suffix(1);
  return unsafe_path_reason(name).empty() ? Fault::none : Fault::unsafe_name;
}

inline Fault check_kind(const Central& central) {
  const Member& member = central.member;
  const std::uint32_t type = member.unix_mode & 0170000;
  if (type != 0 && type != 0100000 && type != 0040000 && type != 0120000) return Fault::special_file;
  if ((type == 0040000) != member.folder() && type != 0) return Fault::special_file;
  // Without a type the attributes of MS-DOS decide for some readers, the name for others.
  if (type == 0 && central.dos_folder && !member.folder()) return Fault::special_file;
  if (member.folder() && member.size != 0) return Fault::folder_with_content;
  if (!member.deflated() && central.compressed != member.size) return Fault::stored_size_differs;
  if (member.size > inflated_at_most(central.compressed) && member.deflated()) return Fault::impossible_size;
  return Fault::none;
}

inline Fault read_central_fields(const CentralRecord& record, ByteView rest, Central& central) {
  if (const Fault fault = check_flags(record.flags); fault != Fault::none) return fault;
  if ((record.version_needed & 0xff) > 45) return Fault::unsupported_version;  // the high byte is a system
  if (record.method != method_stored && record.method != method_deflated) return Fault::unsupported_method;
  if (record.comment_length != 0) return Fault::member_comment;
  if (record.disk != 0) return Fault::several_disks;
  Member& member = central.member;
  if (const Fault fault = check_name(member.name, record.flags); fault != Fault::none) return fault;
  Extra extra;
  if (const Fault fault = read_extra(rest.subspan(record.name_length, record.extra_length), extra);
      fault != Fault::none)
    return fault;
  if (!same_unicode_path(extra, member.name)) return Fault::unicode_path_differs;
  member.method = record.method;
  member.flags = record.flags;
  member.crc32 = record.crc32;
  member.unix_mode = record.external_attributes >> 16;  // whatever system made it: so do pip and Python
  central.dos_folder = record.external_attributes & 0x10;
  member.size = record.size;
  central.compressed = record.compressed;
  member.header_offset = record.offset;
  ByteView zip64 = extra.zip64.value_or(ByteView());
  const bool wide = widen(member.size, zip64) && widen(central.compressed, zip64) && widen(member.header_offset, zip64);
  if (!wide || !zip64.empty()) return Fault::zip64_extra;
  return check_kind(central);
}

// Reads the record at `at` and moves `at` behind it.
inline Fault read_central(ByteView file, std::uint64_t& at, std::uint64_t end, Central& central) {
  if (at == end) return Fault::directory_count;
  if (end - at < CentralRecord::length) return Fault::directory_damaged;
  const auto record = load_record<CentralRecord>(file.data() + at);
  const std::uint64_t rest = std::uint64_t{record.name_length} + record.extra_length + record.comment_length;
  if (record.signature != CentralRecord::magic || end - at - CentralRecord::length < rest)
    return Fault::directory_damaged;
  const ByteView variable = file.subspan(at + CentralRecord::length, rest);
  central.member.name = as_text(variable.first(record.name_length));
  at += CentralRecord::length + rest;
  return read_central_fields(record, variable, central);
}

// The zip64 field of a local header: both sizes, or only those that are sentinels. Some writers add it where nothing
// needs it.
inline bool same_local_sizes(const LocalHeader& local, const Extra& extra, const Central& central) {
  std::uint64_t size = local.size, compressed = local.compressed;
  if (extra.zip64) {
    ByteView zip64 = *extra.zip64;
    if (zip64.size() == 16) {
      const bool same = load<std::uint64_t>(zip64.data()) == central.member.size &&
                        load<std::uint64_t>(zip64.data() + 8) == central.compressed;
      if (!same) return false;
    }
    if (!widen(size, zip64) || !widen(compressed, zip64) || (!zip64.empty() && extra.zip64->size() != 16)) return false;
    if (extra.zip64->size() == 16 && zip64.size() == 8)
      return false;  // one sentinel: the field's first value is not the size's
  }
  return size == central.member.size && compressed == central.compressed;
}

// Compares the local header with the central record and sets the member's data; `end` is where that ends.
inline Fault read_local(const Blob& archive, std::uint64_t directory, Central& central, std::uint64_t& end) {
  Member& member = central.member;
  const std::uint64_t at = member.header_offset;
  if (at > directory || directory - at < LocalHeader::length) return Fault::local_header_missing;
  const auto local = load_record<LocalHeader>(archive.bytes.data() + at);
  if (local.signature != LocalHeader::magic) return Fault::local_header_missing;
  const std::uint64_t head = LocalHeader::length + std::uint64_t{local.name_length} + local.extra_length;
  if (directory - at < head || directory - at - head < central.compressed) return Fault::overlap;
  const ByteView variable = archive.bytes.subspan(at + LocalHeader::length, head - LocalHeader::length);
  if (as_text(variable.first(local.name_length)) != member.name) return Fault::local_name_differs;
  if (local.method != member.method) return Fault::local_method_differs;
  if (local.flags != member.flags) return Fault::local_flags_differ;
  if (local.crc32 != member.crc32) return Fault::local_crc_differs;
  if ((local.version_needed & 0xff) > 45) return Fault::unsupported_version;
  Extra extra;
  if (const Fault fault = read_extra(variable.subspan(local.name_length), extra); fault != Fault::none) return fault;
  if (!same_unicode_path(extra, member.name)) return Fault::unicode_path_differs;
  if (!same_local_sizes(local, extra, central)) return Fault::local_size_differs;
  member.data = archive.slice(at + head, central.compressed);
  end = at + head + central.compressed;
  return Fault::none;
}

}  // namespace daypack::zip::detail
