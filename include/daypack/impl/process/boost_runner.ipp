// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/piped_child.hpp>
#include <daypack/error.hpp>
#include <daypack/process/boost_runner.hpp>
#include <daypack/process/search_path.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <boost/process/child.hpp>
#include <boost/process/extend.hpp>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <limits>
#include <system_error>

namespace daypack {

namespace detail {

// A pipe that no program started meanwhile by another thread inherits. Above 2, so that binding one standard stream
// never overwrites the pipe of another when this process was started with them closed.
inline std::pair<PipeEnd, PipeEnd> make_pipe(const std::string& name) {
  int ends[2] = {-1, -1};
#ifdef __linux__
  const int result = ::pipe2(ends, O_CLOEXEC);
#else
  const int result = ::pipe(ends);
#endif
  std::pair<PipeEnd, PipeEnd> pipe(PipeEnd{ends[0]}, PipeEnd{ends[1]});
  bool good = result == 0;
  for (PipeEnd* end : {&pipe.first, &pipe.second}) {
    if (!good) break;
    if (end->value() <= 2) *end = PipeEnd(::fcntl(end->value(), F_DUPFD_CLOEXEC, 3));
    good = *end && ::fcntl(end->value(), F_SETFD, FD_CLOEXEC) == 0;
  }
  if (good) return pipe;
  throw Error(Errc::tool_failed, "a program cannot be started",
              name + " (" + std::generic_category().message(errno) + ")",
              "raise the limit of open files (ulimit -n), or start fewer at once");
}

// What execve takes, ready before the fork: the child must not allocate.
class Words {
 public:
  explicit Words(std::vector<std::string> words) : words_(std::move(words)) {
    for (std::string& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;
  char** data() const noexcept { return const_cast<char**>(pointers_.data()); }

 private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_;
};

inline std::vector<std::string> environment_of(const Command& command) {
  std::vector<std::string> words;
  const auto replaced = [&](std::string_view word) {
    return std::ranges::any_of(command.environment, [&](const auto& pair) {
      return word.size() > pair.first.size() && word.starts_with(pair.first) && word[pair.first.size()] == '=';
    });
  };
  for (char** word = command.clean_environment ? nullptr : ::environ; word && *word; ++word) {
    if (!replaced(*word)) words.emplace_back(*word);
  }
  for (const auto& [name, value] : command.environment) words.push_back(name + '=' + value);
  return words;
}

// Boost.Process forks and reports a failed exec; everything between the two is ours. It runs in the child of a process
// with other threads, so only system calls that are safe there: nothing allocates, nothing locks.
struct ChildSetup : boost::process::extend::handler {
  const char* program = nullptr;
  char** words = nullptr;
  char** environment = nullptr;
  const char* directory = nullptr;
  int streams[3] = {-1, -1, -1};
  int most_descriptors = 0;

  template <class Executor>
  void on_setup(Executor& executor) const {
    executor.exe = program;
    executor.cmd_line = words;
    executor.env = environment;
  }

  template <class Executor>
  void on_exec_setup(Executor& executor) const {
    bool good = ::setpgid(0, 0) == 0 && (!directory || ::chdir(directory) == 0);
    for (int stream = 0; stream < 3; ++stream) good = good && ::dup2(streams[stream], stream) >= 0;
    if (!good) {
      executor.set_error(std::error_code(errno, std::system_category()), "setup");
      ::_exit(EXIT_FAILURE);  // set_error alone would go on to exec
    }
    hide_descriptors();
    reset_signals();
  }

  // The failed child of an exec is left as a zombie by Boost 1.81, which waits for it with WNOHANG.
  template <class Executor>
  void on_error(Executor& executor, const std::error_code&) const {
    while (executor.pid > 0 && ::waitpid(executor.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  void hide_descriptors() const noexcept {
#if defined(__linux__) && defined(SYS_close_range)
    constexpr unsigned close_on_exec = 4;  // CLOSE_RANGE_CLOEXEC of <linux/close_range.h>, Linux 5.11
    if (::syscall(SYS_close_range, 3U, std::numeric_limits<unsigned>::max(), close_on_exec) == 0) return;
#endif
    for (int descriptor = 3; descriptor < most_descriptors; ++descriptor) ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  }

  // Handlers of the parent must not run here once signals are let in; ignored ones stay ignored (nohup), but for
  // SIGPIPE.
  void reset_signals() const noexcept {
    for (int number = 1; number < NSIG; ++number) {
      struct ::sigaction action = {};
      if (::sigaction(number, nullptr, &action) != 0) continue;
      if (action.sa_handler == SIG_DFL || (action.sa_handler == SIG_IGN && number != SIGPIPE)) continue;
      action = {};
      action.sa_handler = SIG_DFL;
      ::sigaction(number, &action, nullptr);
    }
    ::sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  }
};

// No signal reaches this thread, nor the child between fork and reset_signals().
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    ::sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;
  ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  ::sigset_t before_;
};

inline void refuse_bad_words(const Command& command) {
  if (command.argv.empty() || command.argv.front().empty()) throw Error(Errc::usage, "a command has no program");
  const auto bad = [](const std::string& word) { return word.find('\0') != std::string::npos; };
  bool any = std::ranges::any_of(command.argv, bad) || bad(command.directory);
  for (const auto& [name, value] : command.environment) {
    any = any || bad(name) || bad(value) || name.empty() || name.find('=') != std::string::npos;
  }
  if (any) throw Error(Errc::usage, "a word of a command has a NUL, or a variable's name is off", command.argv.front());
}

inline std::string program_of(const Command& command) {
  const std::string& name = command.argv.front();
  std::vector<std::string> found;
  const auto path = std::ranges::find(command.environment, "PATH", [](const auto& pair) { return pair.first; });
  found = path == command.environment.end() ? programs_named(name) : programs_named(name, path->second);
  if (found.empty()) {
    const bool exists = name.find('/') != std::string::npos && ::access(name.c_str(), F_OK) == 0;
    throw Error(Errc::tool_missing, exists ? "not a program that may be executed" : "there is no such program", name,
                name.find('/') == std::string::npos ? "install it, or add its folder to PATH" : "");
  }
  std::string program = std::move(found.front());
  if (program.front() == '/' || command.directory.empty()) return program;
  char* here = ::getcwd(nullptr, 0);  // relative to our directory, not to the child's
  if (here) program = std::string(here) + '/' + program;
  std::free(here);
  return program;
}

[[noreturn]] inline void throw_not_started(const Command& command, const std::error_code& code) {
  const std::string subject = command.argv.front() + " (" + std::generic_category().message(code.value()) + ")";
  switch (code.value()) {
    case ENOENT:
    case EACCES:
    case ENOEXEC:
    case ENOTDIR:
    case ELOOP:
      throw Error(Errc::tool_missing, "a program cannot be executed", subject, "look at its mode and its first line");
    default:
      throw Error(Errc::tool_failed, "a program cannot be started", subject);
  }
}

inline std::unique_ptr<PipedChild> start_program(const Command& command, std::size_t err_kept) {
  refuse_bad_words(command);
  const std::string program = program_of(command);
  if (!command.directory.empty() && ::access((command.directory + "/.").c_str(), X_OK) != 0) {
    throw Error(Errc::unreadable, "a working directory cannot be entered",
                command.directory + " (" + std::generic_category().message(errno) + ")");
  }
  const Words words(command.argv);
  const Words environment(environment_of(command));
  auto [in_read, in_write] = make_pipe(command.argv.front());
  auto [out_read, out_write] = make_pipe(command.argv.front());
  auto [err_read, err_write] = make_pipe(command.argv.front());
  ChildSetup setup;
  setup.program = program.c_str();
  setup.words = words.data();
  setup.environment = environment.data();
  setup.directory = command.directory.empty() ? nullptr : command.directory.c_str();
  std::ranges::copy(std::initializer_list<int>{in_read.value(), out_write.value(), err_write.value()}, setup.streams);
  setup.most_descriptors = static_cast<int>(std::clamp(::sysconf(_SC_OPEN_MAX), 1024L, 1L << 20));
  std::error_code code;
  int pid = -1;
  {
    const AllSignalsBlocked guard;
    boost::process::child child(setup, code);
    pid = child.id();
    child.detach();  // waited for by PipedChild: Boost's timed waits replace the handler of SIGCHLD
  }
  if (code) throw_not_started(command, code);
  return std::make_unique<PipedChild>(command.argv.front(), pid, std::move(in_write), std::move(out_read),
                                      std::move(err_read), err_kept);
}

}  // namespace detail

DAYPACK_DECL Finished BoostRunner::run(const Command& command, std::stop_token stop) {
  if (stop.stop_requested())
    throw Error(Errc::cancelled, "stopped on request", command.argv.empty() ? "" : command.argv.front());
  return detail::start_program(command, std::numeric_limits<std::size_t>::max())
      ->communicate(command.input, command.timeout, stop);
}

DAYPACK_DECL std::unique_ptr<Child> BoostRunner::start(const Command& command) {
  return detail::start_program(command, std::size_t{64} << 10);
}

}  // namespace daypack
