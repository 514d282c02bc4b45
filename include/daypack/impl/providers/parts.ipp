// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/detail/base64.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/pieces.ipp>
#include <daypack/sign/sha256.hpp>

#include <openssl/evp.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// The bytes of an archive in parts, and what names them.
namespace daypack::detail::parts {

using daypack::detail::Pieces;

inline std::vector<ByteView> views_of(const std::vector<Blob>& blobs) {
  std::vector<ByteView> views;
  views.reserve(blobs.size());
  for (const Blob& blob : blobs) views.push_back(blob.bytes);
  return views;
}

// What lies in mapped files no longer counts as memory of this process.
inline void release(const std::vector<Blob>& blobs) {
  ReleasingReader reader;
  for (const Blob& blob : blobs) reader.pass_over(blob);
}

inline Sha256 sha256_of_blobs(const std::vector<Blob>& blobs) {
  Sha256Hasher hasher;
  for (const Blob& blob : blobs) hasher.update(blob.bytes);
  return hasher.finish();
}

// MD5, 16 bytes; nothing where OpenSSL may not compute it. What was read no longer counts as memory of this process.
inline std::optional<std::array<std::byte, 16>> md5_bytes_of_blobs(const std::vector<Blob>& blobs) {
  const std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context(::EVP_MD_CTX_new(), ::EVP_MD_CTX_free);
  bool fine = context && ::EVP_DigestInit_ex(context.get(), ::EVP_md5(), nullptr) == 1;
  ReleasingReader reader;
  for (const Blob& blob : blobs) {
    reader.pass(blob, [&](ByteView bytes) {
      fine = fine && ::EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1;
    });
  }
  std::array<std::byte, 16> digest{};
  fine = fine && ::EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1;
  return fine ? std::optional(digest) : std::nullopt;
}

// In hex: the ETag of a part where no KMS key encrypts it. Empty where there is none.
inline std::string md5_of_blobs(const std::vector<Blob>& blobs) {
  const auto digest = md5_bytes_of_blobs(blobs);
  Sha256 half;
  if (digest) std::memcpy(half.bytes, digest->data(), digest->size());
  return digest ? half.hex().substr(0, 32) : "";
}

// As header fields have it.
inline std::string base64_md5_of_blobs(const std::vector<Blob>& blobs) {
  const auto digest = md5_bytes_of_blobs(blobs);
  return digest ? base64_of(ByteView(*digest)) : "";
}

// A checksum of bytes that follow each other, such as Crc64Nvme.
template <class Checksum>
std::uint64_t checksum_of_blobs(const std::vector<Blob>& blobs) {
  Checksum checksum;
  for (const Blob& blob : blobs) checksum.update(blob.bytes);
  return checksum.value();
}

// The whole, read piece by piece.
template <class Checksum>
std::uint64_t checksum_of_archive(const Archive& archive) {
  Checksum checksum;
  archive.pour([&](ByteView bytes) { checksum.update(bytes); });
  return checksum.value();
}

// One part of an upload.
struct Part {
  int number = 0;  // from 1
  std::uint64_t begin = 0, size = 0;
  std::optional<std::uint64_t> crc64 = {};
  std::string etag = {};  // how the store names what it has kept; empty until it is there
};

// Whether what the store says it has kept is what was sent; a store that says nothing is believed.
inline void check_kept(const std::string& id, const std::string& what, const std::string& got,
                       const std::string& expected) {
  if (got.empty() || got == expected) return;
  throw Error(Errc::verification, "the store has kept other bytes than were sent",
              id + ", " + what + " (got checksum " + got + ", expected " + expected + ')', "upload again");
}

inline std::vector<Part> parts_of(std::uint64_t size, std::uint64_t part_size) {
  std::vector<Part> parts;
  for (std::uint64_t begin = 0; begin < size; begin += part_size)
    parts.push_back({static_cast<int>(parts.size()) + 1, begin, std::min(part_size, size - begin)});
  return parts;
}

}  // namespace daypack::detail::parts
