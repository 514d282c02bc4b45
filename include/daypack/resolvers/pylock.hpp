// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/requirements.hpp>
#include <daypack/resolution.hpp>

#include <string>

namespace daypack {

// Resolves from a lock that is there, of whatever tool (PEP 751,
// https://packaging.python.org/en/latest/specifications/pylock-toml/#installation, 2026-11-20): no program, no network.
// What the target needs of it is kept, each distribution with the one wheel that suits the target best. Where none
// fits and the lock names an sdist, all its files are kept, for Vendor to judge.
//
// Requirements, when there are any, have to be met by the lock; none ask for all that is in it. Constraints and options
// of requirements do not matter: the lock is what it is.
struct Pylock {
  std::string path = "pylock.toml";
  Parts parts = {};  // which extras and dependency groups are installed too; without the defaults, which are not

  // Errors: those of Resolution::read; unresolvable (the lock is for other environments, for another Python, or does
  // not meet the requirements); not_found (no such extra or group); no_wheel; conflict (two versions of one
  // distribution).
  DAYPACK_DECL Resolution resolve(const Requirements& requirements, const Context& context) const;
  // Names the lock's SHA-256. Error{not_found, unreadable}.
  DAYPACK_DECL std::string identity() const;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/resolvers/pylock.ipp>
#endif
