// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>

#include <cstdint>
#include <memory>

namespace daypack::detail {

// Keeps copies of bytes: in a few large pieces of memory, and beyond a limit in a temporary file without a name, which
// is mapped. The blobs outlive it.
class SpillBuffer {
 public:
  DAYPACK_DECL explicit SpillBuffer(std::uint64_t limit = std::uint64_t{64} << 20);
  DAYPACK_DECL ~SpillBuffer();
  SpillBuffer(const SpillBuffer&) = delete;
  SpillBuffer& operator=(const SpillBuffer&) = delete;

  // Copies that follow each other lie side by side while they fit into one piece. Throws Error{unwritable} when the
  // disk is full.
  DAYPACK_DECL Blob append(ByteView bytes);

  bool spilled() const noexcept { return descriptor_ >= 0; }

 private:
  DAYPACK_DECL void begin_in_memory(std::size_t size);
  DAYPACK_DECL void begin_in_file(std::size_t size);

  std::uint64_t left_in_memory_;
  std::shared_ptr<const void> piece_;
  std::byte* at_ = nullptr;  // where the next copy goes
  std::size_t room_ = 0;     // bytes left in the piece
  int descriptor_ = -1;
  bool piece_in_file_ = false;
  std::uint64_t file_size_ = 0;
};

// The same bytes; if they lie in a mapped file (map_file), release_pages() heeds them as it does those of a SpillBuffer.
DAYPACK_DECL Blob released_as_read(const Blob& blob);

// What lies in the temporary file of a SpillBuffer and has been read no longer counts as memory of this process, until
// it is read again. For blobs that have just been read, which may be small: the piece of the file in which they lie
// goes as a whole, now and then, because each time interrupts all threads, and Linux maps 16 pages around one that is
// read. Blobs that lie elsewhere are left alone.
DAYPACK_DECL void release_pages(const Blob& blob);

}  // namespace daypack::detail

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/detail/spill.ipp>
#endif
