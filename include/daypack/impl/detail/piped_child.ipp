// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/piped_child.hpp>
#include <daypack/error.hpp>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace daypack::detail {

// A descriptor that becomes readable when the process ends (Linux 5.3, pidfd_open(2)); none elsewhere, then we look now
// and then.
inline PipeEnd end_of_process([[maybe_unused]] int pid) {
#if defined(__linux__) && defined(SYS_pidfd_open)
  return PipeEnd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
#else
  return {};
#endif
}

// A pipe holds 64 KiB at first: more than that is written in turns with its reader. Where no more is granted
// (F_SETPIPE_SZ of fcntl(2), Linux alone), it stays so.
inline void widen([[maybe_unused]] const PipeEnd& end) {
#ifdef F_SETPIPE_SZ
  ::fcntl(end.value(), F_SETPIPE_SZ, 512 << 10);
#endif
}

// While one lives, writing to a closed pipe gives EPIPE and no signal, in this thread only: the handling of SIGPIPE
// belongs to the program that embeds us, so it is neither ignored nor replaced.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    ::sigset_t pending;
    ::sigpending(&pending);
    was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;
  ~NoPipeSignal() {
    const int kept = errno;
    ::sigset_t pending;
    ::sigpending(&pending);
    if (!was_pending_ && ::sigismember(&pending, SIGPIPE) == 1) {
      int number = 0;
      ::sigwait(&pipe_, &number);
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = kept;
  }

 private:
  ::sigset_t pipe_, before_;
  bool was_pending_ = false;
};

inline std::optional<std::chrono::steady_clock::time_point> deadline_after(
    std::optional<std::chrono::milliseconds> timeout) {
  if (!timeout) return {};
  return std::chrono::steady_clock::now() + *timeout;
}

inline bool passed(const std::optional<std::chrono::steady_clock::time_point>& deadline) {
  return deadline && std::chrono::steady_clock::now() >= *deadline;
}

inline std::string waited(std::chrono::milliseconds time) {
  return " (waited " + std::to_string(time.count()) + " ms)";
}

DAYPACK_DECL void PipeEnd::reset() noexcept {
  if (value_ >= 0) ::close(std::exchange(value_, -1));
}

DAYPACK_DECL PipedChild::PipedChild(std::string name, int pid, PipeEnd in, PipeEnd out, PipeEnd err,
                                    std::size_t err_kept)
    : name_(std::move(name)),
      pid_(pid),
      in_(std::move(in)),
      out_(std::move(out)),
      err_(std::move(err)),
      end_(end_of_process(pid)),
      err_kept_(err_kept) {
  for (const PipeEnd* end : {&in_, &out_, &err_}) ::fcntl(end->value(), F_SETFL, O_NONBLOCK);
  widen(in_);
  widen(out_);
}

DAYPACK_DECL PipedChild::~PipedChild() {
  signal(SIGKILL);
  reap();
}

DAYPACK_DECL void PipedChild::write(std::string_view bytes, std::optional<std::chrono::milliseconds> timeout) {
  const auto deadline = deadline_after(timeout);
  while (!bytes.empty()) {
    if (!in_) throw Error(Errc::tool_failed, "a program no longer reads its input", name_);
    if (passed(deadline)) throw Error(Errc::tool_failed, "a program does not read its input", name_ + waited(*timeout));
    turn(bytes, deadline);
  }
}

DAYPACK_DECL std::size_t PipedChild::read(std::span<char> buffer, std::optional<std::chrono::milliseconds> timeout) {
  const auto deadline = deadline_after(timeout);
  while (out_text_.empty() && out_) {
    if (passed(deadline)) throw Error(Errc::tool_failed, "a program does not answer", name_ + waited(*timeout));
    std::string_view nothing;
    turn(nothing, deadline);
  }
  const std::size_t count = out_text_.copy(buffer.data(), buffer.size(), out_used_);
  out_used_ += count;
  if (out_used_ == out_text_.size()) {
    out_text_.clear();
    out_used_ = 0;
  }
  return count;
}

DAYPACK_DECL std::string PipedChild::err() {
  while (take(err_, err_text_)) {
  }
  return err_text_;
}

DAYPACK_DECL bool PipedChild::running() {
  look_for_end();
  return !ended_;
}

DAYPACK_DECL void PipedChild::signal(int number) {
  const std::scoped_lock lock(mutex_);
  if (!reaped_) ::kill(-pid_, number);
}

DAYPACK_DECL Finished PipedChild::wait() {
  std::string_view nothing;
  while (!over()) turn(nothing, {});
  reap();
  finished_.out = out_text_.substr(std::exchange(out_used_, 0));
  finished_.err = err_text_;
  out_text_.clear();
  return finished_;
}

