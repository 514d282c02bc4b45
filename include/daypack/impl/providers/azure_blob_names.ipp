// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/detail/utf8.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/providers/azure_blob_client.ipp>
#include <daypack/providers/azure_blob.hpp>

#include <algorithm>
#include <string_view>

// What Azure Storage would refuse, told before it is asked (REST reference, "Naming and referencing containers, blobs,
// and metadata", "Put Blob", "Put Block"; read on 2026-11-20).
namespace daypack::detail::azure_blob {

inline constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;
inline constexpr std::uint64_t most_whole = 5000 * mebibyte, most_block = 4000 * mebibyte, most_blocks = 50'000;

inline void check_container(const std::string& name) {
  if (const std::string reason = container_reason(name); !reason.empty())
    throw Error(Errc::usage, "a container cannot have this name", "'" + name + "' (" + reason + ')',
                name.empty() ? "say which container" : "check the container's name");
}

inline std::string name_reason(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name.size() > 1024) return "it has " + std::to_string(name.size()) + " bytes, at most 1024";
  if (!is_utf8(name)) return "it is not UTF-8";
  if (std::ranges::any_of(name, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f || c == '\\'; }))
    return "a control character or a backslash stands in it";
  const std::vector<std::string> segments = split_at(name, '/');
  if (segments.size() > 254) return "it has more than 254 segments";
  for (const std::string& segment : segments) {
    if (segment.empty()) return "a segment is empty";
    if (segment.ends_with('.')) return "a segment ends with a dot";
  }
  return {};
}

// Names become header fields, and C# identifiers of whoever reads them.
inline void check_blob_metadata(const std::map<std::string, std::string>& metadata) {
  std::size_t size = 0;
  for (const auto& [name, value] : metadata) {
    const auto is_letter = [](char c) { return is_ascii_alnum(c) || c == '_'; };
    const auto is_plain = [](char c) { return c >= ' ' && c < 0x7f; };
    if (name.empty() || is_ascii_digit(name.front()) || !std::ranges::all_of(name, is_letter) ||
        !std::ranges::all_of(value, is_plain)) {
      throw Error(Errc::usage, "this cannot be metadata of a blob", "'" + name + "'",
                  "take letters, digits and '_' for the name, no digit first, and plain ASCII for the value");
    }
    size += name.size() + value.size();
  }
  if (size > 8192)
    throw Error(Errc::usage, "the blob has too much metadata", std::to_string(size) + " bytes (expected at most 8192)");
}

inline void check_block_options(const azure::Blob& to, std::uint64_t size) {
  const auto wrong = [](const char* what, std::uint64_t got, const std::string& expected) {
    throw Error(Errc::usage, what, std::to_string(got) + " bytes (expected " + expected + ')');
  };
  if (to.single_up_to > most_whole) wrong("so much cannot go in one piece", to.single_up_to, "at most 5000 MiB");
  if (to.part_size > most_block) wrong("a block cannot have this size", to.part_size, "at most 4000 MiB");
  if (to.part_size != 0 && size > to.single_up_to && (size + to.part_size - 1) / to.part_size > most_blocks)
    wrong("the blocks would be more than 50,000", to.part_size, "at least " + std::to_string(size / most_blocks + 1));
  if (to.parallel < 0 || to.parallel > 256)
    throw Error(Errc::usage, "so many blocks cannot go at once", std::to_string(to.parallel) + " (expected 1 to 256)");
}

// The name that the archive gets; Error{usage} for options that Azure would refuse.
inline std::string checked_name(const azure::Blob& to, const Archive& archive) {
  check_container(to.container);
  check_block_options(to, archive.size());
  check_blob_metadata(to.metadata);
  std::string name = to.prefix + (to.name.empty() ? archive.sha256().hex() + ".zip" : to.name);
  if (const std::string reason = name_reason(name); !reason.empty())
    throw Error(Errc::usage, "a blob cannot have this name", "'" + name + "' (" + reason + ')');
  return name;
}

inline std::uint64_t block_size_for(const azure::Blob& to, std::uint64_t size) {
  if (to.part_size != 0) return to.part_size;
  const std::uint64_t least = (size / most_blocks + mebibyte) / mebibyte * mebibyte;
  return std::max(8 * mebibyte, least);
}

}  // namespace daypack::detail::azure_blob
