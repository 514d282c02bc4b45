// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/declared_requirements.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/rules/preinstalled.hpp>
#include <daypack/wheel/version.hpp>

#include <map>
#include <memory>
#include <set>

namespace daypack {

namespace detail {

// A distribution of the tree, what the runtime has of it, and what it requires.
struct Candidate {
  std::shared_ptr<const Distribution> distribution;
  const Preinstalled* runtime = nullptr;
  std::set<std::string> requires_names = {};  // extras included: what is in the tree was asked for
  bool has_metadata = false;
  std::string kept_because = {};  // empty: it goes
};

using Candidates = std::map<std::string, Candidate>;

inline const Preinstalled* preinstalled_of(const TargetFacts& target, std::string_view name) {
  for (const auto& list : {target.runtime->preinstalled, target.backend->preinstalled}) {
    for (const Preinstalled& package : list) {
      if (package.name == name) return &package;
    }
  }
  return nullptr;
}

// ">=2.5.1,==2.5.*" for "2.5.1": the same or a newer patch release. "==" where the version has no plain major.minor.
inline std::string near_enough(std::string_view pinned) {
  std::size_t dot = pinned.find('.');
  if (dot != std::string_view::npos) dot = std::min(pinned.find('.', dot + 1), pinned.size());
  const std::string_view line = pinned.substr(0, dot == std::string_view::npos ? 0 : dot);
  const bool plain = !line.empty() && std::ranges::all_of(line, [](char c) { return is_ascii_digit(c) || c == '.'; });
  const std::string version(pinned);
  return plain ? ">=" + version + ",==" + std::string(line) + ".*" : "==" + version;
}

// Why a distribution stays for its version's sake; empty when it may go.
inline std::string version_objection(const Distribution& pinned, const Preinstalled& runtime) {
  if (runtime.version.empty()) return "the runtime's version is not known";
  const auto has = Version::parse(runtime.version);
  if (!has || !Version::parse(pinned.version)) return "a version is not one of PEP 440";
  if (Specifiers::parse(near_enough(pinned.version)).admit(*has)) return {};
  return "the runtime's version is not the same, nor a newer patch release of it";
}

inline Candidates preinstalled_candidates(const Tree& tree, const TargetFacts& target) {
  Candidates candidates;
  for (const auto& distribution : tree.distributions()) {
    if (const Preinstalled* runtime = preinstalled_of(target, distribution->name)) {
      candidates[distribution->name] = {
          .distribution = distribution, .runtime = runtime, .kept_because = version_objection(*distribution, *runtime)};
    }
  }
  for (const Entry& entry : tree) {
    if (!entry.origin || !entry.path.ends_with(".dist-info/METADATA")) continue;
    const auto it = candidates.find(entry.origin->name);
    if (it == candidates.end() || !it->second.kept_because.empty()) continue;
    const Blob metadata = read_content(entry);
    for (const Requirement& requirement : declared_requirements(MetadataHeaders::parse(metadata.text())))
      it->second.requires_names.insert(requirement.name);
    it->second.has_metadata = true;
  }
  return candidates;
}

// Keeps whatever requires something that stays, until nothing changes: what is left is closed.
inline void keep_open_closures(Candidates& candidates, const Tree& tree) {
  std::set<std::string> in_tree;
  for (const auto& distribution : tree.distributions()) in_tree.insert(distribution->name);
  for (auto& [name, candidate] : candidates) {
    if (candidate.kept_because.empty() && !candidate.has_metadata)
      candidate.kept_because = "it has no METADATA that says what it requires";
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (auto& [name, candidate] : candidates) {
      for (const std::string& required : candidate.requires_names) {
        if (!candidate.kept_because.empty() || required == name || !in_tree.contains(required)) continue;
        const auto it = candidates.find(required);
        if (it != candidates.end() && it->second.kept_because.empty()) continue;
        candidate.kept_because = "it requires " + required + ", which stays";
        changed = true;
      }
    }
  }
}

inline Matcher::Note note_of(const Candidate& candidate) {
  const std::string has = candidate.runtime->version.empty() ? "some version" : std::string(candidate.runtime->version);
  const std::string seen =
      candidate.runtime->seen.empty() ? "" : " (seen " + std::string(candidate.runtime->seen) + ")";
  const bool goes = candidate.kept_because.empty();
  return {.subject = candidate.distribution->name + ' ' + candidate.distribution->version,
          .message = "the runtime has " + has + seen + ": " + (goes ? "left out" : "kept, " + candidate.kept_because)};
}

}  // namespace detail

DAYPACK_DECL Matcher rules::Preinstalled::matcher(const Tree& tree, const TargetFacts* target) {
  if (!target || !target->backend || !target->runtime) return {[](const Entry&) { return false; }};
  auto candidates = detail::preinstalled_candidates(tree, *target);
  detail::keep_open_closures(candidates, tree);
  Matcher matcher;
  std::set<std::string> gone;
  for (const auto& [name, candidate] : candidates) {
    matcher.notes.push_back(detail::note_of(candidate));
    if (candidate.kept_because.empty()) gone.insert(name);
  }
  matcher.removes = [gone = std::move(gone)](const Entry& entry) {
    return entry.origin && gone.contains(entry.origin->name);
  };
  return matcher;
}

}  // namespace daypack