DAYPACK_DECL Finished PipedChild::communicate(std::string_view input, std::optional<std::chrono::milliseconds> timeout,
                                              std::stop_token stop) {
  const std::stop_callback kill_when_stopped(stop, [this] { signal(SIGKILL); });
  auto deadline = deadline_after(timeout);
  while (!over()) {
    if (input.empty()) close_input();
    turn(input, deadline);
    if (stop.stop_requested()) hurry();
    if (!ended_ && passed(deadline)) {
      finished_.timed_out = true;
      deadline.reset();
      hurry();
    }
  }
  if (stop.stop_requested()) throw Error(Errc::cancelled, "stopped on request", name_);
  return wait();
}

// Waits until a pipe can move, the program ends or the deadline passes, and moves what can be moved.
DAYPACK_DECL void PipedChild::turn(std::string_view& input, std::optional<Time> deadline) {
  ::pollfd ends[4] = {{input.empty() ? -1 : in_.value(), POLLOUT, 0},
                      {out_.value(), POLLIN, 0},
                      {err_.value(), POLLIN, 0},
                      {ended_ ? -1 : end_.value(), POLLIN, 0}};  // poll passes over negative ones
  if (::poll(ends, 4, patience(deadline)) < 0 && errno != EINTR) {
    throw Error(Errc::tool_failed, "a program cannot be listened to",
                name_ + " (" + std::generic_category().message(errno) + ")");
  }
  if (ends[0].revents) send(input);
  if (ends[1].revents) take(out_, out_text_);
  if (ends[2].revents) take(err_, err_text_);
  if (!ended_) {
    if (!end_ || ends[3].revents) look_for_end();
  } else if (std::chrono::steady_clock::now() >= ended_at_ + grace_) {
    abandon_pipes();
  }
}

// In milliseconds, as poll takes it.
DAYPACK_DECL int PipedChild::patience(std::optional<Time> deadline) const {
  const Time now = std::chrono::steady_clock::now();
  Time until = deadline.value_or(now + std::chrono::hours(1));
  if (ended_) {
    until = std::min(until, ended_at_ + grace_);
  } else if (!end_) {
    until = std::min(until, now + std::chrono::milliseconds(20));
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 3600 * 1000));
}

DAYPACK_DECL void PipedChild::send(std::string_view& input) {
  const NoPipeSignal guard;
  const ::ssize_t count = ::write(in_.value(), input.data(), input.size());
  if (count >= 0) {
    input.remove_prefix(static_cast<std::size_t>(count));
  } else if (errno != EAGAIN && errno != EINTR) {
    in_.reset();  // nobody reads any more: no fault of run's, the exit code will tell
  }
}

// Reads once; false when there is nothing now, or nothing ever again.
DAYPACK_DECL bool PipedChild::take(PipeEnd& from, std::string& into) {
  if (!from) return false;
  char buffer[65536];
  const ::ssize_t count = ::read(from.value(), buffer, sizeof buffer);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (count <= 0) {
    from.reset();
    return false;
  }
  into.append(buffer, static_cast<std::size_t>(count));
  if (&into == &err_text_ && into.size() > err_kept_) into.erase(0, into.size() - err_kept_);
  return true;
}

// The process is not reaped here (WNOWAIT): as long as it is a zombie its id, and that of its group, belong to nobody
// else.
DAYPACK_DECL void PipedChild::look_for_end() {
  if (ended_) return;
  ::siginfo_t facts = {};
  if (::waitid(P_PID, static_cast<::id_t>(pid_), &facts, WEXITED | WNOHANG | WNOWAIT) != 0 ? errno != ECHILD
                                                                                           : facts.si_pid == 0) {
    return;
  }
  ended_ = true;
  ended_at_ = std::chrono::steady_clock::now();
}

// Whoever still holds the other ends is no longer waited for; what has arrived is taken.
DAYPACK_DECL void PipedChild::abandon_pipes() {
  signal(SIGKILL);
  in_.reset();
  while (take(out_, out_text_)) {
  }
  while (take(err_, err_text_)) {
  }
  out_.reset();
  err_.reset();
}

DAYPACK_DECL void PipedChild::hurry() {
  signal(SIGKILL);
  grace_ = {};
}

DAYPACK_DECL void PipedChild::reap() {
  signal(SIGKILL);  // to what is left of the group
  const std::scoped_lock lock(mutex_);
  if (reaped_) return;
  int status = 0;
  int pid = 0;
  do pid = ::waitpid(pid_, &status, 0);
  while (pid < 0 && errno == EINTR);
  reaped_ = true;
  if (pid != pid_) {
    finished_.exit_code = -1;  // somebody else waits for all children, or SIGCHLD is ignored: the status is lost
  } else if (WIFSIGNALED(status)) {
    finished_.signal = WTERMSIG(status);
  } else {
    finished_.exit_code = WEXITSTATUS(status);
  }
}

}  // namespace daypack::detail
