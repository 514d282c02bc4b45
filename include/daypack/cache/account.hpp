// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/cache.hpp>
#include <daypack/config.hpp>
#include <daypack/event.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace daypack {

// Which results of earlier runs a build has used, and why the others were made anew. It is fed with the events of a
// context's observer, and compares them with those of the last build of the same name, which the cache remembers.
class CacheAccount {
 public:
  DAYPACK_DECL void add(const CacheUse& use);

  // Sorted by the order in which stages and kinds came, then by subject; uses of one subject are one. Where something
  // was missing `why` says so, e.g. "its content has changed (before: numpy-2.2.0-...whl)".
  DAYPACK_DECL std::vector<CacheUse> explained(Cache& cache, const std::string& build) const;

  // For the next build of this name. Throws Error{unwritable}.
  DAYPACK_DECL void remember(Cache& cache, const std::string& build) const;

 private:
  using Place = std::tuple<std::size_t, std::string, std::string>;  // number of stage and kind, subject, key
  std::vector<std::pair<std::string, std::string>> order_;          // stage and kind
  std::map<Place, CacheUse> uses_;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/cache/account.ipp>
#endif
