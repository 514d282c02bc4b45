// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace daypack {

using ByteView = std::span<const std::byte>;

inline ByteView as_bytes(std::string_view text) { return std::as_bytes(std::span(text)); }
inline std::string_view as_text(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// Immutable bytes and whoever keeps them alive: a mapped file, a cache entry, a string. Cheap to copy.
struct Blob {
  ByteView bytes = {};
  std::shared_ptr<const void> owner = {};

  std::size_t size() const noexcept { return bytes.size(); }
  std::string_view text() const noexcept { return as_text(bytes); }
  // A part of the same bytes, kept alive by the same owner.
  Blob slice(std::size_t offset, std::size_t length) const { return {bytes.subspan(offset, length), owner}; }
};

// A Blob that owns a copy of the text.
inline Blob blob_of(std::string text) {
  auto owner = std::make_shared<const std::string>(std::move(text));
  return {as_bytes(*owner), owner};
}

// SHA-256 of something, as a value; sign/sha256.hpp computes it.
struct Sha256 {
  unsigned char bytes[32] = {};

  std::string hex() const {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(64);
    for (unsigned char byte : bytes) {
      text += digits[byte >> 4];
      text += digits[byte & 15];
    }
    return text;
  }
  friend bool operator==(const Sha256&, const Sha256&) = default;
};

}  // namespace daypack
