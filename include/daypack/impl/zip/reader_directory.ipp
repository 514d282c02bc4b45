// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/impl/zip/reader_extra.ipp>
#include <daypack/impl/zip/reader_name.ipp>
#include <daypack/zip/fault.hpp>
#include <daypack/zip/inflate.hpp>
#include <daypack/zip/reader.hpp>
#include <daypack/zip/records.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

// One record of the directory.
namespace daypack::zip::detail {

using Names = std::deque<std::string>;

// A central record, judged: its member but for the data, and what the local header must repeat.
struct Central {
  Member member = {};
  std::string_view raw_name = {};  // as it stands in both headers
  std::uint64_t compressed = 0;
  bool dos_folder = false;  // the attributes of MS-DOS call it one
};

inline constexpr std::uint16_t known_flags = flag_encrypted | flag_deflate_option_1 | flag_deflate_option_2 |
                                             flag_data_descriptor | flag_strong_encryption | flag_utf8 |
                                             flag_masked_headers;
inline constexpr std::uint16_t flag_patched = 1 << 5;  // the content is a difference to another file

inline Fault check_flags(std::uint16_t flags, bool strict) {
  if (flags & flag_masked_headers) return Fault::encrypted;  // the headers too, so nothing can be compared
  if (!strict) return flags & flag_patched ? Fault::unknown_flags : Fault::none;
  if (flags & (flag_encrypted | flag_strong_encryption)) return Fault::encrypted;
  if (flags & flag_data_descriptor) return Fault::data_descriptor;
  return flags & ~known_flags ? Fault::unknown_flags : Fault::none;
}

// The newest version whose members are read, or at least listed: zip64 is 45, the last one so far 63 (APPNOTE.TXT
// 4.4.3). The high byte is a system.
inline Fault check_version(std::uint16_t needed, bool strict) {
  return (needed & 0xff) > (strict ? 45 : 63) ? Fault::unsupported_version : Fault::none;
}

inline Fault check_record(const CentralRecord& record, bool strict) {
  if (const Fault fault = check_flags(record.flags, strict); fault != Fault::none) return fault;
  if (const Fault fault = check_version(record.version_needed, strict); fault != Fault::none) return fault;
  if (strict && record.method != method_stored && record.method != method_deflated) return Fault::unsupported_method;
  if (strict && record.comment_length != 0) return Fault::member_comment;
  return record.disk != 0 ? Fault::several_disks : Fault::none;
}

// File, folder or link: name, mode and the attributes of MS-DOS must not call it two of these, for readers go by any.
// Strict, the mode may say nothing else either. General, other types are files, as for every reader.
inline Fault check_kind(const Central& central, bool strict) {
  const Member& member = central.member;
  const std::uint32_t type = member.unix_mode & 0170000;
  if (strict && type != 0 && type != 0100000 && type != 0040000 && type != 0120000) return Fault::special_file;
  if (type == 0040000 && !member.folder()) return Fault::special_file;
  if (member.folder() && (strict ? type != 0 && type != 0040000 : type == 0120000)) return Fault::special_file;
  if (type == 0 && central.dos_folder && !member.folder()) return Fault::special_file;
  return member.folder() && member.size != 0 ? Fault::folder_with_content : Fault::none;
}

// Whether the compressed bytes can become so many.
inline Fault check_sizes(const Central& central) {
  const Member& member = central.member;
  if (member.method == method_stored && !member.encrypted() && central.compressed != member.size)
    return Fault::stored_size_differs;
  if (member.deflated() && member.size > inflated_at_most(central.compressed)) return Fault::impossible_size;
  return Fault::none;
}

inline Fault read_name(const Extra& extra, bool strict, Names& names, Central& central) {
  const std::uint16_t flags = central.member.flags;
  central.member.name = central.raw_name;
  if (strict) {
    if (const Fault fault = check_name(central.raw_name, flags); fault != Fault::none) return fault;
    return same_unicode_path(extra, central.raw_name) ? Fault::none : Fault::unicode_path_differs;
  }
  std::string name;
  const Fault fault = decode_name(central.raw_name, flags, extra, name);
  if (fault == Fault::none && name != central.raw_name) central.member.name = names.emplace_back(std::move(name));
  return fault;
}

// The zip64 field has a value for each sentinel and, strict, no other.
inline Fault read_wide(const CentralRecord& record, const Extra& extra, Central& central) {
  Member& member = central.member;
  member.size = record.size;
  central.compressed = record.compressed;
  member.header_offset = record.offset;
  ByteView zip64 = extra.zip64.value_or(ByteView());
  const bool wide = widen(member.size, zip64) && widen(central.compressed, zip64) && widen(member.header_offset, zip64);
  return wide && zip64.empty() ? Fault::none : Fault::zip64_extra;
}

inline Fault read_central_fields(const CentralRecord& record, ByteView rest, bool strict, Names& names,
                                 Central& central) {
  if (const Fault fault = check_record(record, strict); fault != Fault::none) return fault;
  Member& member = central.member;
  member.method = record.method;
  member.flags = record.flags;
  member.crc32 = record.crc32;
  member.unix_mode = record.external_attributes >> 16;  // whatever system made it: so do pip and Python
  central.dos_folder = record.external_attributes & 0x10;
  Extra extra;
  const ByteView fields = rest.subspan(record.name_length, record.extra_length);
  if (const Fault fault = read_extra(fields, strict, extra); fault != Fault::none) return fault;
  if (const Fault fault = read_name(extra, strict, names, central); fault != Fault::none) return fault;
  if (const Fault fault = read_wide(record, extra, central); fault != Fault::none) return fault;
  if (const Fault fault = check_kind(central, strict); fault != Fault::none) return fault;
  return check_sizes(central);
}

// Reads the record at `at` and moves `at` behind it.
inline Fault read_central(ByteView file, std::uint64_t& at, std::uint64_t end, bool strict, Names& names,
                          Central& central) {
  if (at == end) return Fault::directory_count;
  if (end - at < CentralRecord::length) return Fault::directory_damaged;
  const auto record = load_record<CentralRecord>(file.data() + at);
  const std::uint64_t rest = std::uint64_t{record.name_length} + record.extra_length + record.comment_length;
  if (record.signature != CentralRecord::magic || end - at - CentralRecord::length < rest)
    return Fault::directory_damaged;
  const ByteView variable = file.subspan(at + CentralRecord::length, rest);
  central.raw_name = as_text(variable.first(record.name_length));
  central.member.name = central.raw_name;  // what an error calls it until it is decoded
  at += CentralRecord::length + rest;
  return read_central_fields(record, variable, strict, names, central);
}

}  // namespace daypack::zip::detail
