// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/impl/detail/toml_reader.ipp>
#include <daypack/impl/resolution.ipp>
#include <daypack/resolution.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/wheel/name.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace daypack::detail {

// What a package of a uv.lock names: its source and its files, as a pin.
class UvLockFiles {
 public:
  explicit UvLockFiles(const TomlReader& in) : in_(in) {}

  const toml::table& source_of(const toml::table& package) const {
    const toml::table* source = in_.table_of(package, "source");
    if (source == nullptr) in_.fail(package.source(), "a package without a source", "source = { ... }");
    return *source;
  }

  // The folder of a project, from that of the lock; empty for a package of an index, a repository or a URL.
  std::string folder_in(const toml::table& package) const {
    const toml::table& source = source_of(package);
    for (const char* kind : {"virtual", "editable", "directory"}) {
      if (std::string place = in_.text_of(source, kind); !place.empty()) return place;
    }
    return {};
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

 private:
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

  const TomlReader& in_;
};

}  // namespace daypack::detail
