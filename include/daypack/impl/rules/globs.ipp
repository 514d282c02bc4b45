// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/rules/globs.hpp>
#include <daypack/walk/glob.hpp>

#include <memory>
#include <optional>
#include <ranges>
#include <utility>

namespace daypack {

namespace detail {

// One pattern of a user's list: what it matches is left out, or brought back.
struct OrderedGlob {
  Glob glob;
  bool brings_back = false;
  bool folders_only = false;  // ended with a slash

  // The path itself, or a folder that it lies in.
  bool matches(std::string_view path) const {
    for (bool folder = false;; folder = true) {
      if ((folder || !folders_only) && glob.matches(path)) return true;
      const std::size_t slash = path.rfind('/');
      if (slash == std::string_view::npos) return false;
      path = path.substr(0, slash);
    }
  }
};

inline OrderedGlob ordered_glob(std::string_view pattern) {
  const bool brings_back = pattern.starts_with('!');
  const bool folders_only = pattern.ends_with('/');
  std::string_view glob = pattern.substr(brings_back ? 1 : 0);
  while (glob.ends_with('/')) glob.remove_suffix(1);
  if (glob.empty()) {
    throw Error(Errc::usage, "a pattern names nothing", '"' + std::string(pattern) + '"',
                "write e.g. \"*.md\", or \"!numpy/README.md\" to bring back");
  }
  return {Glob(glob), brings_back, folders_only};
}

}  // namespace detail

DAYPACK_DECL rules::Globs::operator Rule() const {
  auto globs = std::make_shared<std::vector<detail::OrderedGlob>>();
  for (const std::string& pattern : patterns) globs->push_back(detail::ordered_glob(pattern));
  const auto matcher = [globs](const Tree&, const TargetFacts* target) {
    const auto decided = [globs, target](const Entry& entry, bool brings_back) {
      const std::string_view path =
          entry.origin ? detail::package_path(entry.path, target) : std::string_view(entry.path);
      for (const detail::OrderedGlob& one : std::views::reverse(*globs)) {
        if (one.matches(path)) return one.brings_back == brings_back;
      }
      return false;
    };
    return Matcher{.removes = [decided](const Entry& entry) { return decided(entry, false); },
                   .keeps = [decided](const Entry& entry) { return decided(entry, true); }};
  };
  return {.name = "globs",
          .reason = "paths that the user has named",
          .risk = "what is named is gone, whoever needs it",
          .matcher = matcher};
}

}  // namespace daypack
