// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/project_file.ipp>
#include <daypack/impl/detail/toml_reader.ipp>
#include <daypack/impl/resolution.ipp>
#include <daypack/requirements.hpp>
#include <daypack/resolution.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/name.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace daypack::detail {

// A uv.lock (version 1, revision 5, as uv 0.13.8 writes it; https://docs.astral.sh/uv/concepts/projects/layout/ names
// the format uv's own, and its version changes when older readers would be wrong, 2026-11-20) for one target: from the
// project's dependencies along the edges whose markers hold.
class UvLockReader {
 public:
  UvLockReader(std::string source, MarkerEnvironment environment)
      : in_(std::move(source), "cannot read a lock", lock_again), environment_(std::move(environment)) {}

  Resolution read(std::string_view text, const Parts& parts) {
    const toml::table lock = in_.parse(text);
    check(lock);
    in_.each_table(lock, "package", [&](const toml::table& package) {
      packages_[normalised_name(in_.text_of(package, "name"))].push_back(&package);
    });
    const toml::table& root = root_of(lock);
    if (parts.project) follow(root, "dependencies");
    for (const std::string& extra : parts.extras) take_part(root, "optional-dependencies", "extra", extra);
    for (const std::string& group : parts.groups) take_part(root, "dev-dependencies", "dependency group", group);
    for (std::size_t i = 0; i < pending_.size(); ++i) take_edges(*pending_[i].first, std::string(pending_[i].second));
    Resolution resolution{.requires_python = in_.text_of(lock, "requires-python")};
    for (const toml::table* package : taken_) {
      if (package != &root) resolution.packages.push_back(pinned(*package));  // it may require its own extras
    }
    sort_pinned(resolution);
    return resolution;
  }

 private:
  void check(const toml::table& lock) const {
    const toml::node* node = lock.get("version");
    if (node == nullptr || in_.optional_value<std::int64_t>(lock, "version", "1") != 1) {
      in_.fail(node == nullptr ? lock.source() : node->source(), node == nullptr ? "no version" : "another version",
               "version = 1", "the lock is of another format: `uv export --format pylock.toml -o pylock.toml`");
    }
    // Conflicting extras are told apart by markers of uv's own making.
    if (const toml::node* conflicts = lock.get("conflicts"); conflicts != nullptr) {
      in_.fail(conflicts->source(), "extras or groups that exclude each other", "a lock without conflicts",
               "`uv export --frozen --format pylock.toml -o pylock.toml` with the extras and groups that are wanted");
    }
    const auto supported = in_.texts_of(lock, "supported-markers");
    const bool holds = std::any_of(supported.begin(), supported.end(),
                                   [&](const std::string& marker) { return marker_holds(marker, environment_); });
    if (supported.empty() || holds) return;
    throw Error(Errc::unresolvable, "the lock is not for this target",
                in_.source() + " (expected " + supported.front() + (supported.size() > 1 ? " or another" : "") + ')',
                "add the target to `environments` of [tool.uv] and lock again");
  }

  // The project beside the lock.
  const toml::table& root_of(const toml::table& lock) const {
    std::vector<std::string> members;
    for (const auto& [name, versions] : packages_) {
      for (const toml::table* package : versions) {
        const toml::table& source = source_of(*package);
        for (const char* kind : {"virtual", "editable", "directory"}) {
          const std::string place = in_.text_of(source, kind);
          if (place == ".") return *package;
          if (!place.empty()) members.push_back(name);
        }
      }
    }
    in_.fail(lock.source(), members.empty() ? "no project" : "the projects " + listed(members),
             "a project beside the lock (source = { virtual = \".\" })",
             "`uv export --package NAME --format pylock.toml -o pylock.toml`");
  }

  const toml::table& source_of(const toml::table& package) const {
    const toml::table* source = in_.table_of(package, "source");
    if (source == nullptr) in_.fail(package.source(), "a package without a source", "source = { ... }");
    return *source;
  }

  void take_part(const toml::table& root, const char* key, const std::string& what, const std::string& name) {
    const toml::table* lists = in_.table_of(root, key);
    std::vector<std::string> there;
    if (lists != nullptr) {
      for (const auto& [written, list] : *lists) {
        if (normalised_name(written.str()) == normalised_name(name)) return follow(*lists, written.str());
        there.emplace_back(written.str());
      }
    }
    if (declares(root, what == "extra", normalised_name(name))) return;  // it is there and empty
    fail_no_such_part(in_.source(), what, name, there);
  }

  bool declares(const toml::table& root, bool extra, const std::string& name) const {
    const toml::table* metadata = in_.table_of(root, "metadata");
    if (metadata == nullptr) return false;
    if (!extra) {
      const toml::table* groups = in_.table_of(*metadata, "requires-dev");
      return groups != nullptr && groups->contains(name);
    }
    const auto extras = in_.texts_of(*metadata, "provides-extras");
    return std::find(extras.begin(), extras.end(), name) != extras.end();
  }

  void follow(const toml::table& holder, std::string_view key) { pending_.emplace_back(&holder, key); }

  // Every edge whose marker holds, to its package and the extras that are asked of it.
  void take_edges(const toml::table& holder, const std::string& key) {
    in_.each_table(holder, key, [&](const toml::table& edge) {
      const std::string marker = in_.text_of(edge, "marker");
      if (!holds(edge, marker)) return;
      const toml::table& package = target_of(edge);
      if (taken_.insert(&package).second) follow(package, "dependencies");
      for (const std::string& extra : in_.texts_of(edge, "extra")) {
        if (!extras_taken_.emplace(&package, extra).second) continue;
        if (const toml::table* extras = in_.table_of(package, "optional-dependencies")) follow(*extras, extra);
      }
    });
  }

