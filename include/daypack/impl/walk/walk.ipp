// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/io_point.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/file.ipp>
#include <daypack/impl/walk/folder.ipp>
#include <daypack/impl/walk/walked.ipp>
#include <daypack/run/pool.hpp>
#include <daypack/walk/ignore.hpp>
#include <daypack/walk/walk.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>

namespace daypack {

namespace detail {

class Walker {
 public:
  Walker(std::string root, const WalkOptions& options)
      : root_(std::move(root)),
        options_(options),
        descriptor_(open_root()),
        made_(options.pool ? options.pool->size() : 1) {}

  std::vector<Found> run() {
    if (options_.links == Links::follow) {
      const auto real = real_path(root_);
      if (!real) throw_unreadable(errno);
      real_root_ = *real;
    }
    WalkedFolder& top = made_.front().emplace_back();
    queue_.push({{&top}});
    if (options_.pool) {
      options_.pool->for_each(made_.size(), [&](std::size_t thread) { work(made_[thread]); });
    } else {
      work(made_.front());
    }
    throw_collected(std::move(faults_), "some files cannot be taken");
    return collected(top);
  }

 private:
  using Folders = std::deque<WalkedFolder>;  // they stay where they are

  Descriptor open_root() const {
    int descriptor = -1;
    const int error = open_at(AT_FDCWD, root_.c_str(), O_DIRECTORY, descriptor);
    if (error == ENOENT) throw Error(Errc::not_found, "there is no such folder", root_);
    if (error == ENOTDIR) throw Error(Errc::unreadable, "this is not a folder", root_);
    if (error) throw_unreadable(error);
    return Descriptor(descriptor);
  }

  [[noreturn]] void throw_unreadable(int error) const {
    throw Error(Errc::unreadable, "cannot read a folder", root_ + " (" + std::strerror(error) + ")");
  }

  std::string host_path(const std::string& path) const {
    return root_.ends_with('/') ? root_ + path : root_ + '/' + path;
  }

  void fail(Fault fault) {
    const std::scoped_lock lock(faults_mutex_);
    faults_.push_back(std::move(fault));
  }

  void fail(std::string message, const std::string& path, std::string hint) {
    fail({.code = Errc::unsafe_path,
          .message = std::move(message),
          .subject = host_path(path),
          .hint = std::move(hint)});
  }

  void fail_to_read(const std::string& path, int error) {
    fail({.code = Errc::unreadable,
          .message = "cannot read a file or folder",
          .subject = host_path(path) + " (" + std::strerror(error) + ")"});
  }

  // What one thread does.
  void work(Folders& made) {
    OpenFolders open(descriptor_.get());
    try {
      while (const auto task = queue_.pop()) {
        WalkedFolder& folder = *task->folder;
        if (task->part > 0 || list(folder, open)) {
          visit_part(folder, task->part, made);
          if (--folder.listing->left == 0) finish(folder);
        }
        queue_.done();
      }
    } catch (...) {
      queue_.stop();
      throw;
    }
  }

  // Reads the names in a folder and hands on all parts but the first.
  bool list(WalkedFolder& folder, OpenFolders& open) {
    auto listing = std::make_unique<Listing>();
    int error = open.open(folder, listing->opened);
    if (!error) error = id_of(listing->opened->get(), folder.id);
    if (error) return fail_to_read(folder.path, error), false;
    for (const WalkedFolder* above = folder.parent; above; above = above->parent) {
      if (above->id != folder.id) continue;
      return fail("a link leads back to a folder that it lies in", folder.path, "remove the link"), false;
    }
    if ((error = names_at(listing->opened->get(), listing->names))) return fail_to_read(folder.path, error), false;
    std::ranges::sort(listing->names.all, {}, &Named::name);
    read_rules(folder, *listing);
    const std::size_t parts = 1 + listing->names.all.size() / Listing::part_size;
    listing->parts.resize(parts);
    listing->left = parts;
    folder.listing = std::move(listing);
    std::vector<WalkTask> others;
    for (std::size_t part = 1; part < parts; ++part) others.push_back({&folder, part});
    queue_.push(others);
    return true;
  }

  void read_rules(WalkedFolder& folder, const Listing& listing) {
    for (const std::string& file : options_.ignore_files) {
      const auto found = std::ranges::lower_bound(listing.names.all, file, {}, &Named::name);
      if (found == listing.names.all.end() || found->name != file || found->kind == FileKind::folder) continue;
      const std::string path = folder.path + file;
      int rules = -1;
      int error = open_at(listing.opened->get(), file.c_str(), O_NOFOLLOW, rules);
      const Descriptor descriptor(rules);
      struct stat facts{};
      if (error == ELOOP) {
        fail("a file of ignore rules is a link", path, "put a copy in its place");
      } else if (error || (error = stat_of(rules, facts))) {
        fail_to_read(path, error);
      } else if (S_ISREG(facts.st_mode)) {
        std::string text(static_cast<std::size_t>(facts.st_size), '\0');
        try {
          text.resize(read_fully(rules, text.data(), text.size(), 0, host_path(path)));
          folder.rules = folder.rules.with(folder.path, text);
        } catch (const Error& unreadable) {
          fail(unreadable.fault());
        }
      }
    }
  }

  bool is_left_out(const WalkedFolder& in, const std::string& path, bool folder) const {
    return in.rules.ignores(path, folder) || (options_.skip && options_.skip(path, folder));
  }

