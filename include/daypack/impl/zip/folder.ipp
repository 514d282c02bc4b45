// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/io_point.hpp>
#include <daypack/detail/joined_path.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/walk/walk.ipp>
#include <daypack/zip/folder.hpp>

#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace daypack::zip {

namespace detail {

// Whether a link at this path leads out of the root, by its words alone.
inline bool leads_out(std::string_view path, std::string_view target) {
  if (target.starts_with('/')) return true;
  using namespace daypack::detail;
  return !joined_path(std::string(folder_above(path)) + '/' + std::string(target));
}

inline bool lies_in(const std::string& path, const std::string& folder) {
  return path == folder || folder == "/" || path.starts_with(folder + '/');
}

// Collects the entries of a folder, and of those that followed links lead to.
class FolderEntries {
 public:
  FolderEntries(const std::string& root, const FolderOptions& options)
      : options_(options), real_root_(daypack::detail::real_path(root).value_or(root)) {}

  std::vector<Entry> run(const std::string& root) {
    add_folder(root, "");
    throw_collected(std::move(faults_), "some files cannot be taken");
    const auto by_path = [](const Entry& a, const Entry& b) { return a.path < b.path; };
    if (!std::ranges::is_sorted(entries_, by_path)) std::ranges::sort(entries_, by_path);
    return std::move(entries_);
  }

 private:
  // What lies below a folder of the host goes below `to`, which is empty or ends with a slash.
  void add_folder(const std::string& host, const std::string& to) {
    WalkOptions options{.links = options_.symlinks == Symlinks::inside ? Links::follow : Links::report,
                        .ignore_files = options_.ignore_files,
                        .pool = options_.pool};
    if (options_.skip)
      options.skip = [&](std::string_view path, bool folder) { return options_.skip(to + std::string(path), folder); };
    std::string file = host.ends_with('/') ? host : host + '/';
    const std::size_t base = file.size();
    bool first = true;
    walk(host, options, [&](Found found, std::size_t count) {
      if (std::exchange(first, false)) entries_.reserve(entries_.size() + count);
      file.resize(base);
      file += found.path;
      std::string path = to.empty() ? std::move(found.path) : to + found.path;
      collect([&] { add(found, file, std::move(path)); });
    });
  }

  // What fails is told with all else that does.
  template <class Work>
  void collect(const Work& work) {
    try {
      work();
    } catch (const Error& error) {
      if (error.causes().empty()) faults_.push_back(error.fault());
      faults_.insert(faults_.end(), error.causes().begin(), error.causes().end());
    }
  }

  void add(const Found& found, const std::string& file, std::string path) {
    if (found.kind != FileKind::symlink) return push(found, file, std::move(path));
    if (options_.symlinks == Symlinks::refuse)
      throw Error(Errc::unsafe_path, "this is a link", file, "put a copy in its place, or follow or keep links");
    if (options_.symlinks == Symlinks::keep) return keep(file, std::move(path));
    follow(file, std::move(path));
  }

  void push(const Found& found, const std::string& file, std::string path) {
    entries_.push_back(entry_of(found, files_.make(file), std::move(path)));
  }

  void keep(const std::string& file, std::string path) {
    std::string target = target_of(file);
    const auto real = daypack::detail::real_path(file);
    if (leads_out(path, target) || (real && !lies_in(*real, real_root_)))
      throw Error(Errc::unsafe_path, "a link leads out of its folder", file + " (to " + target + ")",
                  "put a copy in its place, or follow links");
    entries_.push_back(text_entry(std::move(path), std::move(target), Mode::symlink));
  }

  static std::string target_of(const std::string& file) {
    char target[4096];  // PATH_MAX of Linux, which no link exceeds
    const int error = daypack::detail::io_point();
    const ssize_t size = error ? -1 : ::readlink(file.c_str(), target, sizeof target);
    if (size < 0)
      throw Error(Errc::unreadable, "cannot read a link", file + " (" + std::strerror(error ? error : errno) + ")");
    return {target, static_cast<std::size_t>(size)};
  }

  void follow(const std::string& file, std::string path) {
    const auto real = daypack::detail::real_path(file);
    if (!real) throw Error(Errc::unsafe_path, "a link leads to nothing", file, "remove the link");
    const Found found = look_at(*real);
    if (found.kind != FileKind::folder) return push(found, file, std::move(path));
    if (options_.skip && options_.skip(path, true)) return;
    const std::size_t slash = file.rfind('/');
    const std::string holder = daypack::detail::real_path(file.substr(0, slash + 1)).value_or(real_root_);
    holders_.push_back(holder);
    // Whoever walks a folder that holds a link on the way here comes back to that link.
    const bool returns = std::ranges::any_of(holders_, [&](const std::string& each) { return lies_in(each, *real); });
    if (!returns) collect([&] { add_folder(file, path + '/'); });
    holders_.pop_back();
    if (returns)
      throw Error(Errc::unsafe_path, "a link leads back to a folder that it lies in", file, "remove the link");
  }

  const FolderOptions& options_;
  const std::string real_root_;
  std::vector<std::string> holders_;  // the folders of the links that led here
  HostPaths files_;
  std::vector<Entry> entries_;
  std::vector<daypack::Fault> faults_;
};

}  // namespace detail

DAYPACK_DECL std::vector<Entry> entries_of(const std::string& folder, const FolderOptions& options) {
  return detail::FolderEntries(folder, options).run(folder);
}

DAYPACK_DECL Entry entry_of(const Found& found, HostPath file, std::string path) {
  if (found.kind != FileKind::file)
    throw Error(Errc::unreadable, "a pipe, socket or device cannot be packed", file.text());
  return {.path = std::move(path),
          .mode = found.executable ? Mode::executable : Mode::file,
          .content = FileRange{.file = std::move(file), .size = found.size}};
}

}  // namespace daypack::zip
