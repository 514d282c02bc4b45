// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/sink.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace daypack::detail {

// A zip comes in thousands of small pieces: they are joined before they are written.
class Gathered {
 public:
  explicit Gathered(Sink sink) : sink_(std::move(sink)) { small_.reserve(limit); }

  void take(ByteView bytes) {
    if (small_.size() + bytes.size() > limit) flush();
    if (bytes.size() > limit / 8) {
      flush();
      sink_(bytes);
    } else {
      small_.insert(small_.end(), bytes.begin(), bytes.end());
    }
  }

  void flush() {
    if (!small_.empty()) sink_(small_);
    small_.clear();
  }

 private:
  static constexpr std::size_t limit = std::size_t{1} << 20;
  Sink sink_;
  std::vector<std::byte> small_;
};

}  // namespace daypack::detail
