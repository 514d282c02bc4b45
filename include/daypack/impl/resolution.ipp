// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/toml_shape.hpp>
#include <daypack/detail/url_login.hpp>
#include <daypack/detail/utf8.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/wheel/name.ipp>
#include <daypack/resolution.hpp>
#include <daypack/sign/sha256.hpp>

#include <toml++/toml.h>
#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <boost/filesystem/path.hpp>
#include <optional>
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
  const auto nibble = [](char c) {
    return is_ascii_digit(c)                                ? c - '0'
           : ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f' ? ascii_lower(c) - 'a' + 10
                                                            : -1;
  };
  std::string name;
  for (std::size_t i = 0; i < place.size(); ++i) {
    if (url && place[i] == '%' && i + 2 < place.size() && nibble(place[i + 1]) >= 0 && nibble(place[i + 2]) >= 0) {
      name += static_cast<char>(nibble(place[i + 1]) * 16 + nibble(place[i + 2]));
      i += 2;
    } else {
      name += place[i];
    }
  }
  return name;
}

// A pylock.toml on its way to a Resolution (https://packaging.python.org/en/latest/specifications/pylock-toml/,
// 2026-11-01).
class LockReader {
 public:
  explicit LockReader(std::string source) : source_(std::move(source)) {}

  Resolution read(std::string_view text) const {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    check_characters(text);
    try {
      const toml::table lock = toml::parse(text, source_);
      return read(lock);
    } catch (const toml::parse_error& error) {
      fail(error.source(), std::string(error.description()), "TOML", edited);
    }
  }

 private:
  static constexpr const char* edited = "lock again: a lock file is not made to be edited";

