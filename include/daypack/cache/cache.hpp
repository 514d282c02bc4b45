// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

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

// Keeps results between runs. Safe to use from many threads and processes.
class Cache {
 public:
  virtual ~Cache() = default;
  // The value, kept alive by the blob even if it is evicted meanwhile. Nothing when there is none.
  virtual std::optional<Blob> get(const CacheKey& key) = 0;
  // The same for who hashes the value himself, as is done with wheels: the cache need not look at its bytes, and may
  // give damaged ones, which the caller drops.
  virtual std::optional<Blob> get_unchecked(const CacheKey& key) { return get(key); }
  // A writer for large values that arrive in pieces.
  virtual std::unique_ptr<CacheWriter> writer(const CacheKey& key) = 0;
  // Forgets a value that turned out to be damaged.
  virtual void drop(const CacheKey& key) = 0;

  void put(const CacheKey& key, ByteView bytes) {
    auto out = writer(key);
    out->write(bytes);
    out->commit();
  }
};

}  // namespace daypack
