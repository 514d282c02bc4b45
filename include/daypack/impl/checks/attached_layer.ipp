// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/attached_layer.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/zip_member.hpp>
#include <daypack/policy.hpp>
#include <daypack/python.hpp>
#include <daypack/zip/reader.hpp>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daypack {

namespace detail {

// "/opt/python/lib/python3.12/site-packages" of "/opt/python/lib/python{python}/site-packages".
inline std::string search_folder(std::string_view folder, Python python) {
  std::string text(folder);
  const std::string_view place = "{python}";
  if (const std::size_t at = text.find(place); at != std::string::npos)
    text.replace(at, place.size(), to_string(python));
  return text;
}

// Calls f with each file of the layers that lies below this folder of the runtime, "/opt/python", and with its path
// from there.
template <class F>
void each_layer_file(std::span<const checks::AttachedLayer> layers, const BackendPolicy& backend,
                     std::string_view folder, const F& f) {
  if (!folder.starts_with(backend.layer_root)) return;
  folder.remove_prefix(backend.layer_root.size());
  if (!folder.empty() && !folder.starts_with('/')) return;
  const std::string prefix = folder.empty() ? "" : std::string(folder.substr(1)) + '/';
  for (const checks::AttachedLayer& layer : layers) {
    for (const Entry& entry : layer.files) {
      if (entry.path.starts_with(prefix)) f(entry, std::string_view(entry.path).substr(prefix.size()));
    }
  }
}

}  // namespace detail

DAYPACK_DECL checks::AttachedLayer checks::AttachedLayer::read(const std::string& path) {
  const auto reader = zip::Reader::of(detail::map_file(path), path, {.profile = zip::Profile::general});
  AttachedLayer layer{.name = path};
  std::vector<Entry> entries;
  for (const zip::Member& member : reader.members()) {
    if (member.folder()) continue;
    if (const zip::Problem problem = zip::Reader::refusal(member)) zip::throw_problem(problem, path);
    layer.unzipped += member.size;
    entries.push_back({.path = std::string(member.name),
                       .mode = member.symlink()      ? Mode::symlink
                               : member.executable() ? Mode::executable
                                                     : Mode::file,
                       .content = detail::zip_member(member, false)});
  }
  layer.files = Tree::of(std::move(entries));
  return layer;
}

}  // namespace daypack
