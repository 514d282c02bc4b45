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
  std::uint64_t shift = 0;  // bytes before the archive that its offsets do not count
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

// The file ends in an end record, with at most a harmless comment, or this tells why not. An end record in a comment is
// the last one, and as it does not end where the file does, it is refused here.
inline Fault find_end(ByteView file, bool strict, std::uint64_t& at) {
  if (file.size() < EndRecord::length) return Fault::no_end_record;
  const std::uint64_t tail = file.size() > longest_tail ? file.size() - longest_tail : 0;
  const std::string_view text = as_text(file.subspan(tail));
  const std::size_t found = text.rfind(end_magic, text.size() - EndRecord::length);
  if (found == std::string_view::npos) return Fault::no_end_record;
  at = tail + found;
  const std::uint64_t comment = load<std::uint16_t>(file.data() + at + EndRecord::length - 2);
  const std::uint64_t after = file.size() - at - EndRecord::length;
  if (comment > after) return Fault::truncated;
  if (comment < after) return Fault::trailing_bytes;
  if (strict && may_hide_records(text.substr(found + EndRecord::length))) return Fault::archive_comment;
  return Fault::none;
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

// The zip64 end record whose locator stands right before the end record. How far the locator is off is the shift.
inline Fault read_end64(ByteView file, bool strict, std::uint64_t end, const EndRecord& record, Directory& directory,
                        std::uint64_t& directory_end) {
  const auto locator = load_record<EndLocator64>(file.data() + end - EndLocator64::length);
  if (locator.disk != 0 || locator.disks != 1) return Fault::several_disks;
  if (end < EndLocator64::length + EndRecord64::length) return Fault::zip64_locator;
  directory_end = end - EndLocator64::length - EndRecord64::length;
  if (strict ? locator.offset != directory_end : locator.offset > directory_end) return Fault::zip64_locator;
  directory.shift = directory_end - locator.offset;
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
  directory.offset = wide.directory_offset, directory.size = wide.directory_size, directory.members = wide.members;
  return Fault::none;
}

// The end record without zip64. Its shift is what lies between where the directory should end and where it does.
inline Fault read_end32(const EndRecord& record, std::uint64_t end, Directory& directory) {
  if (record.directory_size == sentinel32 || record.directory_offset == sentinel32) return Fault::zip64_missing;
  if (record.members_here != record.members) return Fault::several_disks;
  directory.offset = record.directory_offset, directory.size = record.directory_size;
  directory.members = record.members;
  const std::uint64_t claimed_end = directory.offset + directory.size;
  directory.shift = claimed_end < end ? end - claimed_end : 0;
  return Fault::none;
}

// Sets the directory to where it lies in the file, which `directory_end` and its size decide.
inline Fault place_directory(ByteView file, bool strict, std::uint64_t directory_end, Directory& directory) {
  if (directory.size > directory_end) return Fault::directory_misplaced;
  const std::uint64_t place = directory_end - directory.size;
  if (place < directory.shift || place - directory.shift != directory.offset) return Fault::directory_misplaced;
  if (directory.shift != 0) {
    if (strict) return Fault::directory_misplaced;
    // A reader that counts from the file's begin would see this one.
    if (load<std::uint32_t>(file.data() + directory.offset) == CentralRecord::magic) return Fault::second_directory;
  }
  directory.offset = place;
  return Fault::none;
}

inline Fault read_end(ByteView file, bool strict, Directory& directory) {
  std::uint64_t end = 0;
  if (const Fault fault = find_end(file, strict, end); fault != Fault::none) return fault;
  const auto record = load_record<EndRecord>(file.data() + end);
  std::uint64_t directory_end = end;
  const bool zip64 = end >= EndLocator64::length &&
                     load<std::uint32_t>(file.data() + end - EndLocator64::length) == EndLocator64::magic;
  const Fault read =
      zip64 ? read_end64(file, strict, end, record, directory, directory_end) : read_end32(record, end, directory);
  if (read != Fault::none) return read;
  const auto here = [&](std::uint16_t disk) { return disk == 0 || (disk == sentinel16 && zip64); };
  if (!here(record.disk) || !here(record.directory_disk)) return Fault::several_disks;
  if (const Fault fault = place_directory(file, strict, directory_end, directory); fault != Fault::none) return fault;
  if (directory.members > directory.size / CentralRecord::length) return Fault::directory_count;
  return has_rival_end(file, end, directory.offset) ? Fault::several_end_records : Fault::none;
}

}  // namespace daypack::zip::detail
