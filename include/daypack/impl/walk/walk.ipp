// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/io_point.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/file.ipp>
#include <daypack/impl/walk/folder.ipp>
#include <daypack/run/pool.hpp>
#include <daypack/walk/ignore.hpp>
#include <daypack/walk/walk.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>

namespace daypack {

namespace detail {

// With every link resolved; nothing where it leads to nothing.
inline std::optional<std::string> real_path(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> resolved(::realpath(path.c_str(), nullptr), std::free);
  return resolved ? std::optional<std::string>(resolved.get()) : std::nullopt;
}

// One folder of a walk and what was found in it. One thread at a time writes it; the folders below are handed on when
// all of it is known.
struct WalkedFolder {
  std::string path = {};  // "" or "a/b/"
  const WalkedFolder* parent = nullptr;
  FolderId id = {};
  Ignore rules = {};
  std::vector<Found> files = {};
  std::vector<std::unique_ptr<WalkedFolder>> folders = {};
};

// The folders that wait to be read, the newest first so that few wait at once.
class WalkQueue {
 public:
  void push(const std::vector<std::unique_ptr<WalkedFolder>>& folders) {
    if (folders.empty()) return;
    const std::scoped_lock lock(mutex_);
    left_ += folders.size();
    for (auto at = folders.rbegin(); at != folders.rend(); ++at) waiting_.push_back(at->get());
    if (folders.size() > 1) wake_.notify_all();  // the thread that pushes takes one itself
  }

  // The next folder; nothing when all are read, or the walk is stopped.
  WalkedFolder* pop() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] { return !waiting_.empty() || left_ == 0 || stopped_; });
    if (waiting_.empty() || stopped_) return nullptr;
    WalkedFolder* const next = waiting_.back();
    waiting_.pop_back();
    return next;
  }

  // One that was popped has been read, and what lies in it pushed.
  void done() {
    const std::scoped_lock lock(mutex_);
    if (--left_ == 0) wake_.notify_all();
  }

  void stop() {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    wake_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<WalkedFolder*> waiting_;
  std::size_t left_ = 0;  // waiting or being read
  bool stopped_ = false;
};

class Walker {
 public:
  Walker(std::string root, const WalkOptions& options)
      : root_(std::move(root)), options_(options), descriptor_(open_root()) {}

  std::vector<Found> run() {
    real_root_ = real_path(root_).value_or(root_);
    std::vector<std::unique_ptr<WalkedFolder>> top;
    top.push_back(std::make_unique<WalkedFolder>());
    queue_.push(top);
    if (options_.pool) {
      options_.pool->for_each(options_.pool->size(), [&](std::size_t) { work(); });
    } else {
      work();
    }
    throw_collected(std::move(faults_), "some files cannot be taken");
    std::vector<Found> all;
    all.reserve(count_);
    collect(*top.front(), all);
    return all;
  }

