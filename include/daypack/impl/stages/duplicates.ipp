// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/elf/inspect.hpp>
#include <daypack/impl/tree.ipp>
#include <daypack/stages/duplicates.hpp>
#include <daypack/zip/inflate.hpp>

#include <algorithm>
#include <map>
#include <ranges>
#include <tuple>
#include <utility>
#include <vector>

namespace daypack {

namespace detail {

// Files of a tree with the same bytes and mode, by their numbers in it; the first is the one that the others repeat.
struct EqualGroup {
  std::vector<std::size_t> files;
  std::uint64_t size = 0;  // of one
  std::uint64_t wasted() const { return size * (files.size() - 1); }
};

inline std::uint32_t crc_of(const Entry& entry) {
  const auto* member = std::get_if<ZipMember>(&entry.content);
  return member ? member->crc32 : zip::crc32_of(read_content(entry).bytes);
}

// Files of one size and mode that may be equal, by their CRC too where there are several.
inline std::vector<std::vector<std::size_t>> equal_candidates(const Tree& tree, std::uint64_t least,
                                                              const Context& context) {
  std::map<std::pair<std::uint64_t, Mode>, std::vector<std::size_t>> by_size;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const Entry& entry = tree.entries()[i];
    const std::uint64_t size = size_of(entry.content);
    if (entry.mode != Mode::symlink && size >= std::max<std::uint64_t>(least, 1))
      by_size[{size, entry.mode}].push_back(i);
  }
  std::vector<std::vector<std::size_t>> candidates;
  for (const auto& [size, files] : by_size) {
    if (files.size() < 2) continue;
    std::map<std::uint32_t, std::vector<std::size_t>> by_crc;
    for (const std::size_t file : files) {
      context.check_stop();
      by_crc[crc_of(tree.entries()[file])].push_back(file);
    }
    for (auto& [crc, same] : by_crc) {
      if (same.size() > 1) candidates.push_back(std::move(same));
    }
  }
  return candidates;
}

inline std::size_t name_length(const Entry& entry) { return last_component(entry.path).size(); }

// Those of the candidates that equal the one with the longest name: of a soname chain the file itself.
inline EqualGroup equal_group(const Tree& tree, std::vector<std::size_t> candidates) {
  const auto entries = tree.entries();
  std::ranges::sort(candidates, {}, [&](std::size_t file) { return std::pair(~name_length(entries[file]), file); });
  const std::size_t first = candidates.front();
  std::erase_if(candidates,
                [&](std::size_t file) { return file != first && !same_content(entries[first], entries[file]); });
  return {.files = std::move(candidates), .size = size_of(entries[first].content)};
}

// The groups of equal files, those that take the most bytes first.
inline std::vector<EqualGroup> equal_groups(const Tree& tree, std::uint64_t least, const Context& context) {
  auto candidates = equal_candidates(tree, least, context);
  std::vector<EqualGroup> groups(candidates.size());
  context.pool().for_each(groups.size(), [&](std::size_t i) {
    context.check_stop();
    groups[i] = equal_group(tree, std::move(candidates[i]));
  });
  std::erase_if(groups, [](const EqualGroup& group) { return group.files.size() < 2; });
  std::ranges::sort(groups, [](const EqualGroup& a, const EqualGroup& b) {
    return std::tuple(b.wasted(), a.files) < std::tuple(a.wasted(), b.files);
  });
  return groups;
}

inline void tell_equal_files(const Tree& tree, const std::vector<EqualGroup>& groups, const Context& context) {
  std::size_t copies = 0;
  std::uint64_t bytes = 0;
  for (const EqualGroup& group : groups) {
    const std::string others = listed(group.files | std::views::drop(1), ", ",
                                      [&](std::size_t file) -> std::string_view { return tree.entries()[file].path; });
    context.note(tree.entries()[group.files[0]].path,
                 std::to_string(group.wasted()) + " bytes in equal files: " + others);
    copies += group.files.size() - 1;
    bytes += group.wasted();
  }
  context.note("duplicates", std::to_string(copies) +
                                 (copies == 1 ? " file repeats another, " : " files repeat others, ") +
                                 std::to_string(bytes) + " bytes");
}

// The path of a file from the folder of another one: "../b/lib.so" for a/link and b/lib.so.
inline std::string relative_link(std::string_view link, std::string_view file) {
  for (std::size_t slash;
       (slash = link.find('/')) != std::string_view::npos && file.starts_with(link.substr(0, slash + 1));) {
    link.remove_prefix(slash + 1);
    file.remove_prefix(slash + 1);
  }
  std::string path;
  for (std::ptrdiff_t up = std::ranges::count(link, '/'); up > 0; --up) path += "../";
  return path.append(file);
}

inline bool may_be_linked(const Entry& entry) {
  if (!entry.origin) return false;
  const Blob content = read_content(entry);
  const auto facts = elf::inspect(content.bytes);
  return !facts || facts->modules.empty();
}

// The copies of one group become links.
inline void link_group(const EqualGroup& group, std::vector<Entry>& entries, Ledger& lines) {
  const Entry& first = entries[group.files[0]];
  if (!may_be_linked(first)) return;
  for (std::size_t i = 1; i < group.files.size(); ++i) {
    Entry& copy = entries[group.files[i]];
    if (!copy.origin) continue;
    std::string target = relative_link(copy.path, first.path);
    lines.push_back({.change = Change::rewritten,
                     .path = copy.path,
                     .bytes = group.size,
                     .bytes_after = target.size(),
                     .compressed = compressed_size_of(copy.content),
                     .distribution = copy.origin->name,
                     .rule = "duplicates",
                     .note = "a link to " + first.path});
    copy.mode = Mode::symlink;
    copy.content = Owned{blob_of(std::move(target))};
  }
}

}  // namespace detail

DAYPACK_DECL Tree Duplicates::operator()(const Tree& tree, Context& context) const {
  const auto groups = detail::equal_groups(tree, least, context);
  detail::tell_equal_files(tree, groups, context);
  if (!link || groups.empty()) return tree;
  const BackendPolicy& backend = *context.target().backend;
  if (!backend.keeps_symlinks) {
    context.warn("duplicates", std::string(backend.title.empty() ? backend.name : backend.title) +
                                   " keeps no symbolic links: equal files stay");
    return tree;
  }
  std::vector<Entry> entries(tree.begin(), tree.end());
  Ledger lines;
  for (const detail::EqualGroup& group : groups) detail::link_group(group, entries, lines);
  std::ranges::sort(lines, {}, &LedgerLine::path);
  return Tree::of(std::move(entries), tree.ledger()).with_ledger(std::move(lines));
}

}  // namespace daypack
