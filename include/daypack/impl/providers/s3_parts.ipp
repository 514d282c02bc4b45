// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/detail/base64.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/sign/sha256.ipp>
#include <daypack/sign/crc64.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

extern "C" const evp_md_st* EVP_md5(void);  // OpenSSL 3's <openssl/evp.h>, word by word

// The bytes of an archive in parts, and what names them.
namespace daypack::detail::s3 {

// As S3 writes a CRC: base64 of its bytes, the highest first.
inline std::string crc64_text(std::uint64_t crc) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(crc >> (56 - 8 * i) & 0xff);
  return base64_of(ByteView(bytes));
}

inline std::string sha256_text(const Sha256& digest) { return base64_of(std::as_bytes(std::span(digest.bytes))); }

// Any range of an archive, without joining anything.
class Pieces {
 public:
  explicit Pieces(const Archive& archive) : archive_(archive) {
    std::uint64_t at = 0;
    for (const Blob& segment : archive.segments()) {
      begins_.push_back(at);
      at += segment.size();
    }
  }

  std::vector<Blob> range(std::uint64_t begin, std::uint64_t size) const {
    std::vector<Blob> blobs;
    auto index = static_cast<std::size_t>(std::ranges::upper_bound(begins_, begin) - begins_.begin());
    for (index -= index > 0 ? 1 : 0; size > 0 && index < begins_.size(); ++index) {
      const Blob& segment = archive_.segments()[index];
      const std::uint64_t skipped = begin - begins_[index];
      if (skipped >= segment.size()) continue;
      const std::uint64_t taken = std::min(size, segment.size() - skipped);
      blobs.push_back(segment.slice(skipped, taken));
      begin += taken;
      size -= taken;
    }
    return blobs;
  }

 private:
  const Archive& archive_;
  std::vector<std::uint64_t> begins_;
};

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

inline std::uint64_t crc64_of_blobs(const std::vector<Blob>& blobs) {
  Crc64Nvme crc;
  for (const Blob& blob : blobs) crc.update(blob.bytes);
  return crc.value();
}

inline Sha256 sha256_of_blobs(const std::vector<Blob>& blobs) {
  Sha256Hasher hasher;
  for (const Blob& blob : blobs) hasher.update(blob.bytes);
  return hasher.finish();
}

// MD5, which is the ETag of a part where no KMS key encrypts it; empty where OpenSSL may not compute it.
inline std::string md5_of_blobs(const std::vector<Blob>& blobs) {
  const std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context(::EVP_MD_CTX_new(), ::EVP_MD_CTX_free);
  bool fine = context && ::EVP_DigestInit_ex(context.get(), ::EVP_md5(), nullptr) == 1;
  for (const Blob& blob : blobs) fine = fine && ::EVP_DigestUpdate(context.get(), blob.bytes.data(), blob.size()) == 1;
  Sha256 digest;  // its first half
  fine = fine && ::EVP_DigestFinal_ex(context.get(), digest.bytes, nullptr) == 1;
  return fine ? digest.hex().substr(0, 32) : "";
}

// The whole, read piece by piece.
inline std::uint64_t crc64_of_archive(const Archive& archive) {
  Crc64Nvme crc;
  archive.pour([&](ByteView bytes) { crc.update(bytes); });
  return crc.value();
}

// One part of an upload.
struct Part {
  int number = 0;  // from 1
  std::uint64_t begin = 0, size = 0;
  std::optional<std::uint64_t> crc64 = {};
  std::string etag = {};  // with its quotes; empty until it is there
};

inline std::vector<Part> parts_of(std::uint64_t size, std::uint64_t part_size) {
  std::vector<Part> parts;
  for (std::uint64_t begin = 0; begin < size; begin += part_size)
    parts.push_back({static_cast<int>(parts.size()) + 1, begin, std::min(part_size, size - begin)});
  return parts;
}

// Of the whole object, from those of its parts.
inline std::uint64_t crc64_of_parts(const std::vector<Part>& parts) {
  std::uint64_t crc = 0;
  for (const Part& part : parts) crc = crc64nvme_combine(crc, part.crc64.value_or(0), part.size);
  return crc;
}

}  // namespace daypack::detail::s3
