// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>
#include <daypack/manifest.hpp>
#include <daypack/sink.hpp>

#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace daypack {

// What identifies the bytes of a zip.
struct Digests {
  Sha256 sha256 = {};
  std::optional<std::uint64_t> crc64 = {};  // CRC-64/XZ
};

// A finished zip: a sealed rope of segments (borrowed ranges of wheels, owned bytes), its size and SHA-256. Never
// joined in memory.
class Archive {
 public:
  Archive() = default;
  DAYPACK_DECL Archive(std::vector<Blob> segments, Sha256 sha256, Manifest manifest);
  // With digests that are still computed elsewhere: who asks for them waits, and gets the exception of who failed.
  DAYPACK_DECL static Archive of(std::vector<Blob> segments, Manifest manifest, std::shared_future<Digests> digests);

  std::uint64_t size() const noexcept { return size_; }
  Sha256 sha256() const { return digests().sha256; }
  // CRC-64/XZ, where the stage that sealed it was asked for it (Zip{.crc64 = true}).
  std::optional<std::uint64_t> crc64() const { return digests().crc64; }
  const std::vector<Blob>& segments() const noexcept { return data().segments; }
  // The same bytes of which more is known. Waits for nothing.
  DAYPACK_DECL Archive with_manifest(Manifest manifest) const;
  // What lies in it and why; written beside the zip as NAME.daypack.json.
  const Manifest& manifest() const noexcept { return data().manifest; }

  // Gives all bytes to a sink, in order.
  DAYPACK_DECL void pour(const Sink& sink) const;
  // Writes the zip by a temporary name and a rename; a failure leaves the old file or none. Error{unwritable}.
  DAYPACK_DECL void save(const std::string& path) const;

 private:
  struct Data {
    std::vector<Blob> segments;
    Manifest manifest;
    std::shared_future<Digests> digests;
  };
  Digests digests() const { return data_ ? data_->digests.get() : Digests{}; }
  const Data& data() const noexcept {
    static const Data empty;
    return data_ ? *data_ : empty;
  }
  std::shared_ptr<const Data> data_;
  std::uint64_t size_ = 0;
};

namespace detail {

class AtomicFile;
// All of the zip, into a file that is not committed yet.
DAYPACK_DECL void write_archive(const Archive& archive, AtomicFile& file);

}  // namespace detail

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/archive.ipp>
#endif
