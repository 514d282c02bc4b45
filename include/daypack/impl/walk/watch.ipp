// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/walk/watch.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <climits>
#include <cstring>
#include <mutex>
#include <set>
#include <utility>

#ifdef __linux__
#include <sys/inotify.h>
#endif

namespace daypack {

namespace detail {

inline void drain(int descriptor) {
  char bytes[4096];
  while (descriptor >= 0 && ::read(descriptor, bytes, sizeof bytes) > 0) {
  }
}

// The folder whose entries tell of a path: the nearest one above it that is there.
inline std::string folder_that_tells_of(const std::string& path) {
  boost::system::error_code error;
  boost::filesystem::path folder = boost::filesystem::absolute(path, error).lexically_normal().parent_path();
  while (!folder.empty() && folder != folder.parent_path() && !boost::filesystem::is_directory(folder, error))
    folder = folder.parent_path();
  return folder.string();
}

}  // namespace detail

// What wakes a watch: the system, a stop, or time.
struct Watch::Teller {
  int ends[2] = {-1, -1};  // a pipe, for stops
  int told = -1;           // of inotify
  std::set<std::string> folders = {};

  explicit Teller(bool notified) {
    if (::pipe(ends) != 0) throw Error(Errc::failed, "cannot watch files", std::strerror(errno));
    for (const int end : ends) {
      ::fcntl(end, F_SETFD, FD_CLOEXEC);
      ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
#ifdef __linux__
    if (notified) told = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
#else
    static_cast<void>(notified);
#endif
  }

  ~Teller() {
    for (const int descriptor : {ends[0], ends[1], told}) {
      if (descriptor >= 0) ::close(descriptor);
    }
  }

  Teller(const Teller&) = delete;
  Teller& operator=(const Teller&) = delete;

  // Whether there are folders among these that were not heard of before: what happened in them meanwhile was not told.
  // Folders of which nothing can be told, as there are too many, are found by the interval.
  bool listen_to(const std::vector<std::string>& all) {
    std::set<std::string> now(all.begin(), all.end());
    const bool more = !std::ranges::includes(folders, now);
#ifdef __linux__
    for (const std::string& folder : now) {  // also where it is heard of: it may be another one of that name
      if (told < 0) break;
      ::inotify_add_watch(told, folder.c_str(),
                          IN_ATTRIB | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MODIFY |
                              IN_MOVED_FROM | IN_MOVED_TO | IN_MOVE_SELF | IN_ONLYDIR);
    }
#endif
    folders = std::move(now);
    return more;
  }

  // Returns when told or stopped, which is true, or after so long.
  bool sleep(std::chrono::milliseconds longest) {
    pollfd all[2] = {{ends[0], POLLIN, 0}, {told, POLLIN, 0}};
    const auto most = std::min<std::chrono::milliseconds::rep>(longest.count(), INT_MAX);
    const bool woken = ::poll(all, 2, static_cast<int>(most)) > 0;
    detail::drain(told);
    return woken;
  }

  // Returns when nothing was told for so long; a folder that is never quiet, as others write there, is not waited for.
  void wait_for_quiet(std::chrono::milliseconds quiet, const std::stop_token& stop) {
    for (int times = 0; times < 20 && !stop.stop_requested() && sleep(quiet); ++times) {
    }
  }
};

DAYPACK_DECL Watch::Watch(std::vector<std::string> paths, WatchOptions options)
    : paths_(std::move(paths)), options_(std::move(options)), teller_(std::make_unique<Teller>(options_.notified)) {
  known_ = look();
}

DAYPACK_DECL Watch::~Watch() = default;

DAYPACK_DECL Watch::State Watch::state_of(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return {.trouble = std::strerror(errno)};
#ifdef __APPLE__
  const timespec& time = found.st_mtimespec;
#else
  const timespec& time = found.st_mtim;
#endif
  return {.size = static_cast<std::uint64_t>(found.st_size),
          .device = static_cast<std::uint64_t>(found.st_dev),
          .file = static_cast<std::uint64_t>(found.st_ino),
          .seconds = time.tv_sec,
          .nanoseconds = time.tv_nsec,
          .mode = found.st_mode};
}

DAYPACK_DECL bool Watch::counts(const std::string& path) const {
  return std::ranges::none_of(options_.except, [&](const std::string& other) {
    boost::system::error_code error;
    return detail::last_component(path) == detail::last_component(other) &&
           boost::filesystem::equivalent(path, other, error);
  });
}

DAYPACK_DECL void Watch::look_into(const std::string& root, States& states, std::vector<std::string>& folders) const {
  const std::string base = root.ends_with('/') ? root : root + '/';
  WalkOptions options = options_.walk;
  std::mutex mutex;  // a walk by a pool asks from many threads
  options.skip = [&](std::string_view path, bool folder) {
    const bool skipped = options_.walk.skip && options_.walk.skip(path, folder);
    if (folder && !skipped) {
      const std::scoped_lock lock(mutex);
      folders.push_back(base + std::string(path));
    }
    return skipped;
  };
  options.attributes = false;
  folders.push_back(root);
  try {
    for (const Found& found : daypack::walk(root, options)) {
      const std::string path = base + found.path;
      if (counts(path)) states.emplace(path, state_of(path));
    }
  } catch (const Error& error) {
    states.emplace(root, State{.trouble = error.what()});
  }
}

DAYPACK_DECL Watch::States Watch::look(std::vector<std::string>& folders) const {
  States states;
  for (const std::string& path : paths_) {
    folders.push_back(detail::folder_that_tells_of(path));
    boost::system::error_code error;
    if (boost::filesystem::is_directory(path, error)) {
      look_into(path, states, folders);
      continue;
    }
    if (const auto real = boost::filesystem::canonical(path, error); !error)
      folders.push_back(real.parent_path().string());
    if (counts(path)) states.emplace(path, state_of(path));
  }
  return states;
}

DAYPACK_DECL std::vector<std::string> Watch::differing(const States& before, const States& now) {
  std::set<std::string> changed;
  const auto compare = [&](const States& all, const States& others) {
    for (const auto& [path, state] : all) {
      const auto other = others.find(path);
      if (other == others.end() || other->second != state) changed.insert(path);
    }
  };
  compare(before, now);
  compare(now, before);
  return {changed.begin(), changed.end()};
}

DAYPACK_DECL Watch::States Watch::look() {
  for (;;) {
    std::vector<std::string> folders;
    States states = look(folders);
    if (!teller_->listen_to(folders)) return states;
  }
}

DAYPACK_DECL void Watch::seen(const std::string& path) {
  const std::string base = path.ends_with('/') ? path : path + '/';
  const auto lies_here = [&](const auto& one) { return one.first == path || one.first.starts_with(base); };
  std::erase_if(known_, lies_here);
  for (auto& one : look()) {
    if (lies_here(one)) known_.insert(std::move(one));
  }
}

DAYPACK_DECL std::vector<std::string> Watch::wait(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { static_cast<void>(!::write(teller_->ends[1], "s", 1)); });
  States now = look();
  while (!stop.stop_requested()) {
    if (now == known_) {
      teller_->sleep(options_.interval);
      now = look();
      continue;
    }
    teller_->wait_for_quiet(options_.quiet, stop);
    if (States later = look(); later != now) {
      now = std::move(later);
      continue;
    }
    auto changed = differing(known_, now);
    known_ = std::move(now);
    return changed;
  }
  return {};
}

}  // namespace daypack
