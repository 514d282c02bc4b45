// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/run/processors.ipp>
#include <daypack/run/pool.hpp>

#include <condition_variable>
#include <exception>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace daypack {

namespace detail {

// One call of for_each. All fields are guarded by the pool's mutex.
struct PoolJob {
  std::size_t count = 0;
  const std::function<void(std::size_t)>* work = nullptr;
  std::size_t next = 0;
  std::size_t running = 0;
  std::size_t failed = 0;
  std::exception_ptr error = {};
  std::condition_variable ended = {};
};

}  // namespace detail

struct Pool::Shared {
  std::mutex mutex;
  std::condition_variable wake;
  std::list<detail::PoolJob*>
      jobs;  // those with calls that have not begun; the newest first, so that nested work ends soon
  bool stopping = false;
  std::vector<std::thread> threads;

  // One call of the job. The lowest failing index has always begun before any other that fails, so the choice is fixed.
  void run_one(detail::PoolJob& job, std::unique_lock<std::mutex>& lock) {
    const std::size_t index = job.next++;
    if (job.next == job.count) jobs.remove(&job);
    ++job.running;
    lock.unlock();
    std::exception_ptr error;
    try {
      (*job.work)(index);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    if (error && (!job.error || index < job.failed)) {
      job.error = error;
      job.failed = index;
      if (job.next < job.count) jobs.remove(&job);
      job.next = job.count;
    }
    if (--job.running == 0 && job.next == job.count) job.ended.notify_all();
  }

  void serve() {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [&] { return stopping || !jobs.empty(); });
      if (stopping) return;
      run_one(*jobs.front(), lock);
    }
  }
};

DAYPACK_DECL Pool::Pool(std::size_t threads)
    : threads_(threads ? threads : detail::allotted_processors()), shared_(std::make_shared<Shared>()) {
  // The caller of for_each is one of the threads. Where the system gives fewer, the work is done by those that began.
  try {
    for (std::size_t i = 1; i < threads_; ++i)
      shared_->threads.emplace_back([shared = shared_.get()] { shared->serve(); });
  } catch (const std::system_error&) {
    threads_ = shared_->threads.size() + 1;
  }
}

DAYPACK_DECL Pool::~Pool() {
  {
    const std::scoped_lock lock(shared_->mutex);
    shared_->stopping = true;
  }
  shared_->wake.notify_all();
  for (std::thread& thread : shared_->threads) thread.join();
}

DAYPACK_DECL void Pool::for_each(std::size_t count, const std::function<void(std::size_t)>& work) {
  if (count == 0) return;
  detail::PoolJob job;
  job.count = count;
  job.work = &work;
  std::unique_lock lock(shared_->mutex);
  shared_->jobs.push_front(&job);
  if (count > 1) shared_->wake.notify_all();
  while (job.next < job.count) shared_->run_one(job, lock);
  job.ended.wait(lock, [&] { return job.running == 0; });
  if (job.error) std::rethrow_exception(job.error);
}

}  // namespace daypack
