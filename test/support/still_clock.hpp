// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <chrono>
#include <daypack/context.hpp>
#include <mutex>
#include <vector>

// A clock that stands at a given time; sleeping only adds to it and is noted.
class StillClock : public daypack::Clock {
 public:
  explicit StillClock(std::chrono::system_clock::time_point now = {}) : now_(now) {}

  std::chrono::system_clock::time_point now() override {
    const std::scoped_lock lock(mutex_);
    return now_;
  }
  void sleep(std::chrono::milliseconds duration, std::stop_token) override {
    const std::scoped_lock lock(mutex_);
    slept_.push_back(duration);
    now_ += duration;
  }
  std::vector<std::chrono::milliseconds> slept() const {
    const std::scoped_lock lock(mutex_);
    return slept_;
  }

 private:
  mutable std::mutex mutex_;
  std::chrono::system_clock::time_point now_;
  std::vector<std::chrono::milliseconds> slept_;
};
