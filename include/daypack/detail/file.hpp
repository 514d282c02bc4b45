// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// The few ways in which this library touches files. Paths are UTF-8. Every operation passes detail/io_point.hpp.
namespace daypack::detail {

// The whole file, mapped read-only; read, if it is small. For files that nobody changes in place (the cache, finished
// archives, wheels). Throws Error{unreadable}, or Error{not_found} when there is none.
DAYPACK_DECL Blob map_file(const std::string& path);

// What lies in a mapped file, all or part of it, no longer counts as memory of this process, until it is read again.
// Small blobs and those that lie elsewhere are left alone.
DAYPACK_DECL void release_mapped(const Blob& blob);

// Gives a blob in pieces, each of which is released when it was read.
template <class Read>
void read_in_pieces(const Blob& blob, const Read& read) {
  static constexpr std::size_t piece_size = std::size_t{4} << 20;
  for (std::size_t at = 0; at < blob.size(); at += piece_size) {
    const Blob piece = blob.slice(at, std::min(piece_size, blob.size() - at));
    read(piece.bytes);
    release_mapped(piece);
  }
}

// Reads many blobs, one after the other, and releases what lies behind, in runs that are worth a call of the system.
class ReleasingReader {
 public:
  template <class Read>
  void pass(const Blob& blob, const Read& read) {
    if (blob.size() >= long_run) return read_in_pieces(blob, read);
    read(blob.bytes);
    release_behind(blob);
  }
  // For one that was read already.
  void pass_over(const Blob& blob) { release_behind(blob); }

 private:
  static constexpr std::size_t long_run = std::size_t{1} << 20;
  DAYPACK_DECL void release_behind(const Blob& blob);
  Blob run_;
};

// The whole file as text, by read(). For files that people edit.
DAYPACK_DECL std::string read_file(const std::string& path);

// A range of a file by read(); Error{unreadable} when the file has become shorter.
DAYPACK_DECL std::string read_range(const std::string& path, std::uint64_t offset, std::uint64_t size);

// A file that appears whole or not at all: written under a temporary name in the same folder, made durable, renamed.
// Destroyed before commit(), it leaves nothing behind.
class AtomicFile {
 public:
  // Makes missing parent folders. Throws Error{unwritable}.
  DAYPACK_DECL explicit AtomicFile(std::string path);
  DAYPACK_DECL ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // Tells how many bytes will come: where the file system can, it sets them aside, which makes writing cheaper, and a
  // full disk known before the first byte. Error{unwritable}.
  DAYPACK_DECL void reserve(std::uint64_t size);
  DAYPACK_DECL void write(ByteView bytes);
  // fsync is skipped for what can be made again (durable = false).
  DAYPACK_DECL void commit(bool durable = true);
  const std::string& path() const noexcept { return path_; }
  // Where the bytes are until commit().
  const std::string& temporary_path() const noexcept { return temporary_; }

 private:
  std::string path_;
  std::string temporary_;
  std::uint64_t reserved_ = 0, written_ = 0;
  int descriptor_ = -1;
};

// Text written through an AtomicFile.
DAYPACK_DECL void write_file(const std::string& path, std::string_view text);

}  // namespace daypack::detail

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/detail/file.ipp>
#endif
