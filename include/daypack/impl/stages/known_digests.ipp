// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/cache/cache.hpp>
#include <daypack/detail/content_name.hpp>
#include <daypack/detail/little_endian.hpp>
#include <daypack/impl/detail/pieces.ipp>
#include <daypack/sign/sha256.hpp>
#include <daypack/zip/writer.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

// The digests of a zip, remembered by what it is made of: on one thread from its first byte to its last, they would be
// the longest part of a build that finds everything else in the cache.
namespace daypack::detail {

// Empty when only the bytes themselves say what they are.
inline std::string name_of_content(const Entry& entry) {
  const auto* owned = std::get_if<Owned>(&entry.content);
  return owned ? owned->name : content_name(entry).value_or("");
}

// Names what decides the bytes: of contents that have names (all of wheels: their bytes were hashed in this run, or
// made of such) these, of others the bytes in the zip; then its directory, with paths, modes, sizes, CRCs and the date.
// Nothing when more than a quarter of the zip would have to be hashed for that.
inline std::optional<CacheKey> digests_key(std::span<const Entry> entries, const zip::Rope& rope,
                                           std::string_view recipe) {
  Sha256Hasher hasher;
  add_word(hasher, "digests 1");
  add_word(hasher, recipe);
  add_word(hasher, std::to_string(entries.size()));
  const Pieces pieces(rope.segments);
  const auto take = [&](std::uint64_t begin, std::uint64_t size) {
    for (const Blob& piece : pieces.range(begin, size)) hasher.update(piece.bytes);
  };
  std::uint64_t at = 0, unnamed = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::uint64_t compressed = rope.written.compressed[i];
    const std::string name = name_of_content(entries[i]);
    at += zip::header_size(entries[i], compressed);
    if (name.empty() && (unnamed += compressed) > rope.written.size / 4) return {};
    add_word(hasher, name);
    hasher.update(as_bytes(little_endian(compressed, 64)));
    if (name.empty()) take(at, compressed);
    at += compressed;
  }
  take(at, rope.written.size - at);
  return CacheKey{.kind = "digests", .name = hasher.finish().hex()};
}

inline std::string kept_digests(const Digests& digests) {
  return std::string(as_text(std::as_bytes(std::span(digests.sha256.bytes)))) +
         (digests.crc64 ? little_endian(*digests.crc64, 64) : "");
}

inline std::optional<Digests> read_digests(ByteView kept, bool crc64) {
  Digests digests;
  const std::span<unsigned char> sha256(digests.sha256.bytes);
  if (kept.size() != sha256.size() + (crc64 ? 8 : 0)) return {};
  std::ranges::copy(std::as_bytes(std::span(kept)).first(sha256.size()), std::as_writable_bytes(sha256).begin());
  if (crc64) digests.crc64 = little_endian(kept.subspan(sha256.size()));
  return digests;
}

}  // namespace daypack::detail
