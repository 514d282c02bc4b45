// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/entry.hpp>
#include <daypack/error.hpp>
#include <daypack/tree.hpp>
#include <daypack/zip/name.hpp>
#include <daypack/zip/splice.hpp>
#include <daypack/zip/writer.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What is known of entries before the first byte is written.
namespace daypack::zip::detail {

// No deflate stream holds more bytes of content for each of its own: a match of 258 bytes takes two bits at least
// (RFC 1951, section 3.2.5).
inline constexpr std::uint64_t most_inflated = 258 * 4;

// Whether a trusted member, whose stream nobody will look at, cannot be what it says.
inline bool lies(const ZipMember& member) {
  if (!member.trusted) return false;
  if (member.size == 0) return member.crc32 != 0;
  return member.deflated ? (member.size - 1) / most_inflated >= member.data.size() : member.size != member.data.size();
}

inline void check_entry(const Entry& entry, std::vector<daypack::Fault>& faults) {
  if (const std::string_view reason = unsafe_path_reason(entry.path); !reason.empty()) {
    faults.push_back(
        {.code = Errc::unsafe_path, .message = "a path " + std::string(reason), .subject = printable(entry.path)});
  }
  const auto* member = std::get_if<ZipMember>(&entry.content);
  if (member && lies(*member)) {
    faults.push_back({.code = Errc::damaged_zip,
                      .message = "a member of a zip is not of the size that it claims",
                      .subject = printable(entry.path) + " (got " + std::to_string(member->data.size()) +
                                 " bytes that are " + (member->deflated ? "deflated" : "stored") + ", expected " +
                                 std::to_string(member->size) + " of content)",
                      .hint = "trust only members of an archive whose digest was checked"});
  }
}

inline void check_entries(std::span<const Entry> entries) {
  std::vector<daypack::Fault> faults;
  const std::string* last = nullptr;
  for (const Entry& entry : entries) {
    check_entry(entry, faults);
    if (last && entry.path <= *last) {
      faults.push_back({.code = Errc::usage,
                        .message = "entries of a zip must be sorted by path, each once",
                        .subject = printable(*last) + " before " + printable(entry.path),
                        .hint = "make them a Tree"});
    }
    last = &entry.path;
  }
  throw_collected(std::move(faults), "some entries may not stand in a zip");
}

// How many bytes the entry's data will take, where that does not depend on what deflate makes of it.
inline std::optional<std::uint64_t> predicted_data(const Entry& entry, Effort effort, bool stores) {
  const std::uint64_t size = size_of(entry.content);
  const auto* member = std::get_if<ZipMember>(&entry.content);
  if (member && spliced(*member, entry.mode, effort)) return member->data.size();
  if (entry.mode == Mode::symlink || size < 2) return size;
  if (!stores) return std::nullopt;
  const bool kept = member && member->trusted && member->deflated && effort.recompresses();
  return kept ? std::min<std::uint64_t>(member->data.size(), size) : size;
}

// As many parts of a large file as the threads work on, and two that wait; within limits, so that memory is bounded on
// any machine.
inline std::uint64_t window_of(const WriteOptions& options, const Pool& pool) {
  constexpr std::uint64_t two_parts = std::uint64_t{8} << 20, least = 4 * two_parts, most = 10 * two_parts;
  return options.window ? *options.window : std::clamp((pool.size() + 2) * two_parts, least, most);
}

}  // namespace daypack::zip::detail
