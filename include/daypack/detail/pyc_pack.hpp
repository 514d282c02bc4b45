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

// Many results in one text: for each the lengths of its name, of its bytecode and of why there is none, eight bytes
// each, little-endian; then these three.
class PycPack {
 public:
  // Takes what stands there; false, and nothing is taken, when it is no such text.
  bool read(const Blob& text) {
    std::map<std::string, Bytecode, std::less<>> results;
    for (std::size_t at = 0; at < text.size();) {
      if (text.size() - at < head) return false;
      std::array<std::uint64_t, 3> lengths{};
      std::uint64_t left = text.size() - at - head;
      for (std::size_t i = 0; i < lengths.size(); ++i) {
        lengths[i] = little_endian(text.bytes.subspan(at + 8 * i, 8));
        if (lengths[i] > left) return false;
        left -= lengths[i];
      }
      at += head;
      const std::string name(text.slice(at, lengths[0]).text());
      Bytecode& result = results[name];
      if (lengths[1] > 0) result.pyc = text.slice(at + lengths[0], lengths[1]);
      result.reason = text.slice(at + lengths[0] + lengths[1], lengths[2]).text();
      at += lengths[0] + lengths[1] + lengths[2];
    }
    results_ = std::move(results);
    return true;
  }

  std::optional<Bytecode> find(std::string_view name) const {
    const auto found = results_.find(name);
    return found == results_.end() ? std::nullopt : std::optional(found->second);
  }

  void add(const std::string& name, const Bytecode& bytecode) { results_[name] = bytecode; }

  void write(CacheWriter& out) const {
    for (const auto& [name, bytecode] : results_) {
      std::string begin;
      for (const std::uint64_t length : {name.size(), bytecode.pyc.size(), bytecode.reason.size()})
        begin += little_endian(length, 64);
      out.write(as_bytes(begin + name));
      out.write(bytecode.pyc.bytes);
      out.write(as_bytes(bytecode.reason));
    }
  }

 private:
  static constexpr std::size_t head = 24;
  std::map<std::string, Bytecode, std::less<>> results_;
};

}  // namespace daypack::detail
