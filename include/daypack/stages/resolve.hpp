// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/requirements.hpp>
#include <daypack/resolution.hpp>
#include <daypack/resolvers/resolver.hpp>
#include <daypack/resolvers/uv.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace daypack {

namespace detail {

// SHA-256 of everything that decides a resolution, hex.
DAYPACK_DECL std::string request_digest(const Requirements& requirements, const TargetFacts& target,
                                        std::string_view resolver);

// The lock at this path if it answers the request; nothing if it is missing or stale.
DAYPACK_DECL std::optional<Resolution> fresh_lock(const std::string& path, const std::string& request);

// Keeps the files whose hash the requirements allow. Error{hash_mismatch} when none of a distribution remains, or one
// lacks hashes although some have them.
DAYPACK_DECL void keep_allowed(Resolution& resolution, const Requirements& requirements, const TargetFacts& target);

// Locks hold no logins: files of a server get the one that an index or requirement of the same origin has in its URL,
// or in uv's variables.
DAYPACK_DECL void give_logins(Resolution& resolution, const Requirements& requirements);

DAYPACK_DECL void write_lock(const std::string& path, const Resolution& resolution);

}  // namespace detail

// Pins what is asked for, for the target of the pipeline: versions, files, hashes.
//
// With a `lock`, the path of a pylock.toml, it is read from there as long as it answers these requirements for this
// target, and resolved and written there when it is missing or does not. A lock that daypack has not written is left
// alone: Error{usage}.
template <resolver R = Uv>
struct Resolve {
  static constexpr std::string_view name = "Resolve";

  R resolver = {};
  std::string lock = {};
  bool writes_lock = true;  // false: the lock is only read

  Resolution operator()(const Requirements& requirements, Context& context) const {
    const std::string request = detail::request_digest(requirements, context.target(), resolver.identity());
    auto locked = detail::fresh_lock(lock, request);
    Resolution resolution = locked ? *std::move(locked) : resolver.resolve(requirements, context);
    if (!locked) {
      resolution.request = request;
      detail::keep_allowed(resolution, requirements, context.target());
      if (!lock.empty() && writes_lock) detail::write_lock(lock, resolution);
    }
    detail::give_logins(resolution, requirements);
    return resolution;
  }
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/resolve.ipp>
#endif
