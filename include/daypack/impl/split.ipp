// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/split.hpp>

#include <iterator>
#include <string_view>
#include <utility>

namespace daypack {

namespace detail {

// The part of a path below a folder; the path itself when the folder is the root, or does not hold it.
inline std::string_view below_folder(std::string_view path, std::string_view folder) {
  if (folder.empty() || !path.starts_with(folder) || path.substr(folder.size()).substr(0, 1) != "/") return path;
  return path.substr(folder.size() + 1);
}

inline std::string in_other_folder(std::string_view path, std::string_view from, std::string_view to) {
  const std::string_view below = below_folder(path, from);
  return to.empty() ? std::string(below) : std::string(to).append("/").append(below);
}

// The same tree with its packages in another folder, ledger and all.
inline Tree with_packages_in(const Tree& tree, std::string_view from, std::string_view to) {
  std::vector<Entry> entries(tree.begin(), tree.end());
  for (Entry& entry : entries) entry.path = in_other_folder(entry.path, from, to);
  Ledger ledger = tree.ledger();
  for (LedgerLine& line : ledger) line.path = in_other_folder(line.path, from, to);
  return Tree::of(std::move(entries), std::move(ledger));
}

}  // namespace detail

DAYPACK_DECL Tree joined(const Split<Tree>& split) {
  const std::string_view folder = split.function.target.packages_folder();
  std::vector<Entry> entries(split.function.value.begin(), split.function.value.end());
  Ledger ledger = split.function.value.ledger();
  for (const auto& layer : split.layers) {
    const Tree moved = detail::with_packages_in(layer.value, layer.target.packages_folder(), folder);
    entries.insert(entries.end(), moved.begin(), moved.end());
    ledger.insert(ledger.end(), moved.ledger().begin(), moved.ledger().end());
  }
  return Tree::of(std::move(entries), std::move(ledger));
}

}  // namespace daypack
