// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/report/explain.hpp>
#include <daypack/wheel/name.hpp>

#include <algorithm>
#include <functional>
#include <ranges>
#include <set>

namespace daypack {

namespace detail {

inline std::string asked_path(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

// "a/b.py" of "a/b.pyc", and the other way round; empty for what is neither.
inline std::string other_form(const std::string& path) {
  if (path.ends_with(".py")) return path + 'c';
  return path.ends_with(".pyc") ? path.substr(0, path.size() - 1) : std::string();
}

// Everything that the predicate takes, which looks at a path and at the distribution.
inline Explanation collect(const Manifest& manifest, const std::string& path,
                           const std::function<bool(std::string_view, std::string_view)>& takes) {
  Explanation found{.path = path};
  std::set<std::string_view> names;
  for (const Manifest::Item& item : manifest.items) {
    if (!takes(item.path, item.distribution)) continue;
    found.entries.push_back(item);
    names.insert(item.distribution);
  }
  for (const LedgerLine& line : manifest.ledger) {
    if (!takes(line.path, line.distribution)) continue;
    found.history.push_back(line);
    names.insert(line.distribution);
  }
  for (const Distribution& distribution : manifest.distributions) {
    if (names.erase(distribution.name) > 0) found.distributions.push_back(distribution);
  }
  for (const auto& name : names) {
    if (!name.empty()) found.distributions.push_back({.name = std::string(name)});
  }
  std::ranges::sort(found.distributions, {}, &Distribution::name);
  return found;
}

inline bool is_empty(const Explanation& found) { return found.entries.empty() && found.history.empty(); }

// A file's bytecode counts as the file only where a stage has made the one of the other.
inline bool was_rewritten(const Manifest& manifest, const std::string& source) {
  return std::ranges::any_of(
      manifest.ledger, [&](const LedgerLine& line) { return line.change == Change::rewritten && line.path == source; });
}

// Up to three paths that end as the one that was asked for, or else have the same file name.
inline std::string alike_paths(const Manifest& manifest, const std::string& path) {
  std::set<std::string_view> same_end, same_name;
  const auto look = [&](const std::string& candidate) {
    if (candidate.ends_with('/' + path)) same_end.insert(candidate);
    if (last_component(candidate) == last_component(path)) same_name.insert(candidate);
    const std::size_t folder = ('/' + candidate).find('/' + path + '/');
    if (folder != std::string::npos) same_end.insert(std::string_view(candidate).substr(0, folder + path.size()));
  };
  for (const Manifest::Item& item : manifest.items) look(item.path);
  for (const LedgerLine& line : manifest.ledger) look(line.path);
  static constexpr std::size_t shown = 3;
  const auto& alike = same_end.empty() ? same_name : same_end;
  return listed(alike | std::views::take(shown)) + (alike.size() > shown ? ", ..." : "");
}

}  // namespace detail

DAYPACK_DECL Explanation explain(const Manifest& manifest, std::string_view path) {
  const std::string asked = detail::asked_path(path);
  const std::string other = detail::other_form(asked);
  const bool twofold = !other.empty() && detail::was_rewritten(manifest, asked.ends_with('c') ? other : asked);
  Explanation found = detail::collect(manifest, asked, [&](std::string_view at, std::string_view) {
    return at == asked || (twofold && at == other) ||
           (at.starts_with(asked) && at.substr(asked.size()).starts_with('/'));
  });
  if (!detail::is_empty(found)) return found;
  const std::string name = normalised_name(asked);
  found = detail::collect(manifest, asked,
                          [&](std::string_view, std::string_view of) { return !of.empty() && of == name; });
  if (!detail::is_empty(found)) return found;
  const std::string alike = detail::alike_paths(manifest, asked);
  throw Error(Errc::not_found, "the package never had this path", std::string(path),
              alike.empty() ? "daypack ls lists what is in it" : "did you mean " + alike + '?');
}

}  // namespace daypack
