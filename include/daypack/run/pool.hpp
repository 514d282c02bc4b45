// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <cstddef>
#include <functional>
#include <memory>

namespace daypack {

// Threads for work that costs CPU. Shared by all stages of a pipeline and by pipelines that run at once.
class Pool {
 public:
  // 0 means as many as there are processors that this process may use, by its affinity and the quotas of its control
  // groups.
  DAYPACK_DECL explicit Pool(std::size_t threads = 0);
  DAYPACK_DECL ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  std::size_t size() const noexcept { return threads_; }

  // Calls work(0) ... work(count - 1), each once, in no promised order but starting with the lowest; returns when all are done.
  // The caller's thread works too, so it may be called from inside a call of itself. When calls throw, the exception of the
  // lowest index is thrown here after all running calls have ended; calls that have not begun by then are skipped.
  DAYPACK_DECL void for_each(std::size_t count, const std::function<void(std::size_t)>& work);

 private:
  struct Shared;
  std::size_t threads_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/run/pool.ipp>
#endif