 private:
  Descriptor open_root() const {
    int descriptor = -1;
    const int error = open_at(AT_FDCWD, root_.c_str(), O_DIRECTORY, descriptor);
    if (error == ENOENT) throw Error(Errc::not_found, "there is no such folder", root_);
    if (error == ENOTDIR) throw Error(Errc::unreadable, "this is not a folder", root_);
    if (error) throw Error(Errc::unreadable, "cannot read a folder", root_ + " (" + std::strerror(error) + ")");
    return Descriptor(descriptor);
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
  void work() {
    std::vector<Named> names;
    try {
      while (WalkedFolder* const folder = queue_.pop()) {
        read(*folder, names);
        count_ += folder->files.size();
        queue_.push(folder->folders);
        queue_.done();
      }
    } catch (...) {
      queue_.stop();
      throw;
    }
  }

  void read(WalkedFolder& folder, std::vector<Named>& names) {
    const std::string path = folder.path.substr(0, folder.path.size() - !folder.path.empty());
    int opened = -1;
    // Where links are followed, a name may stand for the folder that a link leads to.
    const int flags = O_DIRECTORY | (options_.links == Links::report ? O_NOFOLLOW : 0);
    int error = open_at(descriptor_.get(), path.empty() ? "." : path.c_str(), flags, opened);
    const Descriptor descriptor(opened);
    if (!error) error = id_of(opened, folder.id);
    if (error) return fail_to_read(path, error);
    for (const WalkedFolder* above = folder.parent; above; above = above->parent) {
      if (above->id == folder.id) return fail("a link leads back to a folder that it lies in", path, "remove the link");
    }
    names.clear();
    if ((error = names_at(opened, names))) return fail_to_read(path, error);
    std::ranges::sort(names, {}, &Named::name);
    read_rules(folder, opened, names);
    folder.files.reserve(names.size());
    for (const Named& each : names) visit(folder, opened, each);
    // As their files will stand: "a.b" before "a/c".
    std::ranges::sort(folder.folders, {}, [](const auto& below) -> const std::string& { return below->path; });
  }

  void read_rules(WalkedFolder& folder, int opened, const std::vector<Named>& names) {
    for (const std::string& file : options_.ignore_files) {
      const auto found = std::ranges::lower_bound(names, file, {}, &Named::name);
      if (found == names.end() || found->name != file || found->kind == FileKind::folder) continue;
      const std::string path = folder.path + file;
      int rules = -1;
      const int error = open_at(opened, file.c_str(), O_NOFOLLOW, rules);
      const Descriptor descriptor(rules);
      struct stat facts{};
      if (error == ELOOP) {
        fail("a file of ignore rules is a link", path, "put a copy in its place");
      } else if (error || ::fstat(rules, &facts) != 0) {
        fail_to_read(path, error ? error : errno);
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

  void visit(WalkedFolder& in, int opened, const Named& named) {
    std::string path = in.path + named.name;
    FileFacts facts{.kind = named.kind.value_or(FileKind::file)};
    const auto look = [&](bool follow) {
      const int error = facts_at(opened, named.name.c_str(), follow, facts);
      if (error) fail_to_read(path, error);
      return error == 0;
    };
    if (!named.kind && !look(false)) return;
    if (is_left_out(in, path, facts.kind == FileKind::folder)) return;
    if (facts.kind == FileKind::symlink && options_.links == Links::follow) {
      if (!leads_inside(path) || !look(true)) return;
      // A link to a folder has become one: its name is judged as one.
      if (facts.kind == FileKind::folder && is_left_out(in, path, true)) return;
    } else if (facts.kind == FileKind::file && named.kind && !look(false)) {
      return;
    }
    if (facts.kind == FileKind::folder) {
      auto below = std::make_unique<WalkedFolder>();
      below->path = path + '/';
      below->parent = &in;
      below->rules = in.rules;
      in.folders.push_back(std::move(below));
    } else {
      in.files.push_back({std::move(path), facts.size, facts.executable, facts.kind});
    }
  }

  bool leads_inside(const std::string& path) {
    const auto target = real_path(host_path(path));
    const std::string inside = real_root_ == "/" ? "/" : real_root_ + '/';
    if (!target) {
      fail("a link leads to nothing", path, "remove the link");
    } else if (*target != real_root_ && !target->starts_with(inside)) {
      fail("a link leads out of its folder", path, "put a copy in its place, or add what it leads to by its own path");
    } else {
      return true;
    }
    return false;
  }

  // Both lists of a folder are in the order of bytes, and all paths below "a/" lie between the same two neighbours.
  static void collect(WalkedFolder& folder, std::vector<Found>& all) {
    auto below = folder.folders.begin();
    for (Found& file : folder.files) {
      for (; below != folder.folders.end() && (*below)->path < file.path; ++below) collect(**below, all);
      all.push_back(std::move(file));
    }
    for (; below != folder.folders.end(); ++below) collect(**below, all);
  }

  const std::string root_;
  std::string real_root_;
  const WalkOptions& options_;
  const Descriptor descriptor_;  // of the root
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
