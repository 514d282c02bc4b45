// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/net/retry.hpp>
#include <daypack/resolution.hpp>

#include <chrono>
#include <cstddef>
#include <span>
#include <vector>

namespace daypack {

struct FetchOptions {
  std::size_t connections = 16;  // at most so many requests at once
  RetryPolicy retry = {};
  // How long another process that downloads the same wheel may bring no byte before it is not waited for any more.
  std::chrono::milliseconds patience{60'000};
};

// The bytes of each file, in the same order, all with the SHA-256 that the lock names: local files (path, or a file://
// URL) are mapped; others come from the cache (kind "wheels", the digest as name) or the network, through the cache.
// What lies in the cache is hashed again, in parallel on ctx.pool(); a damaged value is dropped and fetched again, with
// a warning. Attempts that are repeated are warnings too. Progress is in bytes.
//
// A download that breaks off, by whatever end of the run, leaves its beginning in the cache for a day; the next run
// asks for the rest (Range, If-Range: RFC 9110, 14.2 and 13.1.5). Where the two do not fit, the wheel is fetched
// once more as a whole. Of several processes that need one wheel, one downloads it and the others wait.
//
// Throws after all files were tried, with one cause per file, sorted: Error{hash_mismatch} (also for a wrong size),
// Error{network}, Error{not_found}, Error{syntax} for a remote file without a hash. Error{network} lists what is
// missing when ctx.offline(). Error{cancelled} when stopped.
DAYPACK_DECL std::vector<Blob> fetch_wheels(std::span<const PinnedFile> files, const Context& ctx,
                                            const FetchOptions& options = {});

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/wheel/fetch.ipp>
#endif
