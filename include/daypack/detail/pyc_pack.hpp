// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/compiler.hpp>
#include <daypack/cache/cache.hpp>
#include <daypack/detail/little_endian.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace daypack::detail {

// What is known of a source: its bytecode, why it reads itself, and by what it reads others
// (impl/stages/source_readers.ipp).
struct KnownSource {
  Bytecode bytecode = {};
  std::string reads_itself = {};
  std::string reads_others = {};
};

// Many results in one text: for each the lengths of its name, of its bytecode, of why there is none, of why it reads
// itself and by what it reads others, eight bytes each, little-endian; then these five.
class PycPack {
 public:
  // Takes what stands there; false, and nothing is taken, when it is no such text.
  bool read(const Blob& text) {
    std::map<std::string, KnownSource, std::less<>> results;
    for (std::size_t at = 0; at < text.size();) {
      if (text.size() - at < head) return false;
      std::array<std::uint64_t, 5> lengths{};
      std::uint64_t left = text.size() - at - head;
      for (std::size_t i = 0; i < lengths.size(); ++i) {
        lengths[i] = little_endian(text.bytes.subspan(at + 8 * i, 8));
        if (lengths[i] > left) return false;
        left -= lengths[i];
      }
      at += head;
      std::array<Blob, 5> parts;
      for (std::size_t i = 0; i < parts.size(); at += lengths[i++]) parts[i] = text.slice(at, lengths[i]);
      KnownSource& result = results[std::string(parts[0].text())];
      if (lengths[1] > 0) result.bytecode.pyc = parts[1];
      result.bytecode.reason = parts[2].text();
      result.reads_itself = parts[3].text();
      result.reads_others = parts[4].text();
    }
    results_ = std::move(results);
    return true;
  }

  std::optional<KnownSource> find(std::string_view name) const {
    const auto found = results_.find(name);
    return found == results_.end() ? std::nullopt : std::optional(found->second);
  }

  void add(const std::string& name, const KnownSource& known) { results_[name] = known; }

  void write(CacheWriter& out) const {
    for (const auto& [name, known] : results_) {
      const Bytecode& bytecode = known.bytecode;
      std::string begin;
      for (const std::uint64_t length : {name.size(), bytecode.pyc.size(), bytecode.reason.size(),
                                         known.reads_itself.size(), known.reads_others.size()})
        begin += little_endian(length, 64);
      out.write(as_bytes(begin + name));
      out.write(bytecode.pyc.bytes);
      out.write(as_bytes(bytecode.reason + known.reads_itself + known.reads_others));
    }
  }

 private:
  static constexpr std::size_t head = 40;
  std::map<std::string, KnownSource, std::less<>> results_;
};

}  // namespace daypack::detail
