// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace daypack {

// Values of a cache, and the bytes that they take.
struct CacheAmount {
  std::uint64_t values = 0;
  std::uint64_t bytes = 0;
};

// What lies in the folder of a DiskCache, sorted by kind; of `unpacked` each folder is a value.
struct CacheUsage {
  struct Kind {
    std::string name = {};
    CacheAmount amount = {};
  };
  std::vector<Kind> kinds = {};

  DAYPACK_DECL CacheAmount total() const;
};

// Nothing for a folder that is not there. Throws Error{unreadable}.
DAYPACK_DECL CacheUsage cache_usage(const std::string& folder);

struct PruneOptions {
  std::uint64_t limit = 0;        // bytes that may stay
  std::chrono::hours unused{24};  // what was used since then stays, whatever the limit
};

// Removes what was used longest ago, until the rest is within the limit. A value counts as used when it is written or
// read, to ten minutes; runs that go on keep what they hold, as removed files stay until they are closed. What
// downloads have begun is not a value and stays. Gives what was removed. Throws Error{unreadable}.
DAYPACK_DECL CacheAmount prune_cache(const std::string& folder, const PruneOptions& options);

// Prunes the cache when that was not done for a day, which is cheap to ask after every run. Gives what was removed,
// nothing when it was not its day. Who cannot write there leaves it to another. Throws Error{unreadable}.
DAYPACK_DECL std::optional<CacheAmount> keep_cache_within(const std::string& folder, std::uint64_t limit);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/cache/upkeep.ipp>
#endif