  void visit_part(WalkedFolder& in, std::size_t part, Folders& made) {
    const std::vector<Named>& names = in.listing->names.all;
    const std::size_t begin = part * Listing::part_size, end = std::min(begin + Listing::part_size, names.size());
    in.listing->parts[part].files.reserve(end - begin);
    for (std::size_t at = begin; at < end; ++at) visit(in, names[at], in.listing->parts[part], made);
  }

  void visit(WalkedFolder& in, const Named& named, WalkedPart& found, Folders& made) {
    std::string path;
    path.reserve(in.path.size() + named.name.size());  // a sum of both takes twice the memory
    path.append(in.path).append(named.name);
    FileFacts facts{.kind = named.kind.value_or(FileKind::file)};
    const auto look = [&](bool follow) {
      const int error = facts_at(in.listing->opened->get(), named.name.data(), follow, facts);
      if (error) fail_to_read(path, error);
      return error == 0;
    };
    if (!named.kind && !look(false)) return;
    if (is_left_out(in, path, facts.kind == FileKind::folder)) return;
    std::optional<std::string> target;
    if (facts.kind == FileKind::symlink && options_.links == Links::follow) {
      if (!(target = target_inside(path)) || !look(true)) return;
      // A link to a folder has become one: its name is judged as one.
      if (facts.kind == FileKind::folder && is_left_out(in, path, true)) return;
    } else if (facts.kind == FileKind::file && named.kind && options_.attributes && !look(false)) {
      return;
    }
    if (facts.kind == FileKind::folder) {
      found.folders.push_back(&made.emplace_back());
      WalkedFolder& below = *found.folders.back();
      below.path = std::move(path) + '/';
      below.parent = &in;
      below.target = std::move(target);
      below.rules = in.rules;
    } else {
      if (!options_.attributes) facts.size = 0, facts.executable = false;
      found.files.push_back({std::move(path), facts.size, facts.executable, facts.kind});
    }
  }

  // Where a link leads, seen from the root.
  std::optional<std::string> target_inside(const std::string& path) {
    const auto target = real_path(host_path(path));
    const std::string inside = real_root_ == "/" ? "/" : real_root_ + '/';
    if (!target && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) {
      fail("a link leads to nothing", path, "remove the link");
    } else if (!target) {
      fail_to_read(path, errno);
    } else if (*target == real_root_) {
      return "";
    } else if (!target->starts_with(inside)) {
      fail("a link leads out of its folder", path, "put a copy in its place, or add what it leads to by its own path");
    } else {
      return target->substr(inside.size());
    }
    return std::nullopt;
  }

  // All names in a folder have been visited.
  void finish(WalkedFolder& folder) {
    const auto listing = std::move(folder.listing);
    auto& [files, folders] = folder.found = std::move(listing->parts.front());
    if (listing->parts.size() > 1) files.reserve(listing->names.all.size());
    for (WalkedPart& part : listing->parts | std::views::drop(1)) {
      std::ranges::move(part.files, std::back_inserter(files));
      std::ranges::move(part.folders, std::back_inserter(folders));
    }
    // As their files will stand: "a.b" before "a/c".
    std::ranges::sort(folders, {}, [](const WalkedFolder* below) -> const std::string& { return below->path; });
    std::vector<WalkTask> tasks;
    auto file = files.begin();
    for (WalkedFolder* below : folders) {
      while (file != files.end() && file->path < below->path) ++file;
      below->files_before = static_cast<std::size_t>(file - files.begin());
      tasks.push_back({below});
    }
    count_ += files.size();
    std::ranges::reverse(tasks);
    queue_.push(tasks);
  }

  // Files and folders of each folder are in the order of bytes. Without recursion: a tree may be deeper than the stack.
  std::vector<Found> collected(WalkedFolder& top) const {
    struct Step {
      WalkedPart* found;
      std::size_t file = 0, folder = 0;
    };
    std::vector<Found> all;
    all.reserve(count_);
    for (std::vector<Step> steps{{&top.found}}; !steps.empty();) {
      auto& [found, file, folder] = steps.back();
      WalkedFolder* const below = folder < found->folders.size() ? found->folders[folder++] : nullptr;
      const std::size_t end = below ? below->files_before : found->files.size();
      while (file < end) all.push_back(std::move(found->files[file++]));
      if (below) {
        steps.push_back({&below->found});
      } else {
        steps.pop_back();
      }
    }
    return all;
  }

  const std::string root_;
  std::string real_root_;
  const WalkOptions& options_;
  const Descriptor descriptor_;  // of the root
  std::vector<Folders> made_;    // by thread
  WalkQueue queue_;
  std::atomic<std::size_t> count_ = 0;
  std::mutex faults_mutex_;
  std::vector<Fault> faults_;
};

}  // namespace detail

DAYPACK_DECL std::vector<Found> walk(const std::string& root, const WalkOptions& options) {
  return detail::Walker(root, options).run();
}

DAYPACK_DECL Found look_at(const std::string& path) {
  detail::FileFacts facts;
  const int error = detail::facts_at(AT_FDCWD, path.c_str(), true, facts);
  if (error == ENOENT || error == ENOTDIR) throw Error(Errc::not_found, "there is no such file or folder", path);
  if (error) throw Error(Errc::unreadable, "cannot read a file or folder", path + " (" + std::strerror(error) + ")");
  return {.path = path, .size = facts.size, .executable = facts.executable, .kind = facts.kind};
}

}  // namespace daypack
