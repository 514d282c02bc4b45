// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/requirements.hpp>
#include <daypack/resolution.hpp>

#include <string>
#include <vector>

namespace daypack {

namespace detail {

DAYPACK_DECL std::string newest_by_uv(const std::string& requirement, const BuildSettings& settings,
                                      const Context& context);

}  // namespace detail

// Resolves with `uv pip compile` (uv 0.13.8, https://docs.astral.sh/uv/reference/cli/#uv-pip-compile, 2026-11-20), for
// the target's Python with its patch version, its machine and its C library; nothing of this host decides the result.
// Where uv knows no platform of this C library it is asked about the next newer one, and versions without a wheel for
// the real one are excluded, until all fit: the newest versions that can be loaded are found.
// Wheels, or an sdist of what has no wheel or --no-binary NAME names; uv may build sources to learn what they need, and
// what a folder, repository or archive is called that is required without a name.
// Where packages come from is uv's own business: configuration, UV_... variables, netrc, keyring, proxies all count.
//
// uv is $DAYPACK_UV, or `uv` of the PATH, or `python3 -m uv`. Runs it through the context's runner; passes --offline
// when the context is offline.
struct Uv {
  // Takes no file that was uploaded later: a date (with its day, in UTC), a time of RFC 3339, or how long ago, as uv
  // takes it: "2026-11-01", "2026-11-01T12:00:00Z", "7 days", "P7D". A lock stays fresh while the text is the same.
  std::string exclude_newer = {};
  std::vector<std::string> arguments =
      {};  // more arguments of `uv pip compile`: {"--index-strategy", "unsafe-best-match"}

  // Errors: tool_missing (no uv), unresolvable, usage (exclude_newer is no date), not_found (unknown package), no_wheel
  // (names the wheels that there are and why each does not fit), network, tool_failed, cancelled.
  DAYPACK_DECL Resolution resolve(const Requirements& requirements, const Context& context) const;
  DAYPACK_DECL std::string identity() const;
  // What builds of what it pins follow.
  BuildSettings build_settings() const { return {.exclude_newer = exclude_newer, .newest = detail::newest_by_uv}; }
  // What the uv that would be run says of itself: "uv 0.13.8 (x86_64-unknown-linux-gnu)". Error{tool_missing}.
  DAYPACK_DECL static std::string version(const Context& context);
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/resolvers/uv.ipp>
#endif
