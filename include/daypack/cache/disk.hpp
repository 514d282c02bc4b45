// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/cache.hpp>
#include <daypack/config.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace daypack {

// The folder of the cache: $DAYPACK_CACHE_DIR, else $XDG_CACHE_HOME/daypack, else ~/.cache/daypack (XDG Base Directory
// Specification 0.8: a relative $XDG_CACHE_HOME is ignored). Error{usage} when not even $HOME is set.
DAYPACK_DECL std::string cache_folder();

// A cache in a folder that any number of threads and processes may share: kind/ab/cdef... Values appear whole or not at
// all, and carry their size and CRC-32, so a damaged one is forgotten instead of believed. Nothing is
// evicted unless somebody asks for it (cache/upkeep.hpp; the command line does so once a day). What part() has begun and not committed stays beside the
// value's place for a day, locked (flock) while one works on it; leftovers that are older are removed when a value is
// written beside them.
//
// A folder that cannot be written (read-only, full) is no failure: such values live in memory as long as this object,
// and `on_warning` is told once, by whatever thread.
class DiskCache : public Cache {
 public:
  using Warning = std::function<void(const std::string& subject, const std::string& message)>;

  DAYPACK_DECL explicit DiskCache(std::string folder, Warning on_warning = {});
  DAYPACK_DECL ~DiskCache() override;

  const std::string& folder() const noexcept { return folder_; }

  // Error{usage} for a key that is none: a kind of [a-z0-9-], a name of at least three of [a-z0-9.-] that has no dot
  // among the first three.
  DAYPACK_DECL std::optional<Blob> get(const CacheKey& key) override;
  // Whole by its size, but its CRC-32 is not computed.
  DAYPACK_DECL std::optional<Blob> get_unchecked(const CacheKey& key) override;
  // A writer must not outlive the cache. commit() throws Error{unwritable} only when memory cannot take the value
  // either.
  DAYPACK_DECL std::unique_ptr<CacheWriter> writer(const CacheKey& key) override;
  // Must not outlive the cache either. Where the folder cannot be written or locked, nothing of it stays.
  DAYPACK_DECL std::unique_ptr<CachePart> part(const CacheKey& key) override;
  DAYPACK_DECL void drop(const CacheKey& key) override;

 private:
  class Writer;
  class Part;
  struct Memory;
  DAYPACK_DECL std::optional<Blob> find(const CacheKey& key, bool checked);
  void warn(const std::string& subject, const std::string& message);

  std::string folder_;
  Warning on_warning_;
  std::unique_ptr<Memory> memory_;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/cache/disk.ipp>
#endif
