// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/given_lock.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/project_file.ipp>
#include <daypack/impl/detail/uv_lock.ipp>
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/version.hpp>

#include <algorithm>
#include <boost/filesystem/path.hpp>
#include <utility>

namespace daypack::detail {

// A marker of a lock; what is off in it is told with the lock.
inline bool lock_marker_holds(const std::string& marker, const MarkerEnvironment& environment,
                              const std::string& file) try {
  return marker_holds(marker, environment);
} catch (const Error& error) {
  throw Error(error.code(), error.message(), marker + " (" + file + ')', lock_again);
}

inline void check_lock_part(const std::vector<std::string>& asked, const std::vector<std::string>& there,
                            const std::string& what, const std::string& file) {
  for (const std::string& name : asked) {
    if (std::find(there.begin(), there.end(), normalised_name(name)) == there.end())
      fail_no_such_part(file, what, name, there);
  }
}

inline void check_environments(const std::vector<std::string>& environments, const MarkerEnvironment& environment,
                               const std::string& file) {
  const auto holds = [&](const std::string& marker) { return lock_marker_holds(marker, environment, file); };
  if (environments.empty() || std::any_of(environments.begin(), environments.end(), holds)) return;
  throw Error(Errc::unresolvable, "the lock is not for this target",
              file + " (got Python " + environment.python_full_version + " on Linux " + environment.platform_machine +
                  ", expected " + environments.front() + (environments.size() > 1 ? " or another" : "") + ')',
              "lock again for this target");
}

// By the steps of PEP 751, "Installation": what the markers leave for the target and the parts.
inline Resolution given_pylock(const GivenLock& lock, MarkerEnvironment environment) {
  Resolution resolution = Resolution::parse(lock.text, lock.file);
  if (!lock.parts.project)
    throw Error(Errc::usage, "a pylock.toml cannot tell its groups from the rest", lock.file,
                "name the groups beside the rest, or take a pyproject.toml or uv.lock");
  check_environments(resolution.environments, environment, lock.file);
  check_lock_part(lock.parts.extras, resolution.extras, "extra", lock.file);
  check_lock_part(lock.parts.groups, resolution.dependency_groups, "dependency group", lock.file);
  environment.extras = lock.parts.extras;
  environment.dependency_groups = lock.parts.groups.empty() ? resolution.default_groups : lock.parts.groups;
  std::erase_if(resolution.packages,
                [&](const Pinned& package) { return !lock_marker_holds(package.marker, environment, lock.file); });
  for (Pinned& package : resolution.packages) package.marker.clear();
  return resolution;
}

DAYPACK_DECL std::optional<Resolution> given_resolution(const Requirements& requirements, const TargetFacts& target) {
  if (requirements.locks.empty()) return {};
  const GivenLock& lock = requirements.locks.front();
  if (requirements.locks.size() > 1 || !requirements.items.empty() || !requirements.constraints.empty()) {
    const std::string other = requirements.locks.size() > 1 ? requirements.locks[1].file
                              : !requirements.items.empty() ? requirements.items.front().text
                                                            : requirements.constraints.front().text;
    throw Error(Errc::usage, "a lock says all that is wanted, and something else is asked for",
                lock.file + " and " + redacted(other), "add it to what was locked, and lock again");
  }
  const MarkerEnvironment environment = MarkerEnvironment::of(target);
  if (boost::filesystem::path(lock.file).filename() == "uv.lock")
    return UvLockReader(lock.file, environment).read(lock.text, lock.parts);
  return given_pylock(lock, environment);
}

DAYPACK_DECL void check_required_pythons(const Requirements& requirements, const TargetFacts& target) {
  const std::string python = MarkerEnvironment::of(target).python_full_version;
  for (const RequiredPython& wanted : requirements.pythons) {
    if (Specifiers::parse(wanted.specifier).admit(std::string_view(python))) continue;
    throw Error(
        Errc::unresolvable, "the project does not run on the target's Python",
        wanted.file + ':' + std::to_string(wanted.line) + " (got " + python + ", expected " + wanted.specifier + ')',
        "take another Python, or change requires-python");
  }
}

}  // namespace daypack::detail
