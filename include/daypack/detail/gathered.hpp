// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/sink.hpp>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace daypack::detail {

// A zip comes in thousands of pieces of all sizes, from mapped files. They leave as equal, aligned blocks, through a
// thread of its own: while the system copies one block into the file, the next ones are gathered from their pages.
// After an exception of the sink nothing reaches it any more; the exception comes out of take() or flush().
class Gathered {
 public:
  explicit Gathered(Sink sink) : sink_(std::move(sink)), blocks_(std::make_unique_for_overwrite<Blocks>()) {}

  ~Gathered() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  Gathered(const Gathered&) = delete;
  Gathered& operator=(const Gathered&) = delete;

  void take(ByteView bytes) {
    while (!bytes.empty()) {
      const std::size_t part = std::min(bytes.size(), block_size - used_);
      std::memcpy((*blocks_)[filled_ % ahead].data() + used_, bytes.data(), part);
      bytes = bytes.subspan(part);
      used_ += part;
      if (used_ == block_size) pass_on();
    }
  }

  // Returns when the sink has everything.
  void flush() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return written_ == filled_ || error_; });
    if (error_) std::rethrow_exception(error_);
    lock.unlock();
    if (used_ > 0) sink_({(*blocks_)[filled_ % ahead].data(), std::exchange(used_, 0)});
  }

 private:
  // Small enough to stay in the cache of a processor between the two copies.
  static constexpr std::size_t block_size = std::size_t{256} << 10, ahead = 4;
  using Blocks = std::array<std::array<std::byte, block_size>, ahead>;

  // The block that is full goes to the thread; the next one is free when this returns.
  void pass_on() {
    used_ = 0;
    if (!thread_.joinable() && !start()) return sink_((*blocks_)[0]);
    std::unique_lock lock(mutex_);
    ++filled_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return filled_ - written_ < ahead || error_; });
    if (error_) std::rethrow_exception(error_);
  }

  bool start() {
    try {
      thread_ = std::thread([this] { serve(); });
    } catch (const std::system_error&) {  // no more threads: it is written here
      return false;
    }
    return true;
  }

  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return stopping_ || written_ < filled_; });
      if (stopping_) return;
      lock.unlock();
      std::exception_ptr error;
      try {
        sink_((*blocks_)[written_ % ahead]);
      } catch (...) {
        error = std::current_exception();
      }
      lock.lock();
      if (error) error_ = error;
      ++written_;
      changed_.notify_all();
      if (error) return;
    }
  }

  Sink sink_;
  std::unique_ptr<Blocks> blocks_;
  std::size_t used_ = 0;  // of the block that is being filled
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t filled_ = 0, written_ = 0;  // blocks
  bool stopping_ = false;
  std::exception_ptr error_;
  std::thread thread_;
};

}  // namespace daypack::detail
