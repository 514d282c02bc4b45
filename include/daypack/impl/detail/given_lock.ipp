// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/given_lock.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/lock_listing.ipp>  // is_uv_lock
#include <daypack/impl/detail/project_file.ipp>
#include <daypack/impl/detail/uv_lock.ipp>
#include <daypack/impl/stages/vendor.ipp>  // admits_python
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/version.hpp>

#include <algorithm>
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

inline void check_environments(const Resolution& lock, const MarkerEnvironment& environment, const std::string& file) {
  const auto holds = [&](const std::string& marker) { return lock_marker_holds(marker, environment, file); };
  if (!lock.environments.empty() && std::none_of(lock.environments.begin(), lock.environments.end(), holds)) {
    throw Error(Errc::unresolvable, "the lock is not for this target",
                file + " (got Python " + environment.python_full_version + " on Linux " + environment.platform_machine +
                    ", expected " + lock.environments.front() + (lock.environments.size() > 1 ? " or another" : "") +
                    ')',
                "lock again for this target");
  }
  if (admits_python(lock.requires_python, file, environment)) return;
  throw Error(Errc::unresolvable, "the lock is for another Python",
              file + " (got " + environment.python_full_version + ", expected " + lock.requires_python + ')',
              "lock again for this target, or take another Python");
}

// What the packages' markers of a pylock.toml are asked about, by the steps of PEP 751, "Installation"
// (https://packaging.python.org/en/latest/specifications/pylock-toml/#installation, 2026-11-20). Its default groups
// stand for what the project itself depends on; they are not among the groups that are chosen by name.
inline MarkerEnvironment pylock_environment(const Resolution& lock, const std::string& file, const Parts& parts,
                                            MarkerEnvironment environment) {
  if (!parts.package.empty())
    throw Error(Errc::usage, "a pylock.toml is of one project", parts.package + " (" + file + ')', "name no package");
  if (!parts.project && lock.default_groups.empty())
    throw Error(Errc::usage, "a pylock.toml without default-groups cannot tell its groups from the rest", file,
                "name the groups beside the rest, or take a pyproject.toml or uv.lock");
  check_environments(lock, environment, file);
  check_lock_part(parts.extras, lock.extras, "extra", file);
  check_lock_part(parts.groups, lock.dependency_groups, "dependency group", file);
  environment.extras = parts.extras;
  environment.dependency_groups = parts.groups;
  if (parts.project && parts.default_groups) {
    environment.dependency_groups.insert(environment.dependency_groups.end(), lock.default_groups.begin(),
                                         lock.default_groups.end());
  }
  return environment;
}

inline Resolution given_pylock(const GivenLock& given, const MarkerEnvironment& target) {
  Resolution lock = Resolution::parse(given.text, given.file);
  const MarkerEnvironment environment = pylock_environment(lock, given.file, given.parts, target);
  std::erase_if(lock.packages,
                [&](const Pinned& package) { return !lock_marker_holds(package.marker, environment, given.file); });
  for (Pinned& package : lock.packages) package.marker.clear();
  return lock;
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
  if (is_uv_lock(lock.file)) return UvLockReader(lock.file, environment).read(lock.text, lock.parts);
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
