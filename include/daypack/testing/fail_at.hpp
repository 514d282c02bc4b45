// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/io_point.hpp>

#include <atomic>
#include <cerrno>

namespace daypack::testing {

// While it lives, the N-th file operation of this process (counted from 1) fails with an errno, and only that one. Loop until a run succeeds:
//   for (int n = 1;; ++n) { fail_at fault{n}; try { run(); } catch (const Error&) {} if (!fault.hit()) break; check(); }
class fail_at {
 public:
  explicit fail_at(int n, int error = ENOSPC) {
    remaining() = n;
    code() = error;
    detail::io_fault = [] { return --remaining() == 0 ? code().load() : 0; };
  }
  ~fail_at() { detail::io_fault = nullptr; }
  fail_at(const fail_at&) = delete;
  fail_at& operator=(const fail_at&) = delete;

  // Whether the fault has happened.
  bool hit() const { return remaining() <= 0; }

 private:
  static std::atomic<int>& remaining() {
    static std::atomic<int> count{0};
    return count;
  }
  static std::atomic<int>& code() {
    static std::atomic<int> error{0};
    return error;
  }
};

}  // namespace daypack::testing
