// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/codec/zlib.hpp>
#include <daypack/zip/inflate.hpp>
#include <daypack/zip/records.hpp>

#include <ostream>
#include <string>
#include <vector>

namespace daypack::zip {
inline std::ostream& boost_test_print_type(std::ostream& out, Fault fault) { return out << to_string(fault); }
}  // namespace daypack::zip

// A zip put together record by record, so that a test can make any one thing wrong. Good as it is.
struct RawMember {
  std::string name;
  std::string data = {};  // as it lies in the zip
  std::string local_name = {}, local_extra = {}, central_extra = {}, comment = {}, before = {};
  daypack::zip::LocalHeader local = {};
  daypack::zip::CentralRecord central = {};
};

inline std::string deflated(const std::string& text) {
  std::string out(text.size() + 64, '\0');
  out.resize(daypack::codec::Zlib(6).compress(daypack::as_bytes(text), std::as_writable_bytes(std::span(out))));
  return out;
}

inline RawMember raw_member(const std::string& name, const std::string& text, bool deflate) {
  RawMember member{.name = name, .data = deflate ? deflated(text) : text, .local_name = name};
  auto& central = member.central;
  central.version_made_by = 3 << 8 | 20;
  central.version_needed = 20;
  central.method = deflate ? daypack::zip::method_deflated : daypack::zip::method_stored;
  central.crc32 = daypack::zip::crc32_of(daypack::as_bytes(text));
  central.size = static_cast<std::uint32_t>(text.size());
  central.compressed = static_cast<std::uint32_t>(member.data.size());
  central.external_attributes = 0100644U << 16;
  auto& local = member.local;
  local.version_needed = 20;
  local.method = central.method;
  local.crc32 = central.crc32;
  local.size = central.size;
  local.compressed = central.compressed;
  return member;
}

struct RawZip {
  std::vector<RawMember> members = {raw_member("a.txt", std::string(1000, 'a'), true),
                                    raw_member("b/c.txt", "hello", false)};
  std::string prefix = {}, before_directory = {}, after_directory = {}, before_end = {}, suffix = {};
  daypack::zip::EndRecord end = {};
  std::uint64_t shift = 0;  // added to every offset
  bool zip64 = false;
  daypack::zip::EndRecord64 end64 = {};
  daypack::zip::EndLocator64 locator = {};
  int count_off = 0;               // added to the number of members
  std::int64_t directory_off = 0;  // added to the directory's offset

  RawMember& first() { return members.front(); }
  RawMember& second() { return members.back(); }

  // Sets both headers' field at once.
  template <class Change>
  RawZip& both(Change change) {
    change(first().local), change(first().central);
    return *this;
  }

  template <class Record>
  static void put(std::string& to, const Record& record) {
    std::byte bytes[Record::length];
    daypack::zip::store_record(bytes, record);
    to += daypack::as_text(bytes);
  }

  std::string bytes() {
    std::string file = prefix, directory;
    for (RawMember& member : members) {
      file += member.before;
      member.central.offset += static_cast<std::uint32_t>(file.size() + shift);
      member.local.name_length = static_cast<std::uint16_t>(member.local_name.size());
      member.local.extra_length = static_cast<std::uint16_t>(member.local_extra.size());
      put(file, member.local);
      file += member.local_name + member.local_extra + member.data;
      member.central.name_length = static_cast<std::uint16_t>(member.name.size());
      member.central.extra_length = static_cast<std::uint16_t>(member.central_extra.size());
      member.central.comment_length = static_cast<std::uint16_t>(member.comment.size());
      put(directory, member.central);
      directory += member.name + member.central_extra + member.comment;
    }
    file += before_directory;
    const std::uint64_t offset =
        static_cast<std::uint64_t>(static_cast<std::int64_t>(file.size() + shift) + directory_off);
    file += directory + after_directory;
    const auto count = static_cast<std::uint64_t>(static_cast<int>(members.size()) + count_off);
    if (zip64) {
      end64.members = end64.members_here = end64.members + count;
      end64.directory_size += directory.size();
      end64.directory_offset += offset;
      locator.offset += file.size();
      put(file, end64);
      put(file, locator);
    }
    file += before_end;
    end.members = static_cast<std::uint16_t>(end.members + count);
    end.members_here = static_cast<std::uint16_t>(end.members_here + count);
    end.directory_size += static_cast<std::uint32_t>(directory.size());
    end.directory_offset += static_cast<std::uint32_t>(offset);
    put(file, end);
    return file + suffix;
  }
};

// An extra field: its id, its length, its bytes.
inline std::string extra_field(std::uint16_t id, const std::string& bytes) {
  const auto two = [](std::size_t value) {
    return std::string{static_cast<char>(value & 0xff), static_cast<char>(value >> 8 & 0xff)};
  };
  return two(id) + two(bytes.size()) + bytes;
}

inline std::string eight(std::uint64_t value) {
  std::string text;
  for (int i = 0; i < 8; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}
