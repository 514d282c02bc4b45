// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/project_file.ipp>
#include <daypack/impl/detail/toml_reader.ipp>
#include <daypack/impl/detail/uv_lock_conflicts.ipp>
#include <daypack/impl/detail/uv_lock_files.ipp>
#include <daypack/impl/resolution.ipp>
#include <daypack/requirements.hpp>
#include <daypack/resolution.hpp>
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/name.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace daypack::detail {

// A uv.lock (version 1, revision 5, as uv 0.13.8 writes it; https://docs.astral.sh/uv/concepts/projects/layout/ names
// the format uv's own, and its version changes when older readers would be wrong, 2026-11-20) for one target: from the
// dependencies of its projects along the edges whose markers hold, as `uv export` follows them. Without an environment
// every marker holds, and each package keeps those of its fork.
class UvLockReader {
 public:
  UvLockReader(std::string source, std::optional<MarkerEnvironment> environment)
      : in_(std::move(source), "cannot read a lock", lock_again), environment_(std::move(environment)) {}

  Resolution read(std::string_view text, const Parts& parts) {
    const toml::table lock = in_.parse(text);
    check_version(lock);
    if (environment_) check_target(lock);
    in_.each_table(lock, "package", [&](const toml::table& package) {
      packages_[normalised_name(in_.text_of(package, "name"))].push_back(&package);
    });
    conflicts_.emplace(in_, lock);
    find_projects(lock, parts.package);
    walk(parts);
    if (environment_ && !conflicts_->empty()) {
      conflicts_->check(in_.source());
      walk(parts);  // now every extra is known that markers ask about
    }
    Resolution resolution{.requires_python = in_.text_of(lock, "requires-python")};
    for (const toml::table* package : taken_) {
      resolution.packages.push_back(files_.pinned(*package));
      if (!environment_) resolution.packages.back().marker = fork_of(*package);
    }
    sort_pinned(resolution);
    return resolution;
  }

 private:
  // A list of dependencies, and whose it is.
  struct Edges {
    const toml::table* holder = nullptr;
    std::string key = {};
    const toml::table* owner = nullptr;
  };

  void check_version(const toml::table& lock) const {
    const toml::node* node = lock.get("version");
    if (node != nullptr && in_.optional_value<std::int64_t>(lock, "version", "1") == 1) return;
    in_.fail(node == nullptr ? lock.source() : node->source(), node == nullptr ? "no version" : "another version",
             "version = 1", "the lock is of another format: `uv export --format pylock.toml -o pylock.toml`");
  }

  void check_target(const toml::table& lock) const {
    const auto supported = in_.texts_of(lock, "supported-markers");
    const bool holds = std::any_of(supported.begin(), supported.end(),
                                   [&](const std::string& marker) { return marker_holds(marker, *environment_); });
    if (supported.empty() || holds) return;
    throw Error(Errc::unresolvable, "the lock is not for this target",
                in_.source() + " (expected " + supported.front() + (supported.size() > 1 ? " or another" : "") + ')',
                "add the target to `environments` of [tool.uv] and lock again");
  }

  // As `uv export`: the project that is named, else the one beside the lock, else all of a workspace without one.
  void find_projects(const toml::table& lock, const std::string& wanted) {
    const toml::table* manifest = in_.table_of(lock, "manifest");
    const auto members = manifest == nullptr ? std::vector<std::string>{} : in_.texts_of(*manifest, "members");
    std::vector<std::string> there;
    for (const auto& [name, versions] : packages_) {
      for (const toml::table* package : versions) {
        const std::string folder = files_.folder_in(*package);
        const bool member = std::find(members.begin(), members.end(), name) != members.end();
        if (folder == "." || member) there.push_back(name);
        if (wanted.empty() ? folder == "." : !folder.empty() && name == normalised_name(wanted)) projects_ = {package};
        if (!projects_.empty() && projects_.front() == package) return;
      }
    }
    if (!wanted.empty()) fail_no_such_part(in_.source(), "project", wanted, there);
    for (const std::string& name : members) {
      if (packages_.contains(name)) projects_.push_back(packages_.at(name).front());
    }
    if (manifest != nullptr && !projects_.empty()) workspace_groups_ = in_.table_of(*manifest, "dependency-groups");
    if (!projects_.empty()) return;
    in_.fail(lock.source(), "no project", "a project beside the lock (source = { virtual = \".\" }), or members",
             "`uv lock` in the project's folder writes one");
  }

  // Everything that the parts lead to.
  void walk(const Parts& parts) {
    pending_.clear();
    seen_.clear();
    taken_.clear();
    extras_taken_.clear();
    for (const toml::table* project : projects_) {
      if (!parts.project) break;
      conflicts_->take({name_of(*project), "project"});
      follow(*project, "dependencies", *project);
      for (const std::string& group : parts.default_groups ? default_groups_of(*project) : std::vector<std::string>{})
        take_list(*project, "group", group);
    }
    for (const std::string& extra : parts.extras) take_part("extra", extra);
    for (const std::string& group : parts.groups) take_part("group", group);
    for (std::size_t i = 0; i < pending_.size(); ++i) take_edges(Edges(pending_[i]));
  }

  std::string name_of(const toml::table& package) const { return normalised_name(in_.text_of(package, "name")); }

  // Those that the project names itself ([tool.uv] default-groups); not uv's own default, which is "dev".
  std::vector<std::string> default_groups_of(const toml::table& project) const {
    const toml::node* node = project.get("default-groups");
    if (node == nullptr || node->value_exact<std::string>() != "all") return in_.texts_of(project, "default-groups");
    std::vector<std::string> all;
    if (const toml::table* groups = in_.table_of(project, "dev-dependencies")) {
      for (const auto& [name, list] : *groups) all.emplace_back(name.str());
    }
    return all;
  }

  // An extra or group of each project that has it.
  void take_part(const std::string& kind, const std::string& name) {
    bool found = false;
    std::vector<std::string> there;
    for (const toml::table* project : projects_) {
      found |= take_list(*project, kind, name) || declares(*project, kind, normalised_name(name));
      if (const toml::table* lists = in_.table_of(*project, key_of(kind))) {
        for (const auto& [written, list] : *lists) there.emplace_back(written.str());
      }
    }
    if (kind == "group" && workspace_groups_ != nullptr) {
      for (const auto& [written, list] : *workspace_groups_) {
        there.emplace_back(written.str());
        if (normalised_name(written.str()) != normalised_name(name)) continue;
        follow(*workspace_groups_, written.str(), *workspace_groups_);
        found = true;
      }
    }
    if (!found) fail_no_such_part(in_.source(), kind == "group" ? "dependency group" : kind, name, there);
  }

  static const char* key_of(const std::string& kind) {
    return kind == "group" ? "dev-dependencies" : "optional-dependencies";
  }

  bool take_list(const toml::table& project, const std::string& kind, const std::string& name) {
    const toml::table* lists = in_.table_of(project, key_of(kind));
    if (lists == nullptr) return false;
    for (const auto& [written, list] : *lists) {
      if (normalised_name(written.str()) != normalised_name(name)) continue;
      conflicts_->take({name_of(project), kind, normalised_name(name)});
      follow(*lists, written.str(), project);
      return true;
    }
    return false;
  }

  // Whether it is there and empty.
  bool declares(const toml::table& project, const std::string& kind, const std::string& name) const {
    const toml::table* metadata = in_.table_of(project, "metadata");
    if (metadata == nullptr) return false;
    if (kind == "group") {
      const toml::table* groups = in_.table_of(*metadata, "requires-dev");
      return groups != nullptr && groups->contains(name);
    }
    const auto extras = in_.texts_of(*metadata, "provides-extras");
    return std::find(extras.begin(), extras.end(), name) != extras.end();
  }

  void follow(const toml::table& holder, std::string_view key, const toml::table& owner) {
    pending_.push_back({&holder, std::string(key), &owner});
  }

  // Every edge whose marker holds, to its package and the extras that are asked of it.
  void take_edges(const Edges& edges) {
    in_.each_table(*edges.holder, edges.key, [&](const toml::table& edge) {
      std::vector<UvLockSide> sides;
      for (const char* key : {"extra", "extras"}) {
        for (const std::string& extra : in_.texts_of(edge, key))
          sides.push_back({normalised_name(in_.text_of(edge, "name")), "extra", extra});
      }
      if (!holds(edge, sides)) return;
      const toml::table& package = target_of(edge);
      if (seen_.insert(&package).second) follow(package, "dependencies", package);
      if (!is_own_project(package, *edges.owner)) taken_.insert(&package);
      for (UvLockSide& side : sides) {
        if (const toml::table* extras = in_.table_of(package, "optional-dependencies");
            extras_taken_.emplace(&package, side.name).second && extras != nullptr)
          follow(*extras, side.name, package);
        conflicts_->take(std::move(side));
      }
    });
  }

  // A project may require its own extras; its code is no package of the lock.
  bool is_own_project(const toml::table& package, const toml::table& owner) const {
    if (std::find(projects_.begin(), projects_.end(), &package) == projects_.end()) return false;
    return projects_.size() == 1 || &package == &owner;
  }

  bool holds(const toml::table& edge, const std::vector<UvLockSide>& sides) const {
    const std::string marker = in_.text_of(edge, "marker");
    if (!environment_ || marker.empty()) return true;
    try {
      return conflicts_->hold(marker, *environment_, sides);
    } catch (const Error& error) {
      fail_lock_marker(in_, *edge.get("marker"), marker, error);
    }
  }

  // With several versions of one name the edge says which it means.
  const toml::table& target_of(const toml::table& edge) const {
    const std::string name = name_of(edge), version = in_.text_of(edge, "version");
    const toml::table* source = in_.table_of(edge, "source");
    const auto found = packages_.find(name);
    const toml::table* target = nullptr;
    for (const toml::table* package : found == packages_.end() ? std::vector<const toml::table*>{} : found->second) {
      if (!version.empty() && in_.text_of(*package, "version") != version) continue;
      if (source != nullptr && *source != files_.source_of(*package)) continue;
      if (target != nullptr) in_.fail(edge.source(), "two packages for " + name, "a version", lock_again);
      target = package;
    }
    if (target == nullptr) in_.fail(edge.source(), "no package for " + name + ' ' + version, "one", lock_again);
    return *target;
  }

  std::string fork_of(const toml::table& package) const {
    return listed(in_.texts_of(package, "resolution-markers"), " or ",
                  [](const std::string& marker) { return '(' + marker + ')'; });
  }

  TomlReader in_;
  UvLockFiles files_{in_};
  std::optional<MarkerEnvironment> environment_;
  std::map<std::string, std::vector<const toml::table*>> packages_ = {};
  std::vector<const toml::table*> projects_ = {};
  const toml::table* workspace_groups_ = nullptr;
  std::optional<UvLockConflicts> conflicts_ = {};
  std::vector<Edges> pending_ = {};
  std::set<const toml::table*> seen_ = {};
  std::set<const toml::table*> taken_ = {};
  std::set<std::pair<const toml::table*, std::string>> extras_taken_ = {};
};

}  // namespace daypack::detail
