// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/utf8.hpp>
#include <daypack/error.hpp>
#include <daypack/tree.hpp>
#include <daypack/walk/glob.hpp>

#include <algorithm>

namespace daypack {

namespace detail {

inline std::string source_of(const Entry& entry) {
  return entry.origin ? entry.origin->file : std::string("the user's own files");
}

inline bool same_content(const Entry& a, const Entry& b) {
  if (a.mode != b.mode || size_of(a.content) != size_of(b.content)) return false;
  const Blob left = read_content(a), right = read_content(b);
  return std::ranges::equal(left.bytes, right.bytes);
}

inline Fault conflict_of(const Entry& a, const Entry& b) {
  return {.code = Errc::conflict,
          .message = "two sources give one path different content",
          .subject = a.path + " (" + source_of(a) + ", " + source_of(b) + ")",
          .hint = "remove one of the two, or drop the path by a prune rule before they meet"};
}

// Entries are sorted: equal paths are neighbours, and a file that is also a folder comes before what lies in it.
inline void drop_equal_neighbours(std::vector<Entry>& entries) {
  std::vector<Fault> faults;
  auto out = entries.begin();
  for (auto it = entries.begin(); it != entries.end(); ++it) {
    if (it != entries.begin() && std::prev(out)->path == it->path) {
      if (!same_content(*std::prev(out), *it)) faults.push_back(conflict_of(*std::prev(out), *it));
      continue;
    }
    if (out != it) *out = std::move(*it);
    ++out;
  }
  entries.erase(out, entries.end());
  throw_collected(std::move(faults), "packages disagree about some paths");
}

inline void refuse_files_as_folders(const std::vector<Entry>& entries) {
  const auto has = [&](std::string_view path) {
    auto it = std::ranges::lower_bound(entries, path, {}, [](const Entry& e) { return std::string_view(e.path); });
    return it != entries.end() && it->path == path;
  };
  std::string_view last;
  for (const Entry& entry : entries) {
    const std::string_view path = entry.path;
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
      const std::string_view folder = path.substr(0, slash);
      if (last.starts_with(path.substr(0, slash + 1))) continue;  // seen with the entry before
      if (has(folder))
        throw Error(Errc::conflict, "a path is both a file and a folder", std::string(folder) + " and " + entry.path);
    }
    last = path;
  }
}

}  // namespace detail

DAYPACK_DECL std::string_view unsafe_path_reason(std::string_view path) {
  if (path.empty()) return "is empty";
  if (path.size() > 4096) return "is longer than 4096 bytes";
  if (path.front() == '/') return "is absolute";
  if (path.size() >= 2 && path[1] == ':') return "begins with a drive letter";
  for (char c : path) {
    if (c == '\\') return "has a backslash";
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return "has a control character";
  }
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty()) return "has an empty component";
    if (part == ".") return "has a '.' component";
    if (part == "..") return "has a '..' component";
    begin = end + 1;
  }
  return detail::is_utf8(path) ? std::string_view() : "is not UTF-8";
}

DAYPACK_DECL Tree Tree::sharing(Entries entries, Ledger ledger) {
  Tree tree;
  tree.data_ = std::make_shared<const Data>(Data{std::move(entries), std::move(ledger)});
  return tree;
}

DAYPACK_DECL Tree Tree::sorted(std::vector<Entry> entries, Ledger ledger) {
  return sharing(std::make_shared<const std::vector<Entry>>(std::move(entries)), std::move(ledger));
}

DAYPACK_DECL Tree Tree::of(std::vector<Entry> entries, Ledger ledger) {
  std::vector<Fault> faults;
  for (const Entry& entry : entries) {
    if (const auto reason = unsafe_path_reason(entry.path); !reason.empty()) {
      faults.push_back({.code = Errc::unsafe_path,
                        .message = "a path " + std::string(reason),
                        .subject = entry.path + " (" + detail::source_of(entry) + ")"});
    }
  }
  throw_collected(std::move(faults), "some paths may not stand in a package");
  const auto by_path = [](const Entry& a, const Entry& b) { return a.path < b.path; };
  if (!std::ranges::is_sorted(entries, by_path)) std::ranges::stable_sort(entries, by_path);
  detail::drop_equal_neighbours(entries);
  detail::refuse_files_as_folders(entries);
  return sorted(std::move(entries), std::move(ledger));
}

DAYPACK_DECL const Entry* Tree::find(std::string_view path) const {
  const auto all = entries();
  auto it = std::ranges::lower_bound(all, path, {}, [](const Entry& e) { return std::string_view(e.path); });
  return it != all.end() && it->path == path ? &*it : nullptr;
}

DAYPACK_DECL Tree::Total Tree::total() const {
  Total sum;
  for (const Entry& entry : entries()) {
    ++sum.entries;
    sum.bytes += size_of(entry.content);
  }
  return sum;
}

DAYPACK_DECL Tree Tree::with_ledger(Ledger more) const {
  Ledger lines = ledger();
  lines.insert(lines.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  return sharing(data_ ? data_->entries : std::make_shared<const std::vector<Entry>>(), std::move(lines));
}

DAYPACK_DECL Tree Tree::filter(const Predicate& keep) const {
  std::vector<Entry> kept;
  kept.reserve(size());
  for (const Entry& entry : entries()) {
    if (keep(entry)) kept.push_back(entry);
  }
  return sorted(std::move(kept), ledger());
}

DAYPACK_DECL Tree Tree::rewrite(const Predicate& matches, const std::function<Entry(const Entry&)>& change) const {
  std::vector<Entry> changed;
  changed.reserve(size());
  for (const Entry& entry : entries()) changed.push_back(matches(entry) ? change(entry) : entry);
  return of(std::move(changed), ledger());
}

DAYPACK_DECL Tree Tree::without(std::string_view glob) const {
  const Glob pattern(glob);
  Ledger lines = ledger();
  Tree kept = filter([&](const Entry& entry) {
    if (!pattern.matches(entry.path)) return true;
    lines.push_back({.change = Change::removed,
                     .path = entry.path,
                     .bytes = size_of(entry.content),
                     .distribution = entry.origin ? entry.origin->name : "",
                     .rule = "without " + std::string(glob)});
    return false;
  });
  return sharing(kept.data_->entries, std::move(lines));
}

DAYPACK_DECL Tree Tree::merge(const Tree& other) const {
  std::vector<Entry> both(begin(), end());
  both.insert(both.end(), other.begin(), other.end());
  Ledger lines = ledger();
  lines.insert(lines.end(), other.ledger().begin(), other.ledger().end());
  return of(std::move(both), std::move(lines));
}

DAYPACK_DECL Tree Tree::under(std::string_view folder) const {
  if (folder.empty()) return *this;
  const std::string prefix = std::string(folder) + '/';
  Ledger lines = ledger();
  for (LedgerLine& line : lines) line.path.insert(0, prefix);
  std::vector<Entry> moved(begin(), end());
  for (Entry& entry : moved) entry.path.insert(0, prefix);
  return of(std::move(moved), std::move(lines));
}

DAYPACK_DECL std::vector<std::shared_ptr<const Distribution>> Tree::distributions() const {
  std::vector<std::shared_ptr<const Distribution>> found;
  const Distribution* last = nullptr;
  for (const Entry& entry : entries()) {
    if (!entry.origin || entry.origin.get() == last) continue;
    last = entry.origin.get();
    found.push_back(entry.origin);
  }
  std::ranges::sort(found, {}, [](const auto& d) { return std::pair(d->name, d.get()); });
  const auto rest = std::ranges::unique(found);
  found.erase(rest.begin(), rest.end());
  return found;
}

}  // namespace daypack
