// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/remote.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace daypack::detail {

// Whether a server is worth to be asked, and given to. Whoever finds that it is not tells it once, and ends what is
// under way.
class RemoteHealth {
 public:
  using Warn = std::function<void(const std::string& message)>;

  RemoteHealth(std::chrono::milliseconds loss, Warn warn, const std::stop_token& stop)
      : loss_(loss), warn_(std::move(warn)), on_stop_(stop, [this] { end(); }) {
    watch_ = std::jthread([this](const std::stop_token& stopped) { watch(stopped); });
  }

  // One of these while a thread waits for the server. Time counts once, however many wait.
  class LookUp {
   public:
    explicit LookUp(RemoteHealth& health) : health_(health) { health_.begin_look_up(); }
    ~LookUp() { health_.end_look_up(); }
    LookUp(const LookUp&) = delete;
    LookUp& operator=(const LookUp&) = delete;

   private:
    RemoteHealth& health_;
  };

  // One of these for each direction.
  class Direction {
   public:
    bool open() const { return !stop_.stop_requested(); }
    std::stop_token stop() const { return stop_.get_token(); }
    void close() { stop_.request_stop(); }
    void worked() { failures_ = 0; }
    bool failed() { return ++failures_ >= 3; }

   private:
    std::stop_source stop_;
    std::atomic<int> failures_{0};
  };
  Direction& reading() { return reading_; }
  Direction& writing() { return writing_; }

  void brought(std::uint64_t bytes) { earn(std::chrono::duration<double>(static_cast<double>(bytes) / 8e6)); }
  void hit() { earn(std::chrono::milliseconds(5)); }

  // The third of a row ends it: who cannot be read from is not given to either.
  void failed(Direction& direction, const std::string& why) {
    if (direction.failed()) &direction == &reading_ ? give_up(why) : give_up_writing(why);
  }
  void give_up(const std::string& why) {
    const std::scoped_lock lock(telling_);
    if (reading_.open()) warn_("the remote cache is left alone in this run: " + why);
    end();
  }
  void give_up_writing(const std::string& why) {
    const std::scoped_lock lock(telling_);
    if (writing_.open()) warn_("nothing more is put into the remote cache in this run: " + why);
    writing_.close();
  }

  // Without a word.
  void end() {
    reading_.close();
    writing_.close();
  }

 private:
  using Time = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;

  void begin_look_up() {
    const std::scoped_lock lock(mutex_);
    if (waiting_++ == 0) since_ = Time::now();
    changed_.notify_one();
  }

  void end_look_up() {
    const std::scoped_lock lock(mutex_);
    if (--waiting_ == 0) lost_ += Time::now() - since_;
  }

  void earn(Seconds time) {
    const std::scoped_lock lock(mutex_);
    lost_ -= time;
  }

  void watch(const std::stop_token& stopped) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stopped, [this] { return waiting_ > 0; })) {
      const Seconds left = loss_ - lost_ - (Time::now() - since_);
      if (left.count() <= 0) break;
      changed_.wait_for(lock, stopped, left, [this] { return waiting_ == 0; });
    }
    lock.unlock();
    if (!stopped.stop_requested()) give_up("it takes more time than it saves");
  }

  const Seconds loss_;
  const Warn warn_;
  Direction reading_, writing_;
  std::mutex telling_;  // who waits goes on when it was told
  std::mutex mutex_;
  std::condition_variable_any changed_;
  int waiting_ = 0;
  Time::time_point since_{};
  Seconds lost_{0};  // in look-ups that have ended, less what they have saved
  std::stop_callback<std::function<void()>> on_stop_;
  std::jthread watch_;  // the last: it uses the others
};

}  // namespace daypack::detail
