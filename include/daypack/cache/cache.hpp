// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace daypack {

// What a cached value is the result of: kind / digest(input) + operation + parameters + tool version, as text.
// Only code that has itself hashed the input may make the key of a put.
struct CacheKey {
  std::string kind;  // a folder's name: "wheels", "bytecode", ...
  std::string name;  // hex digest, or words of [a-z0-9.-]
};

// A value on its way into the cache. Unseen by readers until commit(); dropped when destroyed before that.
class CacheWriter {
 public:
  virtual ~CacheWriter() = default;
  virtual void write(ByteView bytes) = 0;
  // Makes the value visible to this and other processes at once, or throws Error{unwritable}; returns it.
  virtual Blob commit() = 0;
};

// A value that may arrive over several runs: what was written stays when this is destroyed before commit(), so that the
// next run continues it. One holds it at a time, of all threads and processes.
class CachePart : public CacheWriter {
 public:
  // Tries to become the holder; false while another is one. Only size() may be called before.
  virtual bool acquire() = 0;
  // How many bytes have arrived so far, whoever wrote them.
  virtual std::uint64_t size() = 0;
  // These bytes, until the next call of another function.
  virtual Blob kept() = 0;
  // The words that restart() was given before the first of them.
  virtual std::string note() = 0;
  // Forgets what there is, and begins at zero. Called before the first byte is written, unless bytes are there.
  virtual void restart(const std::string& note) = 0;
};

// Keeps results between runs. Safe to use from many threads and processes.
class Cache {
 public:
  virtual ~Cache() = default;
  // The value, kept alive by the blob even if it is evicted meanwhile. Nothing when there is none.
  virtual std::optional<Blob> get(const CacheKey& key) = 0;
  // The same for who hashes the value himself, as is done with wheels: the cache need not look at its bytes, and may
  // give damaged ones, which the caller drops.
  virtual std::optional<Blob> get_unchecked(const CacheKey& key) { return get(key); }
  // Tells which values will be asked for soon: a cache whose look-ups take a way to a server brings them at once.
  virtual void expect(std::span<const CacheKey> keys) { static_cast<void>(keys); }
  // A writer for large values that arrive in pieces.
  virtual std::unique_ptr<CacheWriter> writer(const CacheKey& key) = 0;
  // For values that come from afar. Nothing stays unless the cache can do that.
  virtual std::unique_ptr<CachePart> part(const CacheKey& key);
  // Forgets a value that turned out to be damaged.
  virtual void drop(const CacheKey& key) = 0;

  void put(const CacheKey& key, ByteView bytes) {
    auto out = writer(key);
    out->write(bytes);
    out->commit();
  }
};

namespace detail {

// A part that is nobody else's and of which nothing stays.
class UnkeptPart : public CachePart {
 public:
  UnkeptPart(Cache& cache, CacheKey key) : cache_(cache), key_(std::move(key)) {}

  bool acquire() override { return true; }
  std::uint64_t size() override { return 0; }
  Blob kept() override { return {}; }
  std::string note() override { return {}; }
  void restart(const std::string&) override { writer_ = cache_.writer(key_); }
  void write(ByteView bytes) override { writer_->write(bytes); }
  Blob commit() override { return writer_->commit(); }

 private:
  Cache& cache_;
  CacheKey key_;
  std::unique_ptr<CacheWriter> writer_;
};

}  // namespace detail

inline std::unique_ptr<CachePart> Cache::part(const CacheKey& key) {
  return std::make_unique<detail::UnkeptPart>(*this, key);
}

}  // namespace daypack
