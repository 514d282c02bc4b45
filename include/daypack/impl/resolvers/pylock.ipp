// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/given_lock.ipp>  // pylock_environment
#include <daypack/impl/detail/requirement_parser.ipp>
#include <daypack/impl/stages/vendor.ipp>  // needed_packages, require_python
#include <daypack/resolvers/pylock.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/wheel/choose.hpp>
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/name.hpp>
#include <daypack/wheel/version.hpp>

#include <algorithm>
#include <utility>

namespace daypack {

namespace detail {

inline void check_requirements(const Requirements& requirements, const Resolution& needed,
                               const MarkerEnvironment& environment, const std::string& path) {
  std::vector<Fault> faults;
  for (const Requirement& item : requirements.items) {
    if (item.name.empty() || !marker_holds(item.marker, environment)) continue;
    const auto found = std::ranges::find(needed.packages, item.name, &Pinned::name);
    const std::string place = item.file.empty() ? "" : place_of(item) + ", ";
    const std::string subject = redacted(item.text) + " (" + place;
    const std::string hint = "lock again with these requirements";
    if (found == needed.packages.end()) {
      faults.push_back(
          {Errc::unresolvable, "the lock does not have a required package", subject + "not in " + path + ')', hint});
    } else if (item.url.empty() && !found->version.empty() &&
               !Specifiers::parse(item.specifier).admit(std::string_view(found->version))) {
      faults.push_back({Errc::unresolvable, "the lock has another version than required",
                        subject + "got " + found->version + " in " + path + ')', hint});
    }
  }
  throw_collected(std::move(faults), "the lock does not meet the requirements");
}

// The best wheel alone; all files when none fits and there is an sdist.
inline Pinned chosen_files(Pinned package, const SupportedTags& tags, const TargetFacts& target) {
  try {
    package.wheels = {PinnedFile(choose_wheel(package, tags, target))};
  } catch (const Error&) {
    if (!has_source(package)) throw;
  }
  return package;
}

}  // namespace detail

DAYPACK_DECL Resolution Pylock::resolve(const Requirements& requirements, const Context& context) const {
  const TargetFacts& target = context.target();
  const Resolution lock = Resolution::read(path);
  const MarkerEnvironment environment = detail::pylock_environment(lock, path, parts, MarkerEnvironment::of(target));
  Resolution needed{.requires_python = lock.requires_python};
  const SupportedTags tags(target);
  std::vector<Fault> faults;
  for (const Pinned* package : detail::needed_packages(lock, environment)) {
    try {
      detail::require_python(package->requires_python, package->name + ' ' + package->version, environment);
      needed.packages.push_back(detail::chosen_files(*package, tags, target));
      needed.packages.back().marker.clear();
    } catch (const Error& error) {
      faults.push_back(error.fault());
    }
  }
  throw_collected(std::move(faults), "some distributions have no wheel for " + words_of(target));
  detail::check_requirements(requirements, needed, MarkerEnvironment::of(target), path);
  return needed;
}

DAYPACK_DECL std::string Pylock::identity() const {
  std::string identity = "pylock " + sha256_of(as_bytes(detail::read_file(path))).hex();
  for (const std::string& extra : parts.extras) identity += " --extra " + extra;
  for (const std::string& group : parts.groups) identity += (parts.project ? " --group " : " --only-group ") + group;
  if (!parts.default_groups) identity += " --no-default-groups";
  return identity;
}

}  // namespace daypack
