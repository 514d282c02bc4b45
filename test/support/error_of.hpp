// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>

// The Error that the work throws; one of Errc::failed when it throws none.
template <class Work>
daypack::Error error_of(Work work) {
  try {
    work();
  } catch (const daypack::Error& error) {
    return error;
  }
  return daypack::Error(daypack::Errc::failed, "nothing was thrown");
}
