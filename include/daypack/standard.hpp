// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/remote.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/net/logged.hpp>

#include <cstddef>
#include <stop_token>
#include <string>

namespace daypack {

// What may be chosen of the standard context.
struct StandardOptions {
  std::size_t jobs = 0;           // threads; 0: as many as processors that this process may use
  std::string cache_folder = {};  // empty: $DAYPACK_CACHE_DIR, or daypack in the user's cache folder
  RemoteCacheOptions remote_cache = {};  // one that other machines share; asked also when offline
  bool offline = false;           // nothing is fetched
  Observer observer = {};
  std::stop_token stop = {};
  RequestLog on_request = {};  // told of each request of the network; never of a secret
};

// A context with the real network, processes, clock and disk cache. In header-only mode this is the one include with a price:
// it brings Boost.Beast and Boost.Process in.
DAYPACK_DECL Context standard_context(StandardOptions options = {});

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/standard.ipp>
#endif
