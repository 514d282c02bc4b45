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

  // Reads all.
  void run() {
    if (options_.links == Links::follow) {
      const auto real = real_path(root_);
      if (!real) throw_unreadable(errno);
      real_root_ = *real;
    }
    queue_.push({{&made_.front().emplace_back()}});
    if (options_.pool) {
      options_.pool->for_each(made_.size(), [&](std::size_t thread) { work(made_[thread]); });
    } else {
      work(made_.front());
    }
    throw_collected(std::move(faults_), "some files cannot be taken");
  }

  std::size_t count() const { return count_; }

  // Gives what was read, once. Files and folders of each folder are in the order of bytes. Without recursion: a tree
  // may be deeper than the stack.
  template <class Each>
  void give(const Each& each) {
    struct Step {
      WalkedFolder* in;
      std::size_t file = 0, folder = 0;
    };
    for (std::vector<Step> steps{{&made_.front().front()}}; !steps.empty();) {
      auto& [in, file, folder] = steps.back();
      WalkedFolder* const below = folder < in->folders.size() ? in->folders[folder++] : nullptr;
      const std::size_t end = below ? below->files_before : in->files.size();
      while (file < end) each(found_of(*in, in->files[file++]));
      if (below) {
        steps.push_back({below});
      } else {
        in->files = std::vector<WalkedFile>();
        in->texts = decltype(in->texts)();
        steps.pop_back();
      }
    }
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

  // Folders without the slash at their end.
  std::string subject(const std::string& path) const {
    return host_path(path.substr(0, path.size() - path.ends_with('/')));
  }

  void fail(Fault fault) {
    const std::scoped_lock lock(faults_mutex_);
    faults_.push_back(std::move(fault));
  }

  void fail(std::string message, const std::string& path, std::string hint) {
    fail({.code = Errc::unsafe_path, .message = std::move(message), .subject = subject(path), .hint = std::move(hint)});
  }

  void fail_to_read(const std::string& path, int error) {
    fail({.code = Errc::unreadable,
          .message = "cannot read a file or folder",
          .subject = subject(path) + " (" + std::strerror(error) + ")"});
  }

  // What one thread does.
  void work(Folders& made) {
    OpenFolders open(descriptor_.get());
    try {
      while (const auto task = queue_.pop()) {
        if (task->part) {
          visit_part(*task->folder, *task->part, made);
        } else {
          read(*task->folder, open, made);
        }
        queue_.done();
      }
    } catch (...) {
      queue_.stop();
      throw;
    }
  }

  void read(WalkedFolder& folder, OpenFolders& open, Folders& made) {
    auto listing = std::make_unique<Listing>();
    int error = open.open(folder, listing->opened);
    if (!error) error = id_of(listing->opened->get(), folder.id);
    if (error) return fail_to_read(folder.path, error);
    for (const WalkedFolder* above = folder.parent; above; above = above->parent) {
      if (above->id != folder.id) continue;
      return fail("a link leads back to a folder that it lies in", folder.path, "remove the link");
    }
    for (const std::string& file : options_.ignore_files) read_rules(folder, listing->opened->get(), file);
    folder.listing = std::move(listing);
    list(folder, made);
  }

  // Reads the names in a folder. All but the last of them are handed on, for any thread to visit meanwhile.
  void list(WalkedFolder& folder, Folders& made) {
    Listing& listing = *folder.listing;
    WalkedPart* last = nullptr;
    for (;;) {
      WalkedPart& part = listing.parts.emplace_back();
      const int error = names_at(listing.opened->get(), part.names);
      if (error) fail_to_read(folder.path, error);
      if (error || part.names.all.empty()) break;
      ++listing.left;
      if (last) queue_.push({{&folder, last}});
      last = &part;
    }
    if (last) visit_part(folder, *last, made);
    if (--listing.left == 0) finish(folder);
  }

  void read_rules(WalkedFolder& folder, int opened, const std::string& file) {
    const std::string path = folder.path + file;
    int rules = -1;
    int error = open_at(opened, file.c_str(), O_NOFOLLOW, rules);
    if (error == ENOENT) return;
    const Descriptor descriptor(rules);
    struct stat facts{};
    if (error == ELOOP) return fail("a file of ignore rules is a link", path, "put a copy in its place");
    if (error || (error = stat_of(rules, facts))) return fail_to_read(path, error);
    if (!S_ISREG(facts.st_mode)) return;
    std::string text(static_cast<std::size_t>(facts.st_size), '\0');
    try {
      text.resize(read_fully(rules, text.data(), text.size(), 0, host_path(path)));
      folder.rules = folder.rules.with(folder.path, text);
    } catch (const Error& unreadable) {
      fail(unreadable.fault());
    }
  }

  bool is_left_out(const WalkedFolder& in, const std::string& path, bool folder) const {
    return in.rules.ignores(path, folder) || (options_.skip && options_.skip(path, folder));
  }

  void visit_part(WalkedFolder& in, WalkedPart& part, Folders& made) {
    std::ranges::sort(part.names.all, {}, &Named::name);
    part.files.reserve(part.names.all.size());
    std::size_t size = 0;
    for (const Named& each : part.names.all) size += each.name.size();
    part.texts = std::make_unique_for_overwrite<char[]>(size);
    std::string path = in.path;
    char* end = part.texts.get();
    for (const Named& each : part.names.all) {
      path.resize(in.path.size());
      visit(in, each, path += each.name, part, end, made);
    }
    part.names = {};
    if (--in.listing->left == 0) finish(in);
  }

  void visit(WalkedFolder& in, const Named& named, const std::string& path, WalkedPart& found, char*& end,
             Folders& made) {
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
      below.path = path + '/';
      below.parent = &in;
      below.target = std::move(target);
      below.rules = in.rules;
    } else {
      if (!options_.attributes) facts.size = 0, facts.executable = false;
      const auto length = static_cast<std::uint32_t>(named.name.size());
      found.files.push_back({end, facts.size, length, facts.executable, facts.kind});
      end = std::ranges::copy(named.name, end).out;
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
    folder.files = merged_files(listing->parts);
    for (WalkedPart& part : listing->parts) {
      if (part.texts) folder.texts.push_back(std::move(part.texts));
      std::ranges::copy(part.folders, std::back_inserter(folder.folders));
    }
    // As their files will stand: "a.b" before "a/c".
    std::ranges::sort(folder.folders, {}, [](const WalkedFolder* below) -> const std::string& { return below->path; });
    std::vector<WalkTask> tasks;
    auto file = folder.files.begin();
    for (WalkedFolder* below : folder.folders) {
      while (file != folder.files.end() && file->name() < below->name_and_slash()) ++file;
      below->files_before = static_cast<std::size_t>(file - folder.files.begin());
      tasks.push_back({below});
    }
    count_ += folder.files.size();
    std::ranges::reverse(tasks);
    queue_.push(tasks);
  }

  static std::vector<WalkedFile> merged_files(std::deque<WalkedPart>& parts) {
    std::vector<WalkedFile> all = std::move(parts.front().files);
    std::vector<std::size_t> ends{0, all.size()};
    std::size_t count = 0;
    for (const WalkedPart& part : parts) count += part.files.size();
    all.reserve(all.size() + count);
    for (WalkedPart& part : parts | std::views::drop(1)) {
      all.insert(all.end(), part.files.begin(), part.files.end());
      part.files = std::vector<WalkedFile>();
      if (all.size() > ends.back()) ends.push_back(all.size());
    }
    const auto at = [&](std::size_t end) { return all.begin() + static_cast<std::ptrdiff_t>(ends[end]); };
    for (std::size_t width = 1; width + 1 < ends.size(); width *= 2) {
      for (std::size_t begin = 0; begin + width + 1 < ends.size(); begin += 2 * width) {
        const std::size_t end = std::min(begin + 2 * width, ends.size() - 1);
        std::ranges::inplace_merge(at(begin), at(begin + width), at(end), {}, &WalkedFile::name);
      }
    }
    return all;
  }

  static Found found_of(const WalkedFolder& in, const WalkedFile& file) {
    std::string path;
    path.reserve(in.path.size() + file.length);  // a sum of both takes twice the memory
    path.append(in.path).append(file.name());
    return {std::move(path), file.size, file.executable, file.kind};
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
  detail::Walker walker(root, options);
  walker.run();
  std::vector<Found> all;
  all.reserve(walker.count());
  walker.give([&](Found found) { all.push_back(std::move(found)); });
  return all;
}

DAYPACK_DECL void walk(const std::string& root, const WalkOptions& options,
                       const std::function<void(Found found, std::size_t count)>& each) {
  detail::Walker walker(root, options);
  walker.run();
  walker.give([&](Found found) { each(std::move(found), walker.count()); });
}

DAYPACK_DECL Found look_at(const std::string& path) {
  detail::FileFacts facts;
  const int error = detail::facts_at(AT_FDCWD, path.c_str(), true, facts);
  if (error == ENOENT || error == ENOTDIR) throw Error(Errc::not_found, "there is no such file or folder", path);
  if (error) throw Error(Errc::unreadable, "cannot read a file or folder", path + " (" + std::strerror(error) + ")");
  return {.path = path, .size = facts.size, .executable = facts.executable, .kind = facts.kind};
}

}  // namespace daypack
