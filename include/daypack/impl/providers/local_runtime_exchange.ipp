// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

// An event and its answer, between who invokes and the server of the runtime API.
namespace daypack::detail::lambda {

// Bytes of an answer at most: 6 MiB and 100 bytes, as Lambda's own message says; 200 MiB when it is streamed to who
// asks. https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html (2026-11-22)
inline constexpr std::size_t answer_limit = 6291556;
inline constexpr std::size_t streamed_limit = 200 << 20;

struct Event {
  std::string id;
  std::string payload;
  std::string function_arn;
  std::string trace_id;
  std::chrono::system_clock::time_point deadline;
  bool listened = false;  // somebody takes the parts of a streamed answer as they come
};

// What the runtime is doing.
enum class Phase {
  away,         // it has not asked for an event
  idle,         // it waits for one
  busy,         // it has one
  answered,     // an answer lies ready
  failed,       // the handler's error lies ready
  init_failed,  // the error of its start lies ready
};

struct Answer {
  Phase phase = Phase::away;
  std::string body = {};
  std::string error_type = {};
  bool streamed = false;
  std::string error_details = {};  // of a streamed answer that broke off
};

// What the server's thread and the caller share.
class Exchange {
 public:
  // Waits until the phase is another, at most for so long; the phase then.
  Phase wait(Phase from, std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, at_most, [&] { return phase_ != from; });
    return phase_;
  }
  Phase phase() {
    const std::scoped_lock lock(mutex_);
    return phase_;
  }
  void begin(const Event& event) {
    const std::scoped_lock lock(mutex_);
    phase_ = Phase::busy;
    event_ = event.id;
    listened_ = event.listened;
    parts_.clear();
    changed_.notify_all();
  }
  bool listened() {
    const std::scoped_lock lock(mutex_);
    return listened_;
  }
  // Keeps a part of a streamed answer.
  void add(const std::string& event, std::string_view part) {
    const std::scoped_lock lock(mutex_);
    if (listened_ && phase_ == Phase::busy && event == event_) parts_ += part;
  }
  // What came of a streamed answer since the last time.
  std::string take_parts() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(parts_, {});
  }
  // The runtime asks for an event. An answer that nobody has taken yet stays.
  void asked() {
    const std::scoped_lock lock(mutex_);
    waiting_ = true;
    if (phase_ == Phase::away) phase_ = Phase::idle;
    changed_.notify_all();
  }
  void gave() {
    const std::scoped_lock lock(mutex_);
    waiting_ = false;
  }
  // Keeps what the runtime says; false when it speaks of another event than it was given.
  bool put(const std::string& event, Answer answer) {
    const std::scoped_lock lock(mutex_);
    const bool expected =
        answer.phase == Phase::init_failed ? phase_ == Phase::away : phase_ == Phase::busy && event == event_;
    if (!expected) return false;
    phase_ = answer.phase;
    answer_ = std::move(answer);
    changed_.notify_all();
    return true;
  }
  Answer take() {
    const std::scoped_lock lock(mutex_);
    phase_ = waiting_ ? Phase::idle : Phase::away;
    return std::exchange(answer_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Phase phase_ = Phase::away;
  bool waiting_ = false;
  std::string event_;
  bool listened_ = false;
  std::string parts_;
  Answer answer_;
};

}  // namespace daypack::detail::lambda