  bool holds(const toml::table& edge, const std::string& marker) const try {
    return marker_holds(marker, environment_);
  } catch (const Error& error) {
    in_.fail(edge.source(), marker, error.message(), lock_again);
  }

  // With several versions of one name the edge says which it means.
  const toml::table& target_of(const toml::table& edge) const {
    const std::string name = normalised_name(in_.text_of(edge, "name")), version = in_.text_of(edge, "version");
    const toml::table* source = in_.table_of(edge, "source");
    const auto found = packages_.find(name);
    const toml::table* target = nullptr;
    for (const toml::table* package : found == packages_.end() ? std::vector<const toml::table*>{} : found->second) {
      if (!version.empty() && in_.text_of(*package, "version") != version) continue;
      if (source != nullptr && *source != source_of(*package)) continue;
      if (target != nullptr) in_.fail(edge.source(), "two packages for " + name, "a version", lock_again);
      target = package;
    }
    if (target == nullptr) in_.fail(edge.source(), "no package for " + name + ' ' + version, "one", lock_again);
    return *target;
  }

  Pinned pinned(const toml::table& package) const {
    const toml::table& source = source_of(package);
    Pinned pinned{.name = normalised_name(in_.text_of(package, "name")), .version = in_.text_of(package, "version")};
    if (source.contains("virtual"))
      in_.fail(source.source(), "a project that is no package", "one that can be built", lock_again);
    pinned.source = source.contains("git") ? repository_of(source) : folder_of(source);
    const std::string registry = in_.text_of(source, "registry");
    if (registry.find("://") != std::string::npos) pinned.index = registry;
    if (const toml::table* sdist = in_.table_of(package, "sdist")) pinned.sdists.push_back(file_of(*sdist, source));
    in_.each_table(package, "wheels",
                   [&](const toml::table& wheel) { pinned.wheels.push_back(file_of(wheel, source)); });
    if (pinned.wheels.empty() && !has_source(pinned))
      in_.fail(package.source(), "no files for " + pinned.name, "wheels or an sdist", lock_again);
    return pinned;
  }

  // "https://HOST/REPOSITORY?rev=main&subdirectory=lib#COMMIT"
  PinnedSource repository_of(const toml::table& source) const {
    const std::string text = in_.text_of(source, "git");
    const std::size_t query = std::min(text.find_first_of("?#"), text.size()),
                      commit = std::min(text.find('#'), text.size());
    PinnedSource found{
        .vcs = "git", .url = text.substr(0, query), .commit = text.substr(std::min(commit + 1, text.size()))};
    if (found.url.empty() || !is_commit_id(found.commit))
      in_.fail(source.source(), '"' + text + '"', "a repository's URL with #COMMIT", lock_again);
    for (const std::string& field : split_at(std::string_view(text).substr(query, commit - query), '&')) {
      const std::size_t value = field.find('=') + 1;  // npos + 1 is 0
      const std::string key = field.substr(field.starts_with('?'), value - 1 - field.starts_with('?'));
      if (key == "subdirectory") found.subdirectory = field.substr(value);
      if (key == "rev" || key == "tag" || key == "branch") found.revision = field.substr(value);
    }
    check_lock_subdirectory(in_, source, found.subdirectory);
    return found;
  }

  PinnedSource folder_of(const toml::table& source) const {
    const bool editable = source.contains("editable");
    const std::string place = in_.text_of(source, editable ? "editable" : "directory");
    if (place.empty()) return {};
    return {.path = lock_path(in_, place), .editable = editable};
  }

  // A file stands with its url, with a path from its registry's folder, or, when it is required by itself, with its
  // name alone: then the source has the place.
  PinnedFile file_of(const toml::table& table, const toml::table& source) const {
    PinnedFile file{.file = in_.text_of(table, "filename"), .url = in_.text_of(table, "url")};
    const std::string path = in_.text_of(table, "path");
    if (!path.empty()) {
      file.path = lock_path(in_, path, in_.text_of(source, "registry"));
    } else if (file.url.empty()) {
      file.url = in_.text_of(source, "url");
      if (const std::string own = in_.text_of(source, "path"); !own.empty()) file.path = lock_path(in_, own);
    }
    if (file.url.empty() && file.path.empty()) in_.fail(table.source(), "a file without a place", "url or path");
    if (file.file.empty()) file.file = lock_file_name(file.path.empty() ? file.url : file.path, file.path.empty());
    check_lock_file_name(in_, table, file.file);
    // uv writes no hash of the files of a folder (--find-links); what lies there now is what is meant.
    file.sha256 = table.contains("hash") || file.path.empty() ? sha256_of_lock(table, file.file)
                                                              : sha256_of(as_bytes(read_file(file.path))).hex();
    file.size = lock_file_size(in_, table);
    file.upload_time = in_.text_of(table, "upload-time");
    return file;
  }

  std::string sha256_of_lock(const toml::table& table, const std::string& name) const {
    const std::string hash = in_.text_of(table, "hash");
    if (!hash.starts_with("sha256:")) {
      in_.fail(table.source(), hash.empty() ? "no hash for " + name : '"' + hash + "\" for " + name,
               "hash = \"sha256:...\"", no_sha256_hint);
    }
    check_lock_sha256(in_, *table.get("hash"), hash.substr(7));
    return hash.substr(7);
  }

  TomlReader in_;
  MarkerEnvironment environment_;
  std::map<std::string, std::vector<const toml::table*>> packages_ = {};
  std::vector<std::pair<const toml::table*, std::string>> pending_ = {};  // lists of edges, by table and key
  std::set<const toml::table*> taken_ = {};
  std::set<std::pair<const toml::table*, std::string>> extras_taken_ = {};
};

}  // namespace daypack::detail
