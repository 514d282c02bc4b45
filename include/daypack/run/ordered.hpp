// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/run/pool.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <queue>
#include <type_traits>
#include <utility>

namespace daypack {

namespace detail {

// Jobs pass through a window in order of their index:
//
//   0 ......... next ............. admitted ......... count
//     taken      |  queued, running,  |   not looked at yet
//                |  or ready          |
//                 <- costs <= window ->
template <class T, class Cost>
class OrderedWindow {
 public:
  OrderedWindow(std::size_t count, const Cost& cost, std::uint64_t window)
      : count_(count), cost_(cost), window_(window) {
    admit();
  }

  // Makes one value and takes all that are next in order. Called once per job, from any thread.
  template <class Make, class Take>
  void step(const Make& make, const Take& take) {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return stopped_ || !queue_.empty(); });
    if (stopped_) return;
    const std::size_t index = static_cast<std::size_t>(-queue_.top().second);
    queue_.pop();
    try {
      lock.unlock();
      T value = make(index);
      lock.lock();
      ready_.emplace(index, std::move(value));
      drain(lock, take);
    } catch (...) {
      if (!lock.owns_lock()) lock.lock();
      stopped_ = true;
      moved_.notify_all();
      throw;
    }
  }

 private:
  template <class Take>
  void drain(std::unique_lock<std::mutex>& lock, const Take& take) {
    if (draining_) return;
    draining_ = true;
    for (auto first = ready_.find(next_); first != ready_.end() && !stopped_; first = ready_.find(next_)) {
      {
        auto node = ready_.extract(first);
        lock.unlock();
        take(node.key(), std::move(node.mapped()));
      }  // its memory is gone before the window moves
      lock.lock();
      held_ -= cost_(next_++);
      admit();
      moved_.notify_all();
    }
    draining_ = false;
  }

  void admit() {
    for (; admitted_ < count_; ++admitted_) {
      const std::uint64_t cost = cost_(admitted_);
      if (admitted_ != next_ && held_ + cost > window_) return;
      held_ += cost;
      queue_.emplace(cost, -static_cast<std::int64_t>(admitted_));
    }
  }

  const std::size_t count_;
  const Cost& cost_;
  const std::uint64_t window_;
  std::mutex mutex_;
  std::condition_variable moved_;
  std::priority_queue<std::pair<std::uint64_t, std::int64_t>> queue_;  // the largest first, then the lowest index
  std::map<std::size_t, T> ready_;
  std::size_t next_ = 0, admitted_ = 0;
  std::uint64_t held_ = 0;
  bool draining_ = false, stopped_ = false;
};

}  // namespace detail

// Calls make(index) for all indices below the count in the pool, out of order and the costliest first, and take(index,
// value) in order of the index, one at a time. cost(index) is always the same (say, bytes): the costs of all that is
// made and not yet taken stay within the window, but for a job that alone exceeds it. What make or take throws ends the
// work and is thrown here; of several, the choice may depend on timing: return failures instead.
template <class Cost, class Make, class Take>
void ordered(Pool& pool, std::size_t count, const Cost& cost, std::uint64_t window, const Make& make,
             const Take& take) {
  detail::OrderedWindow<std::invoke_result_t<const Make&, std::size_t>, Cost> jobs(count, cost, window);
  pool.for_each(count, [&](std::size_t) { jobs.step(make, take); });
}

}  // namespace daypack
