// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/cache.hpp>
#include <daypack/context.hpp>
#include <daypack/entry.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace daypack::detail {

// Of what a result in the cache is made.
struct CacheSubject {
  std::string name = {};
  std::string input = {};  // as in CacheUse

  static CacheSubject of(const Distribution& distribution) {
    return {distribution.name, distribution.file + ' ' + distribution.sha256};
  }
  // One file, and what names its content.
  static CacheSubject of(const Entry& entry, const std::string& content) {
    return {entry.path, (entry.origin ? entry.origin->file + ' ' : "") + content};
  }
};

struct CacheCount {
  std::uint64_t found = 0;
  std::uint64_t missing = 0;
  static CacheCount one(bool found) { return found ? CacheCount{1, 0} : CacheCount{0, 1}; }
};

// Tells who watches what the cache had.
inline void tell_cache_use(const Context& context, const CacheKey& key, CacheSubject subject, CacheCount count,
                           std::string recipe = {}, std::string why = {}) {
  if (!context.observed() || count.found + count.missing == 0) return;
  context.emit(CacheUse{.stage = context.stage(),
                        .kind = key.kind,
                        .subject = std::move(subject.name),
                        .input = std::move(subject.input),
                        .recipe = std::move(recipe),
                        .key = key.name,
                        .found = count.found,
                        .missing = count.missing,
                        .why = std::move(why)});
}

}  // namespace daypack::detail
