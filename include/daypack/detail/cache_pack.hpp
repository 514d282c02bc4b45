// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/cache.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/little_endian.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace daypack::detail {

// Many small values as one of the cache: each has a name and N parts. In the text the lengths of the name and of the
// parts, eight bytes each, little-endian; then these themselves.
template <std::size_t N>
class CachePack {
 public:
  using Parts = std::array<Blob, N>;

  // Takes what stands there; false, and nothing is taken, when it is no such text.
  bool read(const Blob& text) {
    std::map<std::string, Parts, std::less<>> values;
    for (std::size_t at = 0; at < text.size();) {
      std::array<std::uint64_t, N + 1> lengths{};
      if (text.size() - at < 8 * lengths.size()) return false;
      std::uint64_t left = text.size() - at - 8 * lengths.size();
      for (std::size_t i = 0; i < lengths.size(); ++i, at += 8) {
        lengths[i] = little_endian(text.bytes.subspan(at, 8));
        if (lengths[i] > left) return false;
        left -= lengths[i];
      }
      Parts& parts = values[std::string(text.slice(at, lengths[0]).text())];
      at += lengths[0];
      for (std::size_t i = 0; i < N; at += lengths[++i]) parts[i] = text.slice(at, lengths[i + 1]);
    }
    values_ = std::move(values);
    release_mapped(text);  // to find the parts, some of almost every page was read
    return true;
  }

  // The parts live as long as somebody has one of them. Nothing when the name is not there.
  const Parts* find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
  }

  void add(const std::string& name, Parts parts) { values_.insert_or_assign(name, std::move(parts)); }

  // The size of what was written.
  std::uint64_t write(CacheWriter& out) const {
    std::uint64_t size = 0;
    for (const auto& [name, parts] : values_) size += write(out, name, parts);
    return size;
  }

  // One value. A text is such values in any order; of two with one name the last counts.
  static std::uint64_t write(CacheWriter& out, const std::string& name, const Parts& parts) {
    std::uint64_t size = before_parts(name);
    std::string begin = little_endian(name.size(), 64);
    for (const Blob& part : parts) begin += little_endian(part.size(), 64);
    out.write(as_bytes(begin + name));
    for (const Blob& part : parts) {
      out.write(part.bytes);
      size += part.size();
    }
    return size;
  }

  // Of a value, how much comes before its first part.
  static std::uint64_t before_parts(std::string_view name) { return 8 * (N + 1) + name.size(); }

 private:
  std::map<std::string, Parts, std::less<>> values_;
};

}  // namespace daypack::detail
