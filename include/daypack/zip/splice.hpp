// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/codec/codec.hpp>
#include <daypack/entry.hpp>
#include <daypack/zip/reader.hpp>

// How members of one zip become entries of another without being inflated.
namespace daypack::zip {

// The canonical mode: a symbolic link, executable when anybody may execute it, else a file.
inline Mode mode_of(const Member& member) {
  return member.symlink() ? Mode::symlink : member.executable() ? Mode::executable : Mode::file;
}

// The member's content as it lies in the archive, which stays alive with it. Say that it is trusted only when the whole
// archive's digest has been checked: then the writer copies the stream as it is. Reader has already found the headers
// to agree.
inline ZipMember content_of(const Member& member, bool trusted) {
  return {.data = member.data,
          .size = member.size,
          .crc32 = member.crc32,
          .deflated = member.deflated(),
          .trusted = trusted};
}

// Whether the writer copies this content verbatim: trusted deflate streams, unless all is to be recompressed. Streams
// that are merely stored are deflated like anything else, but for Effort::fast. Empty content is always stored.
inline bool spliced(const ZipMember& member, Mode mode, Effort effort) {
  if (!member.trusted || effort.recompresses() || mode == Mode::symlink || member.size == 0) return false;
  return member.deflated || effort == Effort::fast;
}

}  // namespace daypack::zip
