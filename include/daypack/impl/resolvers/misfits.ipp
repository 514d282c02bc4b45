// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/impl/detail/requirement_parser.ipp>
#include <daypack/impl/detail/uv_words.ipp>
#include <daypack/impl/wheel/choose.ipp>
#include <daypack/requirements.hpp>
#include <daypack/resolution.hpp>
#include <daypack/wheel/tags.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

// What resolvers say of wheels that the target cannot load.
namespace daypack::detail {

// "rasterio" of "rasterio[s3]>=1.2; python_version > '3'".
inline std::string name_in(std::string_view requirement) {
  return normalised_name(trimmed(requirement.substr(0, requirement.find_first_of("=<>!~[ ;("))));
}

inline bool loads(const SupportedTags& tags, const PinnedFile& wheel) try {
  return tags.rank(WheelName::parse(wheel.file)).has_value();
} catch (const Error&) {  // no name of a wheel
  return false;
}

inline bool loads_any(const SupportedTags& tags, const std::vector<PinnedFile>& wheels) {
  return std::ranges::any_of(wheels, [&](const PinnedFile& wheel) { return loads(tags, wheel); });
}

// "requirements.txt:3" of the first requirement of this name; empty when none was written by hand.
inline std::string place_of(const Requirements& requirements, const std::string& name) {
  const auto& items = requirements.items;
  const auto item = std::ranges::find_if(
      items, [&](const Requirement& candidate) { return candidate.name == name && !candidate.file.empty(); });
  return item == items.end() ? "" : place_of(*item);
}

// No file is old enough for --exclude-newer.
inline Fault too_new_fault(const std::string& subject, const std::string& exclude_newer) {
  return {Errc::unresolvable, "no version is old enough", subject + " (--exclude-newer " + exclude_newer + ')',
          "take a later date, or drop --exclude-newer"};
}

// The wheels that there are and why each does not fit, the nearest first.
inline void add_misfits(Fault& fault, const std::vector<PinnedFile>& wheels, const SupportedTags& tags) {
  std::vector<WheelMisfit> misfits;
  for (const PinnedFile& wheel : wheels) {
    if (loads(tags, wheel)) continue;
    try {
      misfits.push_back({wheel.file, tags.misfit(WheelName::parse(wheel.file))});
    } catch (const Error&) {  // no name of a wheel: nothing that could fit
    }
  }
  add_nearest(fault, std::move(misfits));
}

// Each requirement that the fault's subject mentions becomes a cause, with its place.
inline void add_places(Fault& fault, const Requirements& requirements) {
  for (const auto* list : {&requirements.items, &requirements.constraints}) {
    for (const Requirement& item : *list) {
      if (item.name.empty() || !mentions(fault.subject, item.name) || fault.causes.size() == 10) continue;
      const std::string otherwise = list == &requirements.items ? "asked for" : "constraint";
      fault.causes.push_back(
          {.message = item.file.empty() ? otherwise : place_of(item), .subject = redacted(item.text)});
    }
  }
}

// A wheel of another system than Linux.
inline bool is_foreign(const PinnedFile& wheel) try {
  return std::ranges::all_of(WheelName::parse(wheel.file).platforms, [](const std::string& platform) {
    return platform.starts_with("win") || platform.starts_with("macosx_");
  });
} catch (const Error&) {  // no name of a wheel
  return true;
}

// What no wheel of could be found for a target.
struct Wheelless {
  std::string requirement = {};         // "numpy==2.4.6", "numpy>=2", "numpy"
  std::vector<PinnedFile> wheels = {};  // that there are
  std::string newest = {};              // the newest version that has a wheel for the target; empty when none has
  std::string wanted_by = {};           // the distribution that depends on it, "scipy==1.2"; empty for a requirement
};

inline std::string way_out(const Wheelless& missing, const TargetFacts& target) {
  const std::string name = name_in(missing.requirement);
  if (!missing.wheels.empty() && std::ranges::all_of(missing.wheels, is_foreign)) {
    return "it is made for other systems: drop it, or keep it from this one with a marker (" + name +
           "; sys_platform != 'linux')";
  }
  std::string runtime = other_runtime({.name = name, .wheels = missing.wheels}, target);
  if (!runtime.empty()) runtime += " of " + std::string(target.backend->title);
  if (!missing.wanted_by.empty())
    return "take another version of " + name_in(missing.wanted_by) + (runtime.empty() ? "" : ", or " + runtime);
  if (!missing.newest.empty()) {
    return "take " + name + "==" + missing.newest + ", the newest that has one" +
           (runtime.empty() ? "" : ", or " + runtime);
  }
  return (runtime.empty() ? "" : "take " + runtime + ", or ") +
         "build a wheel on a machine like the target (pip wheel --no-deps " + name + ") and require that file";
}

// No version that is asked for can be loaded.
inline Fault misfit_fault(const Wheelless& missing, const Requirements& requirements, const TargetFacts& target) {
  const std::string place = place_of(requirements, name_in(missing.requirement));
  Fault fault{Errc::no_wheel, "no wheel fits the target",
              missing.requirement + " (" + (place.empty() ? "" : place + ", ") + "for " + words_of(target) + ')',
              way_out(missing, target)};
  add_misfits(fault, missing.wheels, SupportedTags(target));
  if (fault.causes.empty()) fault.message = "there is source code but no wheel";
  if (!missing.wanted_by.empty())
    fault.causes.insert(fault.causes.begin(), {.message = "is wanted by", .subject = missing.wanted_by});
  return fault;
}

}  // namespace daypack::detail
