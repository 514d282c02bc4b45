// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/entry.hpp>

#include <cstdint>
#include <optional>

namespace daypack::zip {

// What deflate makes of a content: a stream, or nothing when it would not become smaller than what there is.
struct KnownStream {
  std::uint32_t crc32 = 0;  // of the content
  Blob body = {};
};

// Remembers deflate streams, so that the writer need not make them again. One is for one codec and one effort: what it
// gives must be the very bytes that they make. Called from many threads, once for an entry at most.
class KnownStreams {
 public:
  virtual ~KnownStreams() = default;
  // The content is given where it is at hand; of a member of a zip it is not inflated for this.
  virtual std::optional<KnownStream> find(const Entry& entry, const Blob* content) = 0;
  // After nothing was found. The content as above; the stream stays as long as its blob is held.
  virtual void learn(const Entry& entry, const Blob* content, const KnownStream& stream) = 0;
};

}  // namespace daypack::zip
