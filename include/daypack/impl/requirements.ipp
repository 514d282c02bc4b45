// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/file_url.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/lock_listing.ipp>
#include <daypack/impl/detail/project_file.ipp>
#include <daypack/impl/detail/requirement_file.ipp>
#include <daypack/requirements.hpp>

#include <algorithm>
#include <array>
#include <boost/filesystem/path.hpp>
#include <utility>

namespace daypack {

namespace detail {

enum class RequirementsKind { lines, project, lock };

// Files of other tools that are easily taken for requirements, and the way to what is read here.
inline void refuse_foreign_file(const std::string& path, const std::string& name) {
  static constexpr std::array<std::array<std::string_view, 2>, 8> foreign{{
      {"setup.py", "declare the dependencies in pyproject.toml, or `uv pip compile setup.py -o requirements.txt`"},
      {"setup.cfg", "declare the dependencies in pyproject.toml, or `uv pip compile setup.cfg -o requirements.txt`"},
      {"poetry.lock", "`poetry export -o requirements.txt` (poetry-plugin-export)"},
      {"pdm.lock", "`pdm export -f pylock -o pylock.toml`"},
      {"Pipfile", "`pipenv requirements > requirements.txt`"},
      {"Pipfile.lock", "`pipenv requirements > requirements.txt`"},
      {"environment.yml", "`pip list --format freeze > requirements.txt` in that environment"},
      {"environment.yaml", "`pip list --format freeze > requirements.txt` in that environment"},
  }};
  for (const auto& [other, hint] : foreign) {
    if (name == other) throw Error(Errc::usage, "this file cannot be read as requirements", path, std::string(hint));
  }
  if (names_an_archive(name))
    throw Error(Errc::usage, "this is a package, not a file of requirements", path, "name it as a package, without -r");
}

inline RequirementsKind requirements_kind(const std::string& path) {
  const std::string name = boost::filesystem::path(path).filename().string();
  if (name == "uv.lock" || name == "pylock.toml" || (name.starts_with("pylock.") && name.ends_with(".toml")))
    return RequirementsKind::lock;
  if (name.ends_with(".toml")) return RequirementsKind::project;
  refuse_foreign_file(path, name);
  return RequirementsKind::lines;
}

inline bool has_parts(const std::string& path) {
  return requirements_kind(is_web_url(path) ? web_path(path) : path) != RequirementsKind::lines;
}

inline bool chooses(const Parts& parts) {
  return !parts.extras.empty() || !parts.groups.empty() || !parts.project || !parts.default_groups ||
         !parts.package.empty();
}

[[noreturn]] inline void fail_not_local(const std::string& url) {
  throw Error(Errc::usage, "a project or lock has to lie on this machine", url, "fetch it first, and name the copy");
}

[[noreturn]] inline void fail_without_parts(const std::string& path) {
  throw Error(Errc::usage, "extras and groups are those of a project or a lock", path,
              "name a pyproject.toml, pylock.toml or uv.lock; an extra of a package is written as NAME[EXTRA]");
}

// Quoted where a shell would take it apart.
inline std::string shell_word(const std::string& text) {
  if (text.find_first_of(" \t\"'\\") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  return quoted + '"';
}

inline std::string requirement_text(const Requirement& item) {
  std::string text = item.editable ? "-e " : "";
  std::string extras;
  for (const std::string& extra : item.extras) extras += (extras.empty() ? "[" : ",") + extra;
  if (!extras.empty()) extras += ']';
  const std::string url = item.url.starts_with('/') ? file_url(item.url) : item.url;
  if (item.name.empty()) {
    text += url + extras;
  } else {
    text += item.name + extras + (url.empty() ? item.specifier : " @ " + url);
  }
  if (!item.marker.empty()) text += " ; " + item.marker;
  for (const std::string& hash : item.hashes) text += " --hash=" + hash;
  for (const std::string& setting : item.config_settings) text += " --config-settings=" + shell_word(setting);
  return text + '\n';
}

// An option may be said twice; the last index URL is the one that counts.
inline bool is_overruled(const std::vector<std::string>& options, std::size_t at) {
  const bool index = options[at].starts_with("--index-url ");
  return std::any_of(
      options.begin() + static_cast<std::ptrdiff_t>(at) + 1, options.end(),
      [&](const std::string& later) { return later == options[at] || (index && later.starts_with("--index-url ")); });
}

}  // namespace detail

DAYPACK_DECL Requirements Requirements::read(const std::string& path, const Parts& parts, const FetchText& fetch) {
  if (const auto local = detail::path_of_file_url(path)) return read(*local, parts, fetch);
  if (!detail::is_web_url(path)) return parse(detail::read_file(path), path, parts, fetch);
  Requirements requirements;
  if (detail::has_parts(detail::web_path(path)) || detail::chooses(parts)) detail::fail_not_local(path);
  detail::RequirementsReader(requirements, fetch).read_web(path);
  return requirements;
}

DAYPACK_DECL Requirements Requirements::read_all(const std::vector<std::string>& paths, const Parts& parts,
                                                 const FetchText& fetch) {
  if (detail::chooses(parts) && std::none_of(paths.begin(), paths.end(), detail::has_parts))
    detail::fail_without_parts(paths.empty() ? "" : paths.front());
  Requirements all;
  for (const std::string& path : paths) all.add(read(path, detail::has_parts(path) ? parts : Parts{}, fetch));
  return all;
}

DAYPACK_DECL Requirements Requirements::parse(std::string_view text, std::string source, const Parts& parts,
                                              const FetchText& fetch) {
  using Kind = detail::RequirementsKind;
  Requirements requirements;
  switch (detail::requirements_kind(source)) {
    case Kind::lock:
      requirements.locks.push_back({std::move(source), std::string(text), parts});
      break;
    case Kind::project:
      detail::ProjectReader(requirements, parts, std::move(source)).read(text);
      break;
    case Kind::lines:
      if (detail::chooses(parts)) detail::fail_without_parts(source);
      detail::RequirementsReader(requirements, fetch).read_text(text, source);
      break;
  }
  return requirements;
}

DAYPACK_DECL Requirements Requirements::of(const std::vector<std::string>& items) {
  Requirements requirements;
  detail::RequirementsReader reader(requirements, {});
  for (const std::string& item : items) reader.take_argument(item);
  return requirements;
}

DAYPACK_DECL std::vector<Requirement> Requirements::locked() const {
  std::vector<Requirement> found;
  for (const GivenLock& lock : locks) {
    for (Requirement& item : detail::listed_lock(lock)) found.push_back(std::move(item));
  }
  return found;
}

DAYPACK_DECL Requirements& Requirements::add(const Requirements& more) {
  const Requirements copy = more;  // it may be this one
  items.insert(items.end(), copy.items.begin(), copy.items.end());
  constraints.insert(constraints.end(), copy.constraints.begin(), copy.constraints.end());
  locks.insert(locks.end(), copy.locks.begin(), copy.locks.end());
  pythons.insert(pythons.end(), copy.pythons.begin(), copy.pythons.end());
  projects.insert(projects.end(), copy.projects.begin(), copy.projects.end());
  options.insert(options.end(), copy.options.begin(), copy.options.end());
  return *this;
}

DAYPACK_DECL std::string Requirements::text() const {
  std::string text;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (!detail::is_overruled(options, i)) text += options[i] + '\n';
  }
  for (const Requirement& item : items) text += detail::requirement_text(item);
  return text;
}

DAYPACK_DECL std::string Requirements::constraints_text() const {
  std::string text;
  for (const Requirement& item : constraints) text += detail::requirement_text(item);
  return text;
}

}  // namespace daypack
