// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/zip/fault.hpp>
#include <daypack/zip/records.hpp>

#include <cstdint>
#include <string_view>

// The end of a zip file: where its directory lies, and that no reader can find another one.
namespace daypack::zip::detail {

struct Directory {
  std::uint64_t offset = 0, size = 0, members = 0;
};

inline constexpr std::string_view end_magic{"PK\5\6", 4};
inline constexpr std::uint64_t longest_tail = EndRecord::length + 0xffff;  // readers look no further for an end record

// Whether a comment could be taken for records: some readers look for signatures wherever they are.
inline bool may_hide_records(std::string_view comment) {
  for (std::size_t at = comment.find("PK"); at != std::string_view::npos; at = comment.find("PK", at + 1)) {
    if (at + 2 == comment.size() || static_cast<unsigned char>(comment[at + 2]) < 0x20) return true;
  }
  return false;
}

// The file ends in an end record, with at most a harmless comment, or this tells why not.
inline Fault find_end(ByteView file, std::uint64_t& at) {
  if (file.size() < EndRecord::length) return Fault::no_end_record;
  const std::string_view text = as_text(file);
  at = text.rfind(end_magic, file.size() - EndRecord::length);
  if (at == std::string_view::npos || file.size() - at > longest_tail) return Fault::no_end_record;
  const std::uint64_t comment = load<std::uint16_t>(file.data() + at + EndRecord::length - 2);
  const std::uint64_t after = file.size() - at - EndRecord::length;
  if (comment > after) return Fault::truncated;
  if (comment < after) return Fault::trailing_bytes;
  return may_hide_records(text.substr(at + EndRecord::length)) ? Fault::archive_comment : Fault::none;
}

// Another end record that some reader may prefer: one behind the directory's begin, or one whose comment would reach
// the file's end.
inline bool has_rival_end(ByteView file, std::uint64_t end, std::uint64_t directory) {
  const std::string_view text = as_text(file);
  const std::uint64_t begin = file.size() > longest_tail ? file.size() - longest_tail : 0;
  for (std::size_t at = text.find(end_magic, begin); at < end; at = text.find(end_magic, at + 1)) {
    const std::uint64_t comment = load<std::uint16_t>(file.data() + at + EndRecord::length - 2);
    if (at >= directory || at + EndRecord::length + comment == file.size()) return true;
  }
  return false;
}

// The zip64 end record whose locator stands right before the end record.
inline Fault read_end64(ByteView file, std::uint64_t end, const EndRecord& record, Directory& directory,
                        std::uint64_t& directory_end) {
  const auto locator = load_record<EndLocator64>(file.data() + end - EndLocator64::length);
  if (locator.disk != 0 || locator.disks != 1) return Fault::several_disks;
  if (end < EndLocator64::length + EndRecord64::length) return Fault::zip64_locator;
  directory_end = end - EndLocator64::length - EndRecord64::length;
  if (locator.offset != directory_end) return Fault::zip64_locator;
  const auto wide = load_record<EndRecord64>(file.data() + directory_end);
  if (wide.signature != EndRecord64::magic || wide.rest != EndRecord64::length - 12) return Fault::zip64_end_record;
  if (wide.disk != 0 || wide.directory_disk != 0 || wide.members_here != wide.members) return Fault::several_disks;
  const auto agrees = [](auto narrow, std::uint64_t value) {
    return narrow == value || narrow == static_cast<decltype(narrow)>(-1);
  };
  if (!agrees(record.members, wide.members) || !agrees(record.members_here, wide.members) ||
      !agrees(record.directory_size, wide.directory_size) || !agrees(record.directory_offset, wide.directory_offset)) {
    return Fault::zip64_disagrees;
  }
  directory = {wide.directory_offset, wide.directory_size, wide.members};
  return Fault::none;
}

inline Fault read_end(ByteView file, Directory& directory) {
  std::uint64_t end = 0;
  if (const Fault fault = find_end(file, end); fault != Fault::none) return fault;
  const auto record = load_record<EndRecord>(file.data() + end);
  std::uint64_t directory_end = end;
  if (end >= EndLocator64::length &&
      load<std::uint32_t>(file.data() + end - EndLocator64::length) == EndLocator64::magic) {
    if (const Fault fault = read_end64(file, end, record, directory, directory_end); fault != Fault::none) return fault;
  } else {
    if (record.directory_size == sentinel32 || record.directory_offset == sentinel32) return Fault::zip64_missing;
    if (record.members_here != record.members) return Fault::several_disks;
    directory = {record.directory_offset, record.directory_size, record.members};
  }
  const auto here = [&](std::uint16_t disk) { return disk == 0 || (disk == sentinel16 && directory_end != end); };
  if (!here(record.disk) || !here(record.directory_disk)) return Fault::several_disks;
  if (directory.size > directory_end || directory.offset != directory_end - directory.size)
    return Fault::directory_misplaced;
  if (directory.members > directory.size / CentralRecord::length) return Fault::directory_count;
  return has_rival_end(file, end, directory.offset) ? Fault::several_end_records : Fault::none;
}

}  // namespace daypack::zip::detail
