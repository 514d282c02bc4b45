// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace daypack::detail {

// Any range of a zip that lies in segments, without joining anything.
class Pieces {
 public:
  explicit Pieces(const std::vector<Blob>& segments) : segments_(segments) {
    std::uint64_t at = 0;
    for (const Blob& segment : segments) {
      begins_.push_back(at);
      at += segment.size();
    }
  }

  std::vector<Blob> range(std::uint64_t begin, std::uint64_t size) const {
    std::vector<Blob> blobs;
    auto index = static_cast<std::size_t>(std::ranges::upper_bound(begins_, begin) - begins_.begin());
    for (index -= index > 0 ? 1 : 0; size > 0 && index < begins_.size(); ++index) {
      const Blob& segment = segments_[index];
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
  const std::vector<Blob>& segments_;
  std::vector<std::uint64_t> begins_;
};

}  // namespace daypack::detail
