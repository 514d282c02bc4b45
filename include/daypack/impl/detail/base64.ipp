// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/base64.hpp>

#include <openssl/evp.h>
#include <algorithm>
#include <array>
#include <cstdint>

namespace daypack::detail {

// Appends; only the last piece may have a size that is no multiple of three.
inline void append_base64(std::string& text, ByteView bytes) {
  static constexpr std::size_t most = 3 << 20;  // OpenSSL counts in int
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(most, bytes.size()))) {
    const std::size_t size = std::min(most, bytes.size());
    const std::size_t old = text.size();
    text.resize(old + (size + 2) / 3 * 4 + 1);  // it ends its output with NUL
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data() + old),
                    reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(size));
    text.pop_back();
  }
}

DAYPACK_DECL std::string base64_of(ByteView bytes) {
  std::string text;
  append_base64(text, bytes);
  return text;
}

DAYPACK_DECL std::string base64_of(std::span<const Blob> pieces) {
  std::uint64_t total = 0;
  for (const Blob& piece : pieces) total += piece.size();
  std::string text;
  text.reserve((total + 2) / 3 * 4 + 1);
  std::array<std::byte, 3> rest;  // of the pieces before: less than a group of three
  std::size_t waiting = 0;
  for (const Blob& piece : pieces) {
    ByteView bytes = piece.bytes;
    while (waiting != 0 && waiting < 3 && !bytes.empty()) {
      rest[waiting++] = bytes.front();
      bytes = bytes.subspan(1);
    }
    if (waiting == 3) {
      append_base64(text, rest);
      waiting = 0;
    }
    if (waiting != 0) continue;
    const std::size_t whole = bytes.size() / 3 * 3;
    append_base64(text, bytes.first(whole));
    for (const std::byte byte : bytes.subspan(whole)) rest[waiting++] = byte;
  }
  append_base64(text, ByteView(rest).first(waiting));
  return text;
}

DAYPACK_DECL std::optional<std::string> base64_decoded(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  if (size < 0 || text.find('=') + padding < text.size()) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace daypack::detail
