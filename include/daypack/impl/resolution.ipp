// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/file_url.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/detail/url_login.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/toml_reader.ipp>
#include <daypack/impl/wheel/name.ipp>
#include <daypack/resolution.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/wheel/markers.hpp>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <boost/filesystem/path.hpp>
#include <sstream>
#include <tuple>
#include <utility>

namespace daypack {

namespace detail {

// The file name at the end of a URL or path: percent-decoded once (a second time would let "%252e%252e" leave the
// folder).
inline std::string lock_file_name(std::string_view place, bool url) {
  if (url) place = place.substr(0, place.find_first_of("?#"));
  place.remove_prefix(place.rfind('/') + 1);  // npos + 1 is 0
  return url ? percent_decoded(place) : std::string(place);
}

inline constexpr const char* lock_again = "lock again: a lock file is not made to be edited";

// The fields that every lock format has for a file, told apart by where they stand.
inline void check_lock_file_name(const TomlReader& in, const toml::table& table, const std::string& name) {
  if (!name.empty() && name != "." && name != ".." &&
      name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos) {
    return;
  }
  throw Error(Errc::unsafe_path, "a lock names a file that would leave its folder",
              in.place(table.source()) + " (got \"" + redacted(name) + "\")", "do not use this lock");
}

// A path of a lock, from its folder or one below. Not folder / path: in Boost 1.81 that appends an absolute path too.
inline std::string lock_path(const TomlReader& in, const std::string& path, const std::string& below = {}) {
  const auto folder = boost::filesystem::absolute(boost::filesystem::path(in.source()).parent_path());
  return boost::filesystem::absolute(path, boost::filesystem::absolute(below, folder)).lexically_normal().string();
}

inline std::uint64_t lock_file_size(const TomlReader& in, const toml::table& table) {
  const std::int64_t size = in.optional_value<std::int64_t>(table, "size", "a number").value_or(0);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, size));
}

inline void check_lock_sha256(const TomlReader& in, const toml::node& node, const std::string& hex) {
  if (hex.size() == 64 && hex.find_first_not_of("0123456789abcdef") == std::string::npos) return;
  in.fail(node.source(), '"' + hex + '"', "64 hex digits in lower case");
}

// What is off in a marker, told with its place.
[[noreturn]] inline void fail_lock_marker(const TomlReader& in, const toml::node& node, const std::string& marker,
                                          const Error& error) {
  const std::string message = error.message();  // "a marker is not well-formed at column 3: expected ..."
  in.fail(node.source(), marker, "a marker; " + message.substr(message.find("at column")), lock_again);
}

inline void check_lock_marker(const TomlReader& in, const toml::node& node, const std::string& marker) try {
  marker_holds(marker, MarkerEnvironment{});
} catch (const Error& error) {
  fail_lock_marker(in, node, marker, error);
}

inline constexpr const char* no_sha256_hint =
    "without it nobody can tell whether the right file came: lock again from an index that gives sha256";

