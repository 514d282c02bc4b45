// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/resolvers/uv.ipp>
#include <daypack/resolvers/pip.hpp>

#include <string>

namespace daypack::detail {

// The newest version of a requirement that has a wheel for the target, as the resolver of the settings finds it; empty
// when none has, or nobody can tell. Error{cancelled}.
inline std::string newest_for_target(const std::string& requirement, const BuildSettings& settings,
                                     const Context& context) try {
  if (settings.pip.empty()) {
    UvSession session(Uv{.exclude_newer = settings.exclude_newer}, settings.options, context);
    return newest_with_wheel(session, requirement);
  }
  Requirements wanted = Requirements::of({requirement});
  wanted.options = settings.options;
  const Pip pip{
      .python = settings.pip, .exclude_newer = settings.exclude_newer, .arguments = {"--no-deps", "--retries", "0"}};
  const Resolution found = pip.resolve(wanted, context);
  return found.packages.empty() || found.packages.front().wheels.empty() ? "" : found.packages.front().version;
} catch (const Error& error) {
  if (error.code() == Errc::cancelled) throw;
  return {};
}

}  // namespace daypack::detail
