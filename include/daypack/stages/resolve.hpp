// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/detail/given_lock.hpp>
#include <daypack/requirements.hpp>
#include <daypack/resolution.hpp>
#include <daypack/resolvers/resolver.hpp>
#include <daypack/resolvers/uv.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace daypack {

namespace detail {

// Everything that decides a resolution, in words that hold wherever the project's folder lies: local folders of wheels
// count by their way from the lock.
DAYPACK_DECL LockRequest lock_request(const Requirements& requirements, const TargetFacts& target,
                                      std::string_view resolver, const std::string& lock);

// The local projects that are locked, as they are now.
DAYPACK_DECL std::vector<LockedFolder> locked_folders(const Resolution& resolution);

// The lock at this path if it answers the request; nothing if it is missing or stale, which is noted with the reason,
// or an error when it is frozen.
DAYPACK_DECL std::optional<Resolution> fresh_lock(const std::string& path, const LockRequest& request, bool frozen,
                                                  const Context& context);

// The versions that the runtime has, as constraints; not those of packages of which a requirement wants another
// version.
DAYPACK_DECL std::vector<Requirement> runtime_constraints(const Requirements& requirements, const TargetFacts& target);

// Keeps the files whose hash the requirements allow. Error{hash_mismatch} when none of a distribution remains, or one
// lacks hashes although some have them.
DAYPACK_DECL void keep_allowed(Resolution& resolution, const Requirements& requirements, const TargetFacts& target);

// Locks hold no logins: files of a server get the one that an index or requirement of the same origin has in its URL,
// or in uv's variables.
DAYPACK_DECL void give_logins(Resolution& resolution, const Requirements& requirements);

// Nor do they hold what builds follow: the options that say where packages come from, and the config settings of
// requirements by name or place.
DAYPACK_DECL void give_build_options(Resolution& resolution, const Requirements& requirements);

DAYPACK_DECL void write_lock(const std::string& path, const Resolution& resolution);

}  // namespace detail

// Pins what is asked for, for the target of the pipeline: versions, files, hashes. Requirements that are a lock are
// taken as they are: no resolver is asked, and `lock` is left alone.
//
// With a `lock`, the path of a pylock.toml, it is read from there as long as it answers these requirements for this
// target, and resolved and written there when it is missing or does not; a note tells why. A fresh lock starts no
// program and reads nothing else but the pyproject.toml, setup.py and setup.cfg of local projects in it. A lock that
// daypack has not written is left alone: Error{usage}. Local wheels are named relative to the lock. Error{failed} when
// a `frozen` one is missing or stale.
//
// With `runtime_versions` everything that the runtime already has is pinned to the version that it has, for pipelines
// that leave these packages out; a requirement that wants another version wins, and so do dependencies that do, with a
// warning.
template <resolver R = Uv>
struct Resolve {
  static constexpr std::string_view name = "Resolve";

  R resolver = {};
  std::string lock = {};
  bool writes_lock = true;        // false: the lock is only read
  bool frozen = false;            // the lock has to be there and fresh
  bool runtime_versions = false;  // see above

  Resolution operator()(const Requirements& requirements, Context& context) const {
    if (auto given = detail::given_resolution(requirements, context.target())) {
      give_builds(*given, requirements);
      return *std::move(given);
    }
    detail::check_required_pythons(requirements, context.target());
    Requirements all = requirements;
    if (runtime_versions) {
      const auto more = detail::runtime_constraints(requirements, context.target());
      all.constraints.insert(all.constraints.end(), more.begin(), more.end());
    }
    const LockRequest request = detail::lock_request(all, context.target(), resolver.identity(), lock);
    auto locked = detail::fresh_lock(lock, request, frozen, context);
    Resolution resolution = locked ? *std::move(locked) : resolve(all, requirements, context);
    if (!locked) {
      resolution.request = request;
      if (!lock.empty()) resolution.request.folders = detail::locked_folders(resolution);
      detail::keep_allowed(resolution, requirements, context.target());
      if (!lock.empty() && writes_lock) detail::write_lock(lock, resolution);
    }
    give_builds(resolution, requirements);
    return resolution;
  }

 private:
  void give_builds(Resolution& resolution, const Requirements& requirements) const {
    if constexpr (requires { resolver.build_settings(); }) resolution.build = resolver.build_settings();
    detail::give_logins(resolution, requirements);
    detail::give_build_options(resolution, requirements);
  }

  Resolution resolve(const Requirements& all, const Requirements& asked, const Context& context) const {
    if (all.constraints.size() == asked.constraints.size()) return resolver.resolve(asked, context);
    try {
      return resolver.resolve(all, context);
    } catch (const Error& error) {
      if (error.code() != Errc::unresolvable && error.code() != Errc::no_wheel) throw;
      Resolution resolution = resolver.resolve(asked, context);
      context.warn("versions of the runtime", "cannot be kept, newer ones are packed: " + error.subject());
      return resolution;
    }
  }
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/resolve.ipp>
#endif
