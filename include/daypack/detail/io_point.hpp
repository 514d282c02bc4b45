// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <atomic>

namespace daypack::detail {

// Every read and write of a file passes here first, so that tests can make the N-th one fail (testing/fail_at.hpp).
using IoFault = int (*)();
inline std::atomic<IoFault> io_fault{nullptr};

// The errno that this operation shall fail with; 0 in all but tests.
inline int io_point() {
  const IoFault fault = io_fault.load(std::memory_order_relaxed);
  return fault ? fault() : 0;
}

}  // namespace daypack::detail
