// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/error.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace daypack {

// How hard to work: fast splices and deflates the rest at level 1; balanced at 6; smallest recompresses everything
// at 12. A level from 1 to 12 may be given instead: Effort{9}. Another number is Error{usage}, or does not compile
// where it is a constant.
class Effort {
 public:
  static const Effort fast, balanced, smallest;

  constexpr explicit Effort(int level) : level_(level) {
    if (level < 1 || level > 12) refuse(level);
  }
  constexpr int level() const noexcept { return level_; }
  // Whether streams that are already deflated are deflated again, and the smaller kept.
  constexpr bool recompresses() const noexcept { return recompresses_; }
  friend constexpr bool operator==(const Effort&, const Effort&) = default;

 private:
  constexpr Effort(int level, bool recompresses) : level_(level), recompresses_(recompresses) {}
  [[noreturn]] static void refuse(int level) {
    throw Error(Errc::usage, "an effort is a level from 1 to 12", "level " + std::to_string(level),
                "give a level from 1 to 12, or fast, balanced or smallest");
  }
  int level_;
  bool recompresses_ = false;
};

inline constexpr Effort Effort::fast{1, false};
inline constexpr Effort Effort::balanced{6, false};
inline constexpr Effort Effort::smallest{12, true};

// Deflates one buffer (RFC 1951, no zlib or gzip wrapper). An object with state for one thread, made from a level of 1
// to 12; making it may be expensive, so each thread keeps one.
//   id()           name and version of the code that makes the bytes; part of every cache key
//   compress(...)  the size written, or 0 when the result would not fit into `out` (then the entry is stored)
// The bytes may depend on nothing but id, level and input. It may have a constant too:
//   longest_block  its streams are valid and have (RFC 1951) no block that takes more bytes than this, and no empty one
template <class C>
concept compressor = std::constructible_from<C, int> && requires(C c, ByteView in, std::span<std::byte> out) {
  { C::id() } -> std::convertible_to<std::string>;
  { c.compress(in, out) } -> std::same_as<std::size_t>;
};

namespace codec {

// A codec whose type is forgotten: what code that is no template works with.
class AnyCodec {
 public:
  class Compressor {
   public:
    virtual ~Compressor() = default;
    virtual std::size_t compress(ByteView in, std::span<std::byte> out) = 0;
  };

  template <compressor C>
  static AnyCodec of() {
    struct Held final : Compressor {
      explicit Held(int level) : codec(level) {}
      std::size_t compress(ByteView in, std::span<std::byte> out) override { return codec.compress(in, out); }
      C codec;
    };
    std::size_t longest_block = 0;
    if constexpr (requires { C::longest_block; }) longest_block = C::longest_block;
    return AnyCodec(C::id(), longest_block,
                    [](int level) -> std::unique_ptr<Compressor> { return std::make_unique<Held>(level); });
  }

  const std::string& id() const noexcept { return id_; }
  // 0 when the codec does not say.
  std::size_t longest_block() const noexcept { return longest_block_; }
  std::unique_ptr<Compressor> make(int level) const { return make_(level); }

 private:
  using Make = std::unique_ptr<Compressor> (*)(int level);
  AnyCodec(std::string name, std::size_t block, Make function)
      : id_(std::move(name)), longest_block_(block), make_(function) {}
  std::string id_;
  std::size_t longest_block_;
  Make make_;
};

}  // namespace codec
}  // namespace daypack
