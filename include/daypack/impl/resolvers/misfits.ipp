// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/impl/detail/requirement_parser.ipp>
#include <daypack/impl/wheel/tags.ipp>
#include <daypack/requirements.hpp>
#include <daypack/resolution.hpp>
#include <daypack/wheel/tags.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

// What resolvers say of wheels that the target cannot load.
namespace daypack::detail {

inline std::string target_words(const TargetFacts& target) {
  const Runtime& runtime = *target.runtime;
  return std::string(target.backend->title) + " Python " + to_string(runtime.python) + ", " +
         std::string(machine_of(target.arch)) + ", glibc " + text_of(runtime.glibc);
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

// The wheels that there are and why each does not fit, the nearest first.
inline void add_misfits(Fault& fault, const std::vector<PinnedFile>& wheels, const SupportedTags& tags) {
  static constexpr std::size_t shown = 6;
  std::vector<std::pair<int, Fault>> misfits;
  for (const PinnedFile& wheel : wheels) {
    if (loads(tags, wheel)) continue;
    try {
      SupportedTags::Misfit misfit = tags.misfit(WheelName::parse(wheel.file));
      misfits.emplace_back(misfit.distance, Fault{.message = std::move(misfit.words), .subject = wheel.file});
    } catch (const Error&) {  // no name of a wheel: nothing that could fit
    }
  }
  std::ranges::sort(misfits, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second.subject < b.second.subject;
  });
  const std::size_t count = std::min(misfits.size(), shown);
  for (std::size_t i = 0; i < count; ++i) fault.causes.push_back(std::move(misfits[i].second));
  if (misfits.size() > shown)
    fault.causes.push_back(
        {.message = "and " + std::to_string(misfits.size() - shown) + " wheels that are farther off"});
}

// No version that is asked for can be loaded. `requirement` is "numpy==2.4.6" or a name; `newest` is the newest version
// that has a wheel for the target, empty when none has.
inline Fault misfit_fault(const std::string& requirement, const Requirements& requirements, const TargetFacts& target,
                          const std::vector<PinnedFile>& wheels, const std::string& newest) {
  const std::string name = requirement.substr(0, requirement.find_first_of("=<>!~["));
  const std::string place = place_of(requirements, name);
  Fault fault{Errc::no_wheel, "no wheel fits the target",
              requirement + " (" + (place.empty() ? "" : place + ", ") + "for " + target_words(target) + ')'};
  add_misfits(fault, wheels, SupportedTags(target));
  if (fault.causes.empty()) fault.message = "there is source code but no wheel";
  fault.hint = newest.empty()
                   ? "build a wheel (pip wheel --no-deps " + name + ") and require that file"
                   : "take " + name + "==" + newest + ", the newest that has one, or a target with a newer Python";
  return fault;
}

}  // namespace daypack::detail