inline bool is_commit_id(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Error{unsafe_path} when the project would lie outside of its repository or folder.
inline void check_lock_subdirectory(const TomlReader& in, const toml::table& table, const std::string& subdirectory) {
  if (('/' + subdirectory + '/').find("/../") == std::string::npos && !subdirectory.starts_with('/')) return;
  throw Error(Errc::unsafe_path, "a lock names a subdirectory that would leave its source",
              in.place(table.source()) + " (got \"" + redacted(subdirectory) + "\")", "do not use this lock");
}

inline void sort_pinned(Resolution& resolution) {
  std::sort(resolution.packages.begin(), resolution.packages.end(), [](const Pinned& a, const Pinned& b) {
    return std::tie(a.name, a.version, a.marker) < std::tie(b.name, b.version, b.marker);
  });
}

// A pylock.toml on its way to a Resolution (https://packaging.python.org/en/latest/specifications/pylock-toml/,
// 2026-11-01).
class LockReader {
 public:
  explicit LockReader(std::string source) : in_(std::move(source), "cannot read a lock", lock_again) {}

  Resolution read(std::string_view text) const { return read(in_.parse(text)); }

 private:
  void check_version(const toml::table& lock) const {
    const toml::node* node = lock.get("lock-version");
    if (node == nullptr) {
      in_.fail(lock.source(), "no lock-version", "lock-version = \"1.0\"",
               "is it a pylock.toml? `uv pip compile --format pylock.toml` writes one");
    }
    const std::string version = in_.text_of(lock, "lock-version");
    if (version != "1" && !version.starts_with("1.")) {
      in_.fail(node->source(), "lock-version \"" + version + '"', "1.0 or another 1.x",
               "the lock is of a newer format: update daypack, or lock again");
    }
  }

  Resolution read(const toml::table& lock) const {
    check_version(lock);
    Resolution resolution{.environments = in_.texts_of(lock, "environments"),
                          .requires_python = in_.text_of(lock, "requires-python"),
                          .extras = normalised(in_.texts_of(lock, "extras")),
                          .dependency_groups = normalised(in_.texts_of(lock, "dependency-groups")),
                          .default_groups = normalised(in_.texts_of(lock, "default-groups"))};
    if (const toml::table* tool = in_.table_of(lock, "tool")) {
      if (const toml::table* own = in_.table_of(*tool, "daypack")) {
        resolution.request = {.requirements = in_.text_of(*own, "requirements"),
                              .target = in_.text_of(*own, "target"),
                              .resolver = in_.text_of(*own, "resolver")};
        in_.each_table(*own, "folders", [&](const toml::table& folder) {
          resolution.request.folders.push_back(
              {lock_path(in_, in_.text_of(folder, "path")), in_.text_of(folder, "digest")});
        });
      }
    }
    in_.each_table(lock, "packages", [&](const toml::table& package) {
      if (!resolution.request.empty() || !is_own_project(package)) resolution.packages.push_back(read_package(package));
    });
    sort_pinned(resolution);
    return resolution;
  }

  // The project that was locked, which uv writes into the lock beside it: its code is no wheel, and is added as files.
  // Our own locks hold it only where it was asked for.
  bool is_own_project(const toml::table& package) const {
    const toml::table* directory = in_.table_of(package, "directory");
    return directory != nullptr && lock_path(in_, in_.text_of(*directory, "path")) == lock_path(in_, ".");
  }

  static std::vector<std::string> normalised(std::vector<std::string> names) {
    for (std::string& name : names) name = normalised_name(name);
    return names;
  }

  Pinned read_package(const toml::table& package) const {
    Pinned pinned{.name = normalised_name(in_.text_of(package, "name")),
                  .version = in_.text_of(package, "version"),
                  .marker = in_.text_of(package, "marker"),
                  .requires_python = in_.text_of(package, "requires-python"),
                  .index = in_.text_of(package, "index")};
    if (!pinned.marker.empty()) check_lock_marker(in_, *package.get("marker"), pinned.marker);
    if (pinned.name.empty()) in_.fail(package.source(), "a package without a name", "name = \"...\"");
    if (const toml::table* sdist = in_.table_of(package, "sdist")) pinned.sdists.push_back(read_file_table(*sdist));
    in_.each_table(package, "wheels",
                   [&](const toml::table& wheel) { pinned.wheels.push_back(read_file_table(wheel)); });
    if (const toml::table* archive = in_.table_of(package, "archive")) {
      PinnedFile file = read_file_table(*archive);
      pinned.direct = true;
      (file.file.ends_with(".whl") ? pinned.wheels : pinned.sdists).push_back(std::move(file));
    }
    if (const toml::table* vcs = in_.table_of(package, "vcs")) pinned.source = read_source(*vcs, true);
    if (const toml::table* directory = in_.table_of(package, "directory"))
      pinned.source = read_source(*directory, false);
    if (pinned.wheels.empty() && !has_source(pinned))
      in_.fail(package.source(), "no files for " + pinned.name, "wheels, sdist, archive, vcs or directory");
    return pinned;
  }

  PinnedSource read_source(const toml::table& table, bool repository) const {
    PinnedSource source{.path = in_.text_of(table, "path"), .subdirectory = in_.text_of(table, "subdirectory")};
    if (repository) {
      source.vcs = in_.text_of(table, "type");
      source.url = in_.text_of(table, "url");
      source.revision = in_.text_of(table, "requested-revision");
      source.commit = in_.text_of(table, "commit-id");
      if (source.vcs != "git") in_.fail(table.source(), "a repository of type \"" + source.vcs + '"', "git");
      if (!is_commit_id(source.commit))
        in_.fail(table.source(), "commit-id \"" + source.commit + '"', "40 or 64 hex digits");
    } else {
      source.editable = in_.optional_value<bool>(table, "editable", "true or false").value_or(false);
    }
    if (source.empty()) in_.fail(table.source(), "a source without a place", repository ? "url or path" : "path");
    if (!source.path.empty()) source.path = lock_path(in_, source.path);
    check_lock_subdirectory(in_, table, source.subdirectory);
    return source;
  }

  PinnedFile read_file_table(const toml::table& table) const {
    PinnedFile file{
        .file = in_.text_of(table, "name"), .url = in_.text_of(table, "url"), .path = in_.text_of(table, "path")};
    if (file.url.empty() && file.path.empty()) in_.fail(table.source(), "a file without url and path", "one of both");
    if (file.file.empty()) file.file = lock_file_name(file.path.empty() ? file.url : file.path, file.path.empty());
    check_lock_file_name(in_, table, file.file);
    if (const auto local = path_of_file_url(file.url)) {
      if (file.path.empty()) file.path = *local;
      file.url.clear();
    }
    if (!file.path.empty()) file.path = lock_path(in_, file.path);
    file.sha256 = sha256_in(table, file.file);
    file.size = lock_file_size(in_, table);
    if (const toml::node* time = table.get("upload-time")) {
      const auto value = time->value_exact<toml::date_time>();
      if (!value) in_.fail(time->source(), "another type for upload-time", "a date and time");
      std::ostringstream text;
      text << *value;
      file.upload_time = text.str();
    }
    return file;
  }

  std::string sha256_in(const toml::table& file, const std::string& name) const {
    const toml::table* hashes = in_.table_of(file, "hashes");
    const std::string hex = hashes == nullptr ? "" : in_.text_of(*hashes, "sha256");
    if (hex.empty()) {
      std::string others;
      if (hashes != nullptr) {
        for (const auto& [algorithm, value] : *hashes)
          others += (others.empty() ? "only " : ", ") + std::string(algorithm.str());
      }
      in_.fail(file.source(), others.empty() ? "no hashes for " + name : others + " for " + name,
               "hashes = { sha256 = \"...\" }", no_sha256_hint);
    }
    check_lock_sha256(in_, *hashes->get("sha256"), hex);
    return hex;
  }

  TomlReader in_;
};

inline std::string toml_text(std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      quoted += std::string("\\u00") + digits[static_cast<unsigned char>(c) >> 4] + digits[c & 15];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

inline std::string lock_file_table(const PinnedFile& file) {
  const bool by_path = !file.path.empty();
  std::string text = "{ ";
  if (file.file != lock_file_name(by_path ? file.path : file.url, !by_path))
    text += "name = " + toml_text(file.file) + ", ";
  if (!file.upload_time.empty()) text += "upload-time = " + file.upload_time + ", ";
  if (!file.url.empty()) text += "url = " + toml_text(UrlLogin(file.url).without()) + ", ";
  if (by_path) text += "path = " + toml_text(file.path) + ", ";
  if (file.size != 0) text += "size = " + std::to_string(file.size) + ", ";
  return text + "hashes = { sha256 = " + toml_text(file.sha256) + " } }";
}

// The same lock with paths that are relative to this folder.
inline Resolution relative_lock(Resolution lock, const std::string& folder) {
  const auto base = boost::filesystem::absolute(folder.empty() ? "." : folder).lexically_normal();
  const auto make_relative = [&](std::string& path) {
    if (!path.empty()) path = boost::filesystem::path(path).lexically_normal().lexically_relative(base).string();
  };
  for (Pinned& package : lock.packages) {
    make_relative(package.source.path);
    for (auto* files : {&package.wheels, &package.sdists}) {
      for (PinnedFile& file : *files) make_relative(file.path);
    }
  }
  for (LockedFolder& project : lock.request.folders) make_relative(project.path);
  return lock;
}

inline std::string toml_line(const char* key, const std::vector<std::string>& values) {
  if (values.empty()) return {};
  return std::string(key) + " = [" + listed(values, ", ", [](const std::string& value) { return toml_text(value); }) +
         "]\n";
}

inline std::string toml_line(const char* key, const std::string& value) {
  return value.empty() ? "" : std::string(key) + " = " + toml_text(value) + '\n';
}

inline std::string locked_folder_lines(const std::vector<LockedFolder>& folders) {
  std::string text;
  for (const LockedFolder& folder : folders) {
    text += text.empty() ? "folders = [\n" : "";
    text += "    { path = " + toml_text(folder.path) + ", digest = " + toml_text(folder.digest) + " },\n";
  }
  return text.empty() ? "" : text + "]\n";
}

inline std::string lock_source_table(const PinnedSource& source) {
  std::string text = source.vcs.empty() ? "directory = { " : "vcs = { type = " + toml_text(source.vcs) + ", ";
  const char* comma = "";
  const auto field = [&](const char* key, const std::string& value) {
    if (value.empty()) return;
    text += std::string(comma) + key + " = " + toml_text(value);
    comma = ", ";
  };
  field("url", UrlLogin(source.url).without());
  field("path", source.path);
  if (source.editable) text += ", editable = true";
  field("requested-revision", source.revision);
  field("commit-id", source.commit);
  field("subdirectory", source.subdirectory);
  return text + " }\n";
}

inline std::string lock_package(const Pinned& package) {
  std::string text = "\n[[packages]]\nname = " + toml_text(package.name) + '\n';
  text += toml_line("version", package.version) + toml_line("marker", package.marker) +
          toml_line("requires-python", package.requires_python) + toml_line("index", UrlLogin(package.index).without());
  if (!package.source.empty()) text += lock_source_table(package.source);
  if (package.direct && package.sdists.size() + package.wheels.size() == 1) {
    const PinnedFile& archive = package.sdists.empty() ? package.wheels.front() : package.sdists.front();
    return text + "archive = " + lock_file_table(archive) + '\n';
  }
  for (const PinnedFile& sdist : package.sdists) text += "sdist = " + lock_file_table(sdist) + '\n';
  if (package.wheels.size() == 1) text += "wheels = [" + lock_file_table(package.wheels.front()) + "]\n";
  if (package.wheels.size() > 1) {
    text += "wheels = [\n";
    for (const PinnedFile& wheel : package.wheels) text += "    " + lock_file_table(wheel) + ",\n";
    text += "]\n";
  }
  return text;
}

}  // namespace detail

DAYPACK_DECL Resolution Resolution::read(const std::string& path) { return parse(detail::read_file(path), path); }

DAYPACK_DECL Resolution Resolution::parse(std::string_view text, std::string source) {
  return detail::LockReader(std::move(source)).read(text);
}

DAYPACK_DECL std::string Resolution::text() const {
  using detail::toml_line;
  std::string text = "lock-version = \"1.0\"\n" + toml_line("environments", environments) +
                     toml_line("requires-python", requires_python) + toml_line("extras", extras) +
                     toml_line("dependency-groups", dependency_groups) + toml_line("default-groups", default_groups) +
                     "created-by = \"daypack\"\n";
  if (packages.empty()) text += "packages = []\n";
  for (const Pinned& package : packages) text += detail::lock_package(package);
  if (request.empty()) return text;
  return text + "\n[tool.daypack]\n" + toml_line("requirements", request.requirements) +
         toml_line("target", request.target) + toml_line("resolver", request.resolver) +
         detail::locked_folder_lines(request.folders);
}

DAYPACK_DECL std::string Resolution::text_in(const std::string& folder) const {
  return detail::relative_lock(*this, folder).text();
}

DAYPACK_DECL std::string Resolution::digest() const { return sha256_of(as_bytes(text())).hex(); }

}  // namespace daypack
