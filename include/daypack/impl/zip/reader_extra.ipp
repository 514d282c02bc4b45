// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/zip/fault.hpp>
#include <daypack/zip/inflate.hpp>
#include <daypack/zip/records.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

// The extra fields of a record, as far as they matter to anybody who reads the tree.
namespace daypack::zip::detail {

struct Extra {
  std::optional<ByteView> zip64 = {}, unicode_path = {};
};

// General, up to three bytes at the end that are no field are padding: tools that align data leave them.
inline Fault read_extra(ByteView bytes, bool strict, Extra& extra) {
  while (!bytes.empty()) {
    if (bytes.size() < 4) return strict ? Fault::damaged_extra : Fault::none;
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

// Info-ZIP's second name (APPNOTE.TXT 4.6.9): version 1, CRC of the first name, the name. Nothing when it is of another
// version or another name, for then it counts for nothing.
inline std::optional<std::string_view> unicode_path(const Extra& extra, std::string_view name) {
  if (!extra.unicode_path || extra.unicode_path->size() < 5) return {};
  const ByteView field = *extra.unicode_path;
  if (field[0] != std::byte{1} || load<std::uint32_t>(field.data() + 1) != crc32_of(as_bytes(name))) return {};
  return as_text(field.subspan(5));
}

// Strict: there is no second name but the first. Readers differ in which one they take.
inline bool same_unicode_path(const Extra& extra, std::string_view name) {
  return !extra.unicode_path || unicode_path(extra, name) == name;
}

// Replaces a sentinel by the next value of the zip64 field.
inline bool widen(std::uint64_t& value, ByteView& zip64) {
  if (value != sentinel32) return true;
  if (zip64.size() < 8) return false;
  value = load<std::uint64_t>(zip64.data());
  zip64 = zip64.subspan(8);
  return true;
}

}  // namespace daypack::zip::detail
