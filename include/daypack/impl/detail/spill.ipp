// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/io_point.hpp>
#include <daypack/detail/spill.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/file.ipp>  // drop_pages

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

namespace daypack::detail {

inline constexpr std::size_t spill_memory_piece = std::size_t{1} << 20;
inline constexpr std::size_t spill_file_piece = std::size_t{16} << 20;

// What keeps mapped bytes whose pages go as they are read; its type tells them from all others.
struct ReleasedAsRead {
  std::shared_ptr<const void> owner;
  std::size_t size = 0;
  std::shared_ptr<std::atomic<std::size_t>> read =
      std::make_shared<std::atomic<std::size_t>>(0);  // since they were released
  void operator()(const void*) { owner.reset(); }
};

[[noreturn]] inline void throw_spill(int error) {
  throw Error(Errc::unwritable, "cannot write a temporary file", std::strerror(error),
              "free some space, or let TMPDIR name a folder that has some");
}

// A file that is gone as soon as nobody has it open.
inline int open_nameless() {
  if (const int error = io_point()) throw_spill(error);
  const char* chosen = std::getenv("TMPDIR");
  int error = ENOENT;
  for (const char* folder : {chosen && *chosen ? chosen : "/var/tmp", "/tmp"}) {
    std::string name = std::string(folder) + "/daypack-XXXXXX";
    const int file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file >= 0) {
      ::unlink(name.c_str());
      return file;
    }
    error = errno;
  }
  throw_spill(error);
}

DAYPACK_DECL SpillBuffer::SpillBuffer(std::uint64_t limit) : left_in_memory_(limit) {}

DAYPACK_DECL SpillBuffer::~SpillBuffer() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

DAYPACK_DECL void SpillBuffer::begin_in_memory(std::size_t size) {
  auto piece = std::make_shared_for_overwrite<std::byte[]>(size);
  at_ = piece.get();
  room_ = size;
  left_in_memory_ -= size;
  piece_ = std::move(piece);
}

DAYPACK_DECL void SpillBuffer::begin_in_file(std::size_t size) {
  if (descriptor_ < 0) descriptor_ = open_nameless();
  // The room is reserved before it is mapped: a full disk is an error here, and no signal later.
  int error = io_point();
  if (!error) error = ::posix_fallocate(descriptor_, static_cast<off_t>(file_size_), static_cast<off_t>(size));
  if (error) throw_spill(error);
  void* at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor_, static_cast<off_t>(file_size_));
  if (at == MAP_FAILED) throw_spill(errno);
  at_ = static_cast<std::byte*>(at);
  piece_ = released_as_read({ByteView(at_, size), std::shared_ptr<const void>(at, UnmapFile{size})}).owner;
  room_ = size;
  file_size_ += size;
  piece_in_file_ = true;
}

DAYPACK_DECL Blob SpillBuffer::append(ByteView bytes) {
  if (bytes.empty()) return {};
  if (bytes.size() > room_) {
    const std::size_t piece = bytes.size() > spill_memory_piece / 8 ? bytes.size() : spill_memory_piece;
    if (!piece_in_file_ && piece <= left_in_memory_) {
      begin_in_memory(piece);
    } else {
      const std::size_t page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
      begin_in_file((std::max(bytes.size(), spill_file_piece) + page - 1) / page * page);
    }
  }
  std::byte* const to = at_;
  if (piece_in_file_) {
    // By a write, not through the mapping: the pages stay the system's, not this process's.
    std::uint64_t offset = file_size_ - room_;
    for (ByteView rest = bytes; !rest.empty();) {
      const int error = io_point();
      const ssize_t put = error ? -1 : ::pwrite(descriptor_, rest.data(), rest.size(), static_cast<off_t>(offset));
      if (put < 0 && (error || errno != EINTR)) throw_spill(error ? error : errno);
      if (put < 0) continue;
      rest = rest.subspan(static_cast<std::size_t>(put));
      offset += static_cast<std::uint64_t>(put);
    }
  } else {
    std::memcpy(to, bytes.data(), bytes.size());
  }
  at_ += bytes.size();
  room_ -= bytes.size();
  return {ByteView(to, bytes.size()), piece_};
}

DAYPACK_DECL Blob released_as_read(const Blob& blob) {
  const auto* mapped = std::get_deleter<UnmapFile>(blob.owner);
  if (!mapped) return blob;
  const void* at = blob.owner.get();
  return {blob.bytes, std::shared_ptr<const void>(at, ReleasedAsRead{blob.owner, mapped->size})};
}

DAYPACK_DECL void release_pages(const Blob& blob) {
  static constexpr std::size_t worth_it = 256 << 10;
  const auto* piece = std::get_deleter<ReleasedAsRead>(blob.owner);
  if (!piece || (*piece->read += blob.size()) < worth_it) return;
  *piece->read = 0;
  drop_pages(ByteView(static_cast<const std::byte*>(blob.owner.get()), piece->size));
}

}  // namespace daypack::detail
