// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/cache.hpp>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace daypack::detail {

// Values on their way to a server, by threads that begin with the first of them. Nobody who adds one waits.
class RemoteUploads {
 public:
  struct Upload {
    CacheKey key;
    Blob value;
    bool anew = false;
  };
  using Work = std::function<void(const Upload&)>;  // throws nothing

  RemoteUploads(std::size_t values, std::uint64_t bytes, Work work)
      : most_values_(values), most_bytes_(bytes), work_(std::move(work)) {}

  // False when there is no room for it.
  bool add(Upload one) {
    const std::scoped_lock lock(mutex_);
    const bool room = waiting() == 0 || (waiting() < most_values_ && bytes_ + one.value.size() <= most_bytes_);
    if (closed_ || !room) return false;
    bytes_ += one.value.size();
    (one.key.kind == "wheels" ? wheels_ : others_).push_back(std::move(one));
    if (threads_.size() < connections && threads_.size() < waiting() + active_) begin_thread();
    changed_.notify_all();
    return true;
  }

  // Takes no more, and waits until all is put, the time is over or a stop is requested; then calls `end`, which has to
  // end what is under way. How many nobody has begun with.
  std::size_t finish(std::chrono::milliseconds limit, const std::stop_token& stop, const std::function<void()>& end) {
    std::unique_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, stop, limit, [this] { return waiting() + active_ == 0; });
    const std::size_t left = waiting();
    const bool ends = left + active_ != 0;
    others_.clear();
    wheels_.clear();
    std::vector<std::thread> threads = std::exchange(threads_, {});
    lock.unlock();
    if (ends) end();
    for (std::thread& thread : threads) thread.join();
    return left;
  }

 private:
  static constexpr std::size_t connections = 4;

  std::size_t waiting() const { return others_.size() + wheels_.size(); }

  // Where no thread can be had, the others do it, or nobody.
  void begin_thread() {
    try {
      threads_.emplace_back([this] { run(); });
    } catch (const std::system_error&) {
    }
  }

  // Wheels come last: they are the largest, and can be had elsewhere.
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return closed_ || waiting() != 0; });
      if (waiting() == 0) return;
      auto& queue = others_.empty() ? wheels_ : others_;
      const Upload one = std::move(queue.front());
      queue.pop_front();
      bytes_ -= one.value.size();
      ++active_;
      lock.unlock();
      work_(one);
      lock.lock();
      --active_;
      changed_.notify_all();
    }
  }

  const std::size_t most_values_;
  const std::uint64_t most_bytes_;
  const Work work_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Upload> others_, wheels_;
  std::uint64_t bytes_ = 0;
  std::size_t active_ = 0;
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace daypack::detail
