// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/impl/wheel/tags.ipp>
#include <daypack/python.hpp>
#include <daypack/wheel/choose.hpp>
#include <daypack/wheel/version.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace daypack {

namespace detail {

// One wheel of a pinned version, judged.
struct WheelCandidate {
  const PinnedFile* file = nullptr;
  std::optional<int> rank = {};
  BuildTag build = {};
  SupportedTags::Misfit misfit = {};
};

inline WheelCandidate judge_wheel(const PinnedFile& file, const Pinned& package, const SupportedTags& tags) {
  WheelCandidate candidate{.file = &file};
  try {
    const WheelName name = WheelName::parse(file.file);
    const bool local = !file.path.empty() || file.url.starts_with("file:");
    const bool promises_glibc =
        !std::ranges::all_of(name.platforms, [](const std::string& p) { return p.starts_with("linux_"); });
    if (name.name != package.name ||
        (!package.version.empty() && Version::parse(name.version) != Version::parse(package.version))) {
      candidate.misfit = {100000, "is of another project or version"};
    } else if (!(candidate.rank = tags.rank(name))) {
      candidate.misfit = tags.misfit(name);
    } else if (!promises_glibc && !local) {
      candidate.rank.reset();
      candidate.misfit = {10, "does not say which glibc it needs (linux_...), so it is taken from a local path only"};
    }
    candidate.build = name.build;
  } catch (const Error& error) {
    candidate.misfit = {100000, error.message()};
  }
  return candidate;
}

// The first runtime of the same backend, newest last, that could load one of the wheels; empty when there is none.
inline std::string other_runtime(const Pinned& package, const TargetFacts& target) {
  const auto loads = [&](const Runtime& runtime, Arch arch) {
    const SupportedTags tags(runtime.python, runtime.glibc, arch);
    return runtime.support != Support::retired && runs_on(runtime, arch) &&
           std::ranges::any_of(package.wheels, [&](const PinnedFile& file) {
             return judge_wheel(file, package, tags).rank.has_value();
           });
  };
  for (const Runtime& runtime : target.backend->runtimes) {
    if (runtime.python >= target.runtime->python && loads(runtime, target.arch)) {
      return "Python " + to_string(runtime.python) + " (glibc " + text_of(runtime.glibc) + ')';
    }
  }
  const Arch other = target.arch == Arch::arm64 ? Arch::x86_64 : Arch::arm64;
  return loads(*target.runtime, other) ? "architecture " + std::string(to_string(other)) : std::string();
}

// A wheel that does not fit, and why.
struct WheelMisfit {
  std::string file = {};
  SupportedTags::Misfit why = {};
};

// The order of wheels that are equally far off: the newest version, then by name.
inline bool newer_or_first(const std::string& a, const std::string& b) {
  const auto version_of = [](const std::string& file) -> std::optional<Version> {
    try {
      return Version::parse(WheelName::parse(file).version);
    } catch (const Error&) {  // no name of a wheel
      return std::nullopt;
    }
  };
  const auto a_version = version_of(a), b_version = version_of(b);
  return a_version != b_version ? a_version > b_version : a < b;
}

// Wheels become causes, the nearest first, as far as people read them; a single one more is told too.
inline void add_nearest(Fault& fault, std::vector<WheelMisfit> misfits) {
  const std::size_t most = misfits.size() == 7 ? 7 : 6;
  std::ranges::sort(misfits, [](const WheelMisfit& a, const WheelMisfit& b) {
    return a.why.distance != b.why.distance ? a.why.distance < b.why.distance : newer_or_first(a.file, b.file);
  });
  for (std::size_t i = 0; i < std::min(misfits.size(), most); ++i)
    fault.causes.push_back({.code = Errc::no_wheel, .message = misfits[i].why.words, .subject = misfits[i].file});
  if (misfits.size() > most)
    fault.causes.push_back(
        {.code = Errc::no_wheel,
         .message = "and " + std::to_string(misfits.size() - most) + " wheels that are farther off"});
}

[[noreturn]] inline void refuse_wheels(const Pinned& package, std::vector<WheelCandidate> candidates,
                                       const TargetFacts& target) {
  Fault fault{.code = Errc::no_wheel,
              .message = "none of its wheels fits the target",
              .subject = package.name + ' ' + package.version + " (" + words_of(target) + ')',
              .hint = "pin another version of " + package.name + " that has one"};
  if (candidates.empty()) {
    const std::string what =
        package.sdists.empty() ? "no file at all" : "an sdist only, " + package.sdists.front().file;
    fault.message = "it has no wheel: the lock names " + what;
    fault.hint += ", or build a wheel on a machine like the target (pip wheel " + package.name +
                  "==" + package.version + ") and require it by its path";
  } else if (const std::string better = other_runtime(package, target); !better.empty()) {
    fault.hint = "take " + better + " of " + std::string(target.backend->title) + ", or " + fault.hint;
  }
  std::vector<WheelMisfit> misfits;
  for (WheelCandidate& candidate : candidates) misfits.push_back({candidate.file->file, std::move(candidate.misfit)});
  add_nearest(fault, std::move(misfits));
  throw Error(std::move(fault));
}

}  // namespace detail

DAYPACK_DECL std::string words_of(const TargetFacts& target) {
  return std::string(target.backend->title) + ", Python " + to_string(target.runtime->python) + ", " +
         std::string(to_string(target.arch)) + ", glibc " + detail::text_of(target.runtime->glibc);
}

DAYPACK_DECL const PinnedFile& choose_wheel(const Pinned& package, const SupportedTags& tags,
                                            const TargetFacts& target) {
  std::vector<detail::WheelCandidate> candidates;
  for (const PinnedFile& file : package.wheels) candidates.push_back(detail::judge_wheel(file, package, tags));
  const auto better = [](const detail::WheelCandidate& a, const detail::WheelCandidate& b) {
    if (a.rank.has_value() != b.rank.has_value()) return a.rank.has_value();
    if (a.rank != b.rank) return a.rank < b.rank;
    if (a.build != b.build) return a.build > b.build;
    return a.file->file < b.file->file;
  };
  const auto best = std::ranges::min_element(candidates, better);
  if (best == candidates.end() || !best->rank) detail::refuse_wheels(package, std::move(candidates), target);
  return *best->file;
}

}  // namespace daypack
