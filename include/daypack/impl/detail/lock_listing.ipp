// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/url_login.hpp>
#include <daypack/impl/detail/toml_reader.ipp>
#include <daypack/impl/detail/uv_lock.ipp>
#include <daypack/impl/resolution.ipp>
#include <daypack/requirements.hpp>
#include <daypack/wheel/name.hpp>

#include <boost/filesystem/path.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace daypack::detail {

inline bool is_uv_lock(const std::string& file) { return boost::filesystem::path(file).filename() == "uv.lock"; }

// Where each package of a lock stands, by name, version and marker of a pylock.toml.
inline std::map<std::string, int> lines_of_lock(const GivenLock& lock) {
  const TomlReader in(lock.file, "cannot read a lock", lock_again);
  std::map<std::string, int> lines;
  in.each_table(in.parse(lock.text), is_uv_lock(lock.file) ? "package" : "packages", [&](const toml::table& package) {
    const std::string key = normalised_name(in.text_of(package, "name")) + '\n' + in.text_of(package, "version") + '\n';
    const int line = static_cast<int>(package.source().begin.line);
    lines.emplace(key + in.text_of(package, "marker"), line);
    lines.emplace(key, line);
  });
  return lines;
}

inline std::string place_of_source(const PinnedSource& source) {
  const std::string place = source.path.empty() ? UrlLogin(source.url).without() : source.path;
  if (source.vcs.empty()) return place;
  return source.vcs + '+' + place + '@' + source.commit +
         (source.subdirectory.empty() ? "" : "#subdirectory=" + source.subdirectory);
}

// A lock as requirements: each of its packages with all its hashes.
inline std::vector<Requirement> listed_lock(const GivenLock& lock) {
  const Resolution resolution = is_uv_lock(lock.file) ? UvLockReader(lock.file, {}).read(lock.text, lock.parts)
                                                      : Resolution::parse(lock.text, lock.file);
  const auto lines = lines_of_lock(lock);
  std::vector<Requirement> items;
  for (const Pinned& package : resolution.packages) {
    Requirement item{.name = package.name,
                     .specifier = package.version.empty() ? "" : "==" + package.version,
                     .marker = package.marker,
                     .url = place_of_source(package.source),
                     .editable = package.source.editable,
                     .file = lock.file};
    item.text = item.name + (item.url.empty() ? item.specifier : " @ " + item.url);
    if (!item.marker.empty()) item.text += " ; " + item.marker;
    for (const auto* files : {&package.sdists, &package.wheels}) {
      for (const PinnedFile& file : *files) item.hashes.push_back("sha256:" + file.sha256);
    }
    const std::string key = package.name + '\n' + package.version + '\n';
    const auto exact = lines.find(key + package.marker), near = lines.find(key);
    item.line = exact != lines.end() ? exact->second : near != lines.end() ? near->second : 0;
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace daypack::detail
