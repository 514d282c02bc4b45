// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/detail/file.ipp>
#include <daypack/impl/walk/folder.ipp>
#include <daypack/walk/ignore.hpp>
#include <daypack/walk/walk.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

// What the threads of one walk share.
namespace daypack::detail {

struct WalkedFolder;

// One file of a folder. A walk has all of them at once, so it is small.
struct WalkedFile {
  const char* text = nullptr;
  std::uint64_t size = 0;
  std::uint32_t length = 0;  // of the text, which is the name
  bool executable = false;
  FileKind kind = FileKind::file;

  std::string_view name() const { return {text, length}; }
};

// Some of the names in a folder and what they stand for, in order.
struct WalkedPart {
  Names names = {};
  std::unique_ptr<char[]> texts = {};  // the names of the files
  std::vector<WalkedFile> files = {};
  std::vector<WalkedFolder*> folders = {};
};

// A folder while it is read. What one read of the system gives is a part, so several threads share a large folder.
struct Listing {
  std::shared_ptr<const Descriptor> opened = {};
  std::deque<WalkedPart> parts = {};  // they stay where they are; only who lists the folder, or finishes it, looks here
  std::atomic<std::size_t> left = 1;  // parts to visit, and the end to reach
};

// One folder of a walk and what was found in it. One thread at a time writes it; the folders below are handed on when
// all of it is known.
struct WalkedFolder {
  std::string path = {};  // "" or "a/b/"
  const WalkedFolder* parent = nullptr;
  std::optional<std::string> target = {};  // what it is in truth, seen from the root, when a link led here
  FolderId id = {};
  Ignore rules = {};
  std::unique_ptr<Listing> listing = {};
  std::vector<std::unique_ptr<char[]>> texts = {};  // where the names of the files stand
  std::vector<WalkedFile> files = {};
  std::vector<WalkedFolder*> folders = {};
  std::size_t files_before = 0;  // how many files of the parent come before what lies in here

  // As the folder above has it.
  std::string name() const {
    const std::string_view ended = name_and_slash();
    return std::string(ended.substr(0, ended.size() - 1));
  }
  std::string_view name_and_slash() const { return std::string_view(path).substr(parent->path.size()); }
};

// A folder to read, or a part of one to visit.
struct WalkTask {
  WalkedFolder* folder;
  WalkedPart* part = nullptr;
};

// The tasks that wait, the newest first so that few wait at once.
class WalkQueue {
 public:
  // The last of them is taken first.
  void push(const std::vector<WalkTask>& tasks) {
    if (tasks.empty()) return;
    const std::scoped_lock lock(mutex_);
    left_ += tasks.size();
    waiting_.insert(waiting_.end(), tasks.begin(), tasks.end());
    wake_.notify_all();
  }

  // The next task; nothing when all are done, or the walk is stopped.
  std::optional<WalkTask> pop() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] { return !waiting_.empty() || left_ == 0 || stopped_; });
    if (waiting_.empty() || stopped_) return std::nullopt;
    const WalkTask next = waiting_.back();
    waiting_.pop_back();
    return next;
  }

  // One that was popped has been done, and what follows from it pushed.
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
  std::vector<WalkTask> waiting_;
  std::size_t left_ = 0;  // waiting or being done
  bool stopped_ = false;
};

// The folders that one thread has open: the last one that it read and the nearest above it. Each is opened by its name
// in the one above, so no path is too long, depth costs no descriptors, and a link that takes a folder's place during
// the walk is not followed.
class OpenFolders {
 public:
  explicit OpenFolders(int root) : root_(root) {}

  int open(const WalkedFolder& folder, std::shared_ptr<const Descriptor>& opened) {
    std::vector<const WalkedFolder*> missing;
    const WalkedFolder* at = &folder;
    for (; at && !is_open(at); at = at->target ? nullptr : at->parent) missing.push_back(at);
    while (!open_.empty() && open_.back().folder != at) open_.pop_back();
    for (auto next = missing.rbegin(); next != missing.rend(); ++next) {
      if (const int error = open_next(**next)) return error;
    }
    opened = open_.back().descriptor;
    return 0;
  }

 private:
  static constexpr std::size_t most = 4;
  struct Open {
    const WalkedFolder* folder;
    std::shared_ptr<const Descriptor> descriptor;
  };

  bool is_open(const WalkedFolder* folder) const {
    return std::ranges::find(open_, folder, &Open::folder) != open_.end();
  }

  int open_next(const WalkedFolder& folder) {
    std::shared_ptr<const Descriptor> opened;
    const int error = folder.target    ? open_target(*folder.target, opened)
                      : !folder.parent ? open_one(root_, ".", opened)
                                       : open_one(open_.back().descriptor->get(), folder.name(), opened);
    if (error) return error;
    if (open_.size() == most) open_.erase(open_.begin());
    open_.push_back({&folder, std::move(opened)});
    return 0;
  }

  static int open_one(int above, const std::string& name, std::shared_ptr<const Descriptor>& opened) {
    int descriptor = -1;
    const int error = open_at(above, name.c_str(), O_DIRECTORY | O_NOFOLLOW, descriptor);
    if (!error) opened = std::make_shared<const Descriptor>(descriptor);
    return error;
  }

  int open_target(const std::string& target, std::shared_ptr<const Descriptor>& opened) const {
    int error = open_one(root_, ".", opened);
    for (std::size_t begin = 0; !error && begin < target.size();) {
      const std::size_t end = std::min(target.find('/', begin), target.size());
      const auto above = opened;
      error = open_one(above->get(), target.substr(begin, end - begin), opened);
      begin = end + 1;
    }
    return error;
  }

  int root_;
  std::vector<Open> open_;
};

}  // namespace daypack::detail