  void check_characters(std::string_view text) const {
    if (!is_utf8(text))
      throw Error(Errc::syntax, "cannot read a lock", source_ + " (got bytes that are no text, expected TOML in UTF-8)",
                  edited);
    const std::size_t stray = toml_stray_byte(text);
    if (stray == std::string_view::npos) return;
    const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(stray), '\n') + 1;
    const std::string got(text.substr(stray, utf8_length(text.substr(stray))));
    throw Error(Errc::syntax, "cannot read a lock",
                source_ + ':' + std::to_string(line) + " (got \"" + got + "\" outside of a string, expected TOML)",
                edited);
  }

  // Where it is said that the lock is off: "cannot read a lock: FILE:LINE:COLUMN (got ..., expected ...)".
  [[noreturn]] void fail(const toml::source_region& where, const std::string& got, const std::string& expected,
                         std::string hint = {}) const {
    throw Error(Errc::syntax, "cannot read a lock",
                source_ + ':' + std::to_string(where.begin.line) + ':' + std::to_string(where.begin.column) + " (got " +
                    redacted(got) + ", expected " + expected + ')',
                std::move(hint));
  }

  template <class T>
  std::optional<T> optional_value(const toml::table& table, std::string_view key, const char* expected) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return {};
    if (std::optional<T> value = node->value_exact<T>()) return value;
    fail(node->source(), "another type for " + std::string(key), expected);
  }

  std::string text_of(const toml::table& table, std::string_view key) const {
    return optional_value<std::string>(table, key, "a text").value_or("");
  }

  const toml::table* table_of(const toml::table& table, std::string_view key) const {
    const toml::node* node = table.get(key);
    if (node != nullptr && !node->is_table()) fail(node->source(), "another type for " + std::string(key), "a table");
    return node == nullptr ? nullptr : node->as_table();
  }

  // Calls take(table) for each table of an array; a missing array is an empty one.
  template <class F>
  void each_table(const toml::table& table, std::string_view key, F take) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    if (array == nullptr) fail(node->source(), "another type for " + std::string(key), "an array of tables");
    for (const toml::node& element : *array) {
      if (!element.is_table()) fail(element.source(), "something else in " + std::string(key), "a table");
      take(*element.as_table());
    }
  }

  void check_version(const toml::table& lock) const {
    const toml::node* node = lock.get("lock-version");
    if (node == nullptr) {
      fail(lock.source(), "no lock-version", "lock-version = \"1.0\"",
           "is it a pylock.toml? `uv pip compile --format pylock.toml` writes one");
    }
    const std::string version = text_of(lock, "lock-version");
    if (version != "1" && !version.starts_with("1.")) {
      fail(node->source(), "lock-version \"" + version + '"', "1.0 or another 1.x",
           "the lock is of a newer format: update daypack, or lock again");
    }
  }

  Resolution read(const toml::table& lock) const {
    check_version(lock);
    Resolution resolution{.requires_python = text_of(lock, "requires-python")};
    each_table(lock, "packages",
               [&](const toml::table& package) { resolution.packages.push_back(read_package(package)); });
    std::sort(resolution.packages.begin(), resolution.packages.end(), [](const Pinned& a, const Pinned& b) {
      return std::tie(a.name, a.version, a.marker) < std::tie(b.name, b.version, b.marker);
    });
    if (const toml::table* tool = table_of(lock, "tool")) {
      if (const toml::table* own = table_of(*tool, "daypack")) resolution.request = text_of(*own, "request");
    }
    return resolution;
  }

  Pinned read_package(const toml::table& package) const {
    Pinned pinned{.name = normalised_name(text_of(package, "name")),
                  .version = text_of(package, "version"),
                  .marker = text_of(package, "marker"),
                  .requires_python = text_of(package, "requires-python"),
                  .index = text_of(package, "index")};
    if (pinned.name.empty()) fail(package.source(), "a package without a name", "name = \"...\"");
    if (const toml::table* sdist = table_of(package, "sdist")) pinned.sdists.push_back(read_file_table(*sdist));
    each_table(package, "wheels", [&](const toml::table& wheel) { pinned.wheels.push_back(read_file_table(wheel)); });
    if (const toml::table* archive = table_of(package, "archive")) {
      PinnedFile file = read_file_table(*archive);
      (file.file.ends_with(".whl") ? pinned.wheels : pinned.sdists).push_back(std::move(file));
    }
    if (const toml::table* vcs = table_of(package, "vcs")) pinned.source = read_source(*vcs, true);
    if (const toml::table* directory = table_of(package, "directory")) pinned.source = read_source(*directory, false);
    if (pinned.wheels.empty() && pinned.sdists.empty() && pinned.source.empty())
      fail(package.source(), "no files for " + pinned.name, "wheels, sdist, archive, vcs or directory");
    return pinned;
  }

  PinnedSource read_source(const toml::table& table, bool repository) const {
    PinnedSource source{.path = text_of(table, "path"), .subdirectory = text_of(table, "subdirectory")};
    if (repository) {
      source.vcs = text_of(table, "type");
      source.url = text_of(table, "url");
      source.revision = text_of(table, "requested-revision");
      source.commit = text_of(table, "commit-id");
      if (source.vcs != "git") fail(table.source(), "a repository of type \"" + source.vcs + '"', "git");
      if (!is_commit(source.commit)) fail(table.source(), "commit-id \"" + source.commit + '"', "40 or 64 hex digits");
    } else {
      source.editable = optional_value<bool>(table, "editable", "true or false").value_or(false);
    }
    if (source.empty()) fail(table.source(), "a source without a place", repository ? "url or path" : "path");
    if (!source.path.empty()) source.path = from_lock(source.path);
    if (('/' + source.subdirectory + '/').find("/../") != std::string::npos || source.subdirectory.starts_with('/')) {
      throw Error(Errc::unsafe_path, "a lock names a subdirectory that would leave its source",
                  place_in(table) + " (got \"" + redacted(source.subdirectory) + "\")", "do not use this lock");
    }
    return source;
  }

  static bool is_commit(std::string_view text) {
    return (text.size() == 40 || text.size() == 64) &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  }

  std::string place_in(const toml::table& table) const {
    return source_ + ':' + std::to_string(table.source().begin.line);
  }

  // Not folder / path: in Boost 1.81 that appends an absolute path too.
  std::string from_lock(const std::string& path) const {
    const auto folder = boost::filesystem::absolute(boost::filesystem::path(source_).parent_path());
    return boost::filesystem::absolute(path, folder).lexically_normal().string();
  }

  PinnedFile read_file_table(const toml::table& table) const {
    PinnedFile file{.file = text_of(table, "name"), .url = text_of(table, "url"), .path = text_of(table, "path")};
    if (file.url.empty() && file.path.empty()) fail(table.source(), "a file without url and path", "one of both");
    if (file.file.empty()) file.file = lock_file_name(file.path.empty() ? file.url : file.path, file.path.empty());
    if (file.file.empty() || file.file == "." || file.file == ".." ||
        file.file.find_first_of(std::string_view("/\\\0", 3)) != std::string::npos) {
      throw Error(Errc::unsafe_path, "a lock names a file that would leave its folder",
                  place_in(table) + " (got \"" + redacted(file.file) + "\")", "do not use this lock");
    }
    if (!file.path.empty()) file.path = from_lock(file.path);
    file.sha256 = sha256_in(table, file.file);
    file.size = static_cast<std::uint64_t>(
        std::max<std::int64_t>(0, optional_value<std::int64_t>(table, "size", "a number").value_or(0)));
    if (const toml::node* time = table.get("upload-time")) {
      const auto value = time->value_exact<toml::date_time>();
      if (!value) fail(time->source(), "another type for upload-time", "a date and time");
      std::ostringstream text;
      text << *value;
      file.upload_time = text.str();
    }
    return file;
  }

  std::string sha256_in(const toml::table& file, const std::string& name) const {
    const toml::table* hashes = table_of(file, "hashes");
    const std::string hex = hashes == nullptr ? "" : text_of(*hashes, "sha256");
    if (hex.empty()) {
      std::string others;
      if (hashes != nullptr) {
        for (const auto& [algorithm, value] : *hashes)
          others += (others.empty() ? "only " : ", ") + std::string(algorithm.str());
      }
      fail(file.source(), others.empty() ? "no hashes for " + name : others + " for " + name,
           "hashes = { sha256 = \"...\" }",
           "without it nobody can tell whether the right file came: lock again from an index that gives sha256");
    }
    if (hex.size() != 64 || hex.find_first_not_of("0123456789abcdef") != std::string::npos) {
      fail(hashes->get("sha256")->source(), '"' + hex + '"', "64 hex digits in lower case");
    }
    return hex;
  }

  std::string source_;
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
  const auto line = [&](const char* key, const std::string& value) {
    if (!value.empty()) text += std::string(key) + " = " + toml_text(value) + '\n';
  };
  line("version", package.version);
  line("marker", package.marker);
  line("requires-python", package.requires_python);
  line("index", UrlLogin(package.index).without());
  if (!package.source.empty()) text += lock_source_table(package.source);
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
  std::string text = "lock-version = \"1.0\"\n";
  if (!requires_python.empty()) text += "requires-python = " + detail::toml_text(requires_python) + '\n';
  text += "created-by = \"daypack\"\n";
  if (packages.empty()) text += "packages = []\n";
  for (const Pinned& package : packages) text += detail::lock_package(package);
  if (!request.empty()) text += "\n[tool.daypack]\nrequest = " + detail::toml_text(request) + '\n';
  return text;
}

DAYPACK_DECL std::string Resolution::digest() const { return sha256_of(as_bytes(text())).hex(); }

}  // namespace daypack
