// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/declared_requirements.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/rules/preinstalled.hpp>
#include <daypack/wheel/version.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace daypack {

namespace detail {

// A distribution of the tree, and what the runtime has of it.
struct Candidate {
  std::shared_ptr<const Distribution> distribution;
  const Preinstalled* runtime = nullptr;
  std::string kept_because = {};  // empty: it goes
};

using Candidates = std::map<std::string, Candidate>;
// What each distribution of the tree that has METADATA requires; extras included: what is in the tree was asked for.
using Requires = std::map<std::string, std::set<std::string>>;

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
  if (runtime.version.empty()) return {};  // only with others: keep_unknown_versions()
  const auto has = Version::parse(runtime.version);
  if (!has || !Version::parse(pinned.version)) return "a version is not one of PEP 440";
  if (Specifiers::parse(near_enough(pinned.version)).admit(*has)) return {};
  return "the runtime's version is not the same, nor a newer patch release of it";
}

inline Requires requirements_in(const Tree& tree) {
  Requires found;
  for (const Entry& entry : tree) {
    if (!entry.origin || !entry.path.ends_with(".dist-info/METADATA")) continue;
    const Blob metadata = read_content(entry);
    std::set<std::string>& names = found[entry.origin->name];
    for (std::string& name : declared_names(MetadataHeaders::parse(metadata.text()), true))
      names.insert(std::move(name));
  }
  return found;
}

inline Candidates preinstalled_candidates(const Tree& tree, const TargetFacts& target, const Requires& all) {
  Candidates candidates;
  for (const auto& distribution : tree.distributions()) {
    const Preinstalled* runtime = preinstalled_of(target, distribution->name);
    if (!runtime) continue;
    std::string objection = version_objection(*distribution, *runtime);
    if (objection.empty() && !all.contains(distribution->name))
      objection = "it has no METADATA that says what it requires";
    candidates[distribution->name] = {distribution, runtime, std::move(objection)};
  }
  return candidates;
}

inline bool goes(const Candidates& candidates, const std::string& name) {
  const auto it = candidates.find(name);
  return it != candidates.end() && it->second.kept_because.empty();
}

// Keeps what requires something of the tree that stays. Tells whether anything changed.
inline bool keep_open_closures(Candidates& candidates, const Requires& all, const std::set<std::string>& in_tree) {
  bool changed = false;
  for (auto& [name, candidate] : candidates) {
    if (!candidate.kept_because.empty()) continue;
    for (const std::string& required : all.at(name)) {
      if (required == name || !in_tree.contains(required) || goes(candidates, required)) continue;
      candidate.kept_because = "it requires " + required + ", which stays";
      changed = true;
      break;
    }
  }
  return changed;
}

// The names that what goes with a known version requires, and what these require.
inline std::set<std::string> required_by_the_known(const Candidates& candidates, const Requires& all) {
  std::vector<std::string> waiting;
  for (const auto& [name, candidate] : candidates) {
    if (goes(candidates, name) && !candidate.runtime->version.empty()) waiting.push_back(name);
  }
  std::set<std::string> reached;
  while (!waiting.empty()) {
    const std::string name = std::move(waiting.back());
    waiting.pop_back();
    for (const std::string& required : all.at(name)) {
      if (goes(candidates, required) && reached.insert(required).second) waiting.push_back(required);
    }
  }
  return reached;
}

// Keeps what the runtime has in a version that nobody knows, unless only what goes asks for it: the runtime's boto3
// works with the runtime's own six. Tells whether anything changed.
inline bool keep_unknown_versions(Candidates& candidates, const Requires& all) {
  const std::set<std::string> reached = required_by_the_known(candidates, all);
  bool changed = false;
  for (auto& [name, candidate] : candidates) {
    if (!candidate.kept_because.empty() || !candidate.runtime->version.empty()) continue;
    const auto user = std::ranges::find_if(
        all, [&](const auto& other) { return !goes(candidates, other.first) && other.second.contains(name); });
    if (user != all.end()) {
      candidate.kept_because = "the runtime's version is not known, and " + user->first + " requires it";
    } else if (!reached.contains(name)) {
      candidate.kept_because = "the runtime's version is not known";
    }
    changed = changed || !candidate.kept_because.empty();
  }
  return changed;
}

// What is left to go is closed.
inline void keep_what_must_stay(Candidates& candidates, const Requires& all, const Tree& tree) {
  std::set<std::string> in_tree;
  for (const auto& distribution : tree.distributions()) in_tree.insert(distribution->name);
  for (bool changed = true; changed;) {
    const bool opened = keep_open_closures(candidates, all, in_tree);
    changed = keep_unknown_versions(candidates, all) || opened;
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
  const detail::Requires all = detail::requirements_in(tree);
  auto candidates = detail::preinstalled_candidates(tree, *target, all);
  detail::keep_what_must_stay(candidates, all, tree);
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
