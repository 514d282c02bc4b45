// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

// The records of a zip file as they lie on disk, apart from all logic (APPNOTE.TXT 6.3.10, sections 4.3 to 4.5).
//
//   local header, name, extra, data      per member
//   central record, name, extra, comment per member: the directory
//   zip64 end record, zip64 locator      where a number does not fit
//   end record, comment
namespace daypack::zip {

inline constexpr std::uint16_t sentinel16 = 0xffff;      // "see the zip64 record"
inline constexpr std::uint32_t sentinel32 = 0xffffffff;  // "see the zip64 field or record"

inline constexpr std::uint16_t method_stored = 0;
inline constexpr std::uint16_t method_deflated = 8;

inline constexpr std::uint16_t flag_encrypted = 1 << 0;
inline constexpr std::uint16_t flag_deflate_option_1 = 1 << 1;
inline constexpr std::uint16_t flag_deflate_option_2 = 1 << 2;
inline constexpr std::uint16_t flag_data_descriptor = 1 << 3;
inline constexpr std::uint16_t flag_strong_encryption = 1 << 6;
inline constexpr std::uint16_t flag_utf8 = 1 << 11;
inline constexpr std::uint16_t flag_masked_headers = 1 << 13;

inline constexpr std::uint16_t extra_zip64 = 0x0001;
inline constexpr std::uint16_t extra_unicode_path = 0x7075;

namespace detail {

template <class T>
T load(const std::byte* from) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value | static_cast<T>(static_cast<T>(from[i]) << (8 * i)));
  return value;
}

template <class T>
void store(std::byte* to, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) to[i] = static_cast<std::byte>(value >> (8 * i));
}

struct Load {
  const std::byte* from;
  template <class T>
  void operator()(T& field) {
    field = load<T>(from);
    from += sizeof(T);
  }
};

struct Store {
  std::byte* to;
  template <class T>
  void operator()(const T& field) {
    store(to, field);
    to += sizeof(T);
  }
};

}  // namespace detail

// Every record has: length (without names and the like), signature, and fields(each) that visits its fields in order of
// the disk.
struct LocalHeader {
  static constexpr std::size_t length = 30;
  static constexpr std::uint32_t magic = 0x04034b50;
  std::uint32_t signature = magic;
  std::uint16_t version_needed = 0, flags = 0, method = 0, time = 0, date = 0;
  std::uint32_t crc32 = 0, compressed = 0, size = 0;
  std::uint16_t name_length = 0, extra_length = 0;

  template <class Each>
  void fields(Each each) {
    each(signature), each(version_needed), each(flags), each(method), each(time), each(date);
    each(crc32), each(compressed), each(size), each(name_length), each(extra_length);
  }
};

struct CentralRecord {
  static constexpr std::size_t length = 46;
  static constexpr std::uint32_t magic = 0x02014b50;
  std::uint32_t signature = magic;
  std::uint16_t version_made_by = 0, version_needed = 0, flags = 0, method = 0, time = 0, date = 0;
  std::uint32_t crc32 = 0, compressed = 0, size = 0;
  std::uint16_t name_length = 0, extra_length = 0, comment_length = 0, disk = 0, internal_attributes = 0;
  std::uint32_t external_attributes = 0, offset = 0;

  template <class Each>
  void fields(Each each) {
    each(signature), each(version_made_by), each(version_needed), each(flags), each(method), each(time), each(date);
    each(crc32), each(compressed), each(size), each(name_length), each(extra_length), each(comment_length), each(disk);
    each(internal_attributes), each(external_attributes), each(offset);
  }
};

struct EndRecord {
  static constexpr std::size_t length = 22;
  static constexpr std::uint32_t magic = 0x06054b50;
  std::uint32_t signature = magic;
  std::uint16_t disk = 0, directory_disk = 0, members_here = 0, members = 0;
  std::uint32_t directory_size = 0, directory_offset = 0;
  std::uint16_t comment_length = 0;

  template <class Each>
  void fields(Each each) {
    each(signature), each(disk), each(directory_disk), each(members_here), each(members);
    each(directory_size), each(directory_offset), each(comment_length);
  }
};

struct EndRecord64 {
  static constexpr std::size_t length = 56;
  static constexpr std::uint32_t magic = 0x06064b50;
  std::uint32_t signature = magic;
  std::uint64_t rest = length - 12;  // bytes after this field
  std::uint16_t version_made_by = 0, version_needed = 45;
  std::uint32_t disk = 0, directory_disk = 0;
  std::uint64_t members_here = 0, members = 0, directory_size = 0, directory_offset = 0;

  template <class Each>
  void fields(Each each) {
    each(signature), each(rest), each(version_made_by), each(version_needed), each(disk), each(directory_disk);
    each(members_here), each(members), each(directory_size), each(directory_offset);
  }
};

struct EndLocator64 {
  static constexpr std::size_t length = 20;
  static constexpr std::uint32_t magic = 0x07064b50;
  std::uint32_t signature = magic;
  std::uint32_t disk = 0;
  std::uint64_t offset = 0;
  std::uint32_t disks = 1;

  template <class Each>
  void fields(Each each) {
    each(signature), each(disk), each(offset), each(disks);
  }
};

// The record at `from`, where at least Record::length bytes must be.
template <class Record>
Record load_record(const std::byte* from) {
  Record record;
  record.fields([load = detail::Load{from}](auto& field) mutable { load(field); });
  return record;
}

// Writes Record::length bytes.
template <class Record>
void store_record(std::byte* to, Record record) {
  record.fields([store = detail::Store{to}](const auto& field) mutable { store(field); });
}

}  // namespace daypack::zip
