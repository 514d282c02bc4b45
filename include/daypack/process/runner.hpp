// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daypack {

struct Command {
  std::vector<std::string> argv = {};  // argv[0]: a path, or a name looked up in PATH; never through a shell
  std::vector<std::pair<std::string, std::string>> environment = {};  // added to, or replacing, the parent's
  bool clean_environment = false;                                     // start from none instead of the parent's
  std::string directory = {};                                         // working directory; the parent's when empty
  std::string input = {};                                             // standard input (run only)
  std::optional<std::chrono::milliseconds> timeout = {};              // run only: killed after that
};

struct Finished {
  int exit_code = -1;  // -1 when a signal ended it
  int signal = 0;
  bool timed_out = false;
  std::string out = {};
  std::string err = {};
  bool ok() const noexcept { return exit_code == 0 && !timed_out; }
};

// A running program that is spoken to. Destroying it kills it (the whole process group) and waits.
class Child {
 public:
  virtual ~Child() = default;
  virtual int pid() const = 0;
  // Writes everything, or throws Error{tool_failed} when the child no longer reads, or not all within the timeout.
  virtual void write(std::string_view bytes, std::optional<std::chrono::milliseconds> timeout = {}) = 0;
  virtual void close_input() = 0;
  // Reads at least one byte of standard output into the buffer; 0 at its end. Throws Error{tool_failed} after the timeout.
  virtual std::size_t read(std::span<char> buffer, std::optional<std::chrono::milliseconds> timeout = {}) = 0;
  // Standard error so far (the last 64 KiB).
  virtual std::string err() = 0;
  virtual bool running() = 0;
  // Sends a signal to the process group.
  virtual void signal(int number) = 0;
  // Waits until it has ended.
  virtual Finished wait() = 0;
};

// Starts programs. Any number of threads may call at once.
class Runner {
 public:
  virtual ~Runner() = default;
  // Runs to the end. Throws Error{tool_missing} when there is no such program, Error{cancelled} when stopped (the child is killed).
  // A failing exit code is a result, not an error.
  virtual Finished run(const Command& command, std::stop_token stop) = 0;
  virtual std::unique_ptr<Child> start(const Command& command) = 0;
  Finished run(const Command& command) { return run(command, {}); }
};

}  // namespace daypack
