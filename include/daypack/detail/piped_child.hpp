// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/process/runner.hpp>

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace daypack::detail {

// One end of a pipe, or another descriptor to poll, that closes itself.
class PipeEnd {
 public:
  PipeEnd() = default;
  explicit PipeEnd(int value) noexcept : value_(value) {}
  PipeEnd(PipeEnd&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  PipeEnd& operator=(PipeEnd&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~PipeEnd() { reset(); }

  int value() const noexcept { return value_; }
  explicit operator bool() const noexcept { return value_ >= 0; }
  DAYPACK_DECL void reset() noexcept;

 private:
  int value_ = -1;
};

// A started program that leads a process group of its own, with the other ends of its three pipes. However it was
// started: this part speaks, listens, waits and kills. One thread speaks at a time; signal() may come from any.
//
// Every call that waits moves all three pipes, so neither side can block the other for good, whatever the sizes. When
// the program has ended, those that it left behind in its group have a moment to finish what they write, then they are
// killed.
class PipedChild final : public Child {
 public:
  // err_kept: how much of standard error is kept, the last bytes.
  DAYPACK_DECL PipedChild(std::string name, int pid, PipeEnd in, PipeEnd out, PipeEnd err, std::size_t err_kept);
  DAYPACK_DECL ~PipedChild() override;

  int pid() const override { return pid_; }
  DAYPACK_DECL void write(std::string_view bytes, std::optional<std::chrono::milliseconds> timeout) override;
  void close_input() override { in_.reset(); }
  DAYPACK_DECL std::size_t read(std::span<char> buffer, std::optional<std::chrono::milliseconds> timeout) override;
  DAYPACK_DECL std::string err() override;
  DAYPACK_DECL bool running() override;
  DAYPACK_DECL void signal(int number) override;
  DAYPACK_DECL Finished wait() override;

  // Writes the input, closes it, and listens to the end. The group is killed when the time is up or a stop is
  // requested.
  DAYPACK_DECL Finished communicate(std::string_view input, std::optional<std::chrono::milliseconds> timeout,
                                    std::stop_token stop);

 private:
  using Time = std::chrono::steady_clock::time_point;

  DAYPACK_DECL void turn(std::string_view& input, std::optional<Time> deadline);
  DAYPACK_DECL int patience(std::optional<Time> deadline) const;
  DAYPACK_DECL void send(std::string_view& input);
  DAYPACK_DECL bool take(PipeEnd& from, std::string& into);
  DAYPACK_DECL void look_for_end();
  DAYPACK_DECL void abandon_pipes();
  DAYPACK_DECL void hurry();
  DAYPACK_DECL void reap();
  bool over() const noexcept { return ended_ && !out_ && !err_; }

  std::string name_;
  int pid_;
  PipeEnd in_, out_, err_, end_;  // end_: readable once the program has ended, where the system has that
  std::size_t err_kept_;
  std::string out_text_, err_text_;
  std::size_t out_used_ = 0;
  bool ended_ = false;
  Time ended_at_{};
  std::chrono::milliseconds grace_{1000};
  std::mutex mutex_;  // of reaped_: a process id must not be signalled once it is free for others
  bool reaped_ = false;
  Finished finished_;
};

}  // namespace daypack::detail

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/detail/piped_child.ipp>
#endif
