// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/walk/walk.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

struct WatchOptions {
  WalkOptions walk = {};                     // what counts in folders
  std::vector<std::string> except = {};      // files that do not count, such as those that the program itself writes
  std::chrono::milliseconds quiet{50};       // a change is told once all has stayed the same for so long
  std::chrono::milliseconds interval{1000};  // how often it looks also when nothing was told, as file systems of other
                                             // machines do not tell
  bool notified = true;  // whether the system is asked to tell (Linux: inotify); false: by the interval alone
};

// Waits for changes of files, and of folders with all that a walk finds in them. A file is another one when its size,
// time, mode or identity is: an editor that writes a new file and renames it changes one file. Roots and folders may
// go, come back and be new; what cannot be read counts as a state of its own.
class Watch {
 public:
  // What stands at the paths now is what changes are told against.
  DAYPACK_DECL explicit Watch(std::vector<std::string> paths, WatchOptions options = {});
  DAYPACK_DECL ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // The paths that have changed since the last call, sorted; those that changed before it are told at once. Nothing
  // after a stop.
  DAYPACK_DECL std::vector<std::string> wait(const std::stop_token& stop);

  // What is at one of the paths now, with all that lies in it, is no change: for what the program itself has written.
  DAYPACK_DECL void seen(const std::string& path);

 private:
  struct State {
    std::uint64_t size = 0, device = 0, file = 0;
    std::int64_t seconds = 0, nanoseconds = 0;
    std::uint32_t mode = 0;
    std::string trouble = {};  // why there is no more to say
    friend bool operator==(const State&, const State&) = default;
  };
  using States = std::map<std::string, State>;
  struct Teller;

  DAYPACK_DECL static State state_of(const std::string& path);
  DAYPACK_DECL static std::vector<std::string> differing(const States& before, const States& now);
  DAYPACK_DECL void look_into(const std::string& folder, States& states, std::vector<std::string>& folders) const;
  DAYPACK_DECL States look(std::vector<std::string>& folders) const;
  DAYPACK_DECL States look();
  DAYPACK_DECL bool counts(const std::string& path) const;

  std::vector<std::string> paths_;
  WatchOptions options_;
  std::unique_ptr<Teller> teller_;
  States known_;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/walk/watch.ipp>
#endif
