// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace daypack::testing {

// A context that has threads and nothing else: what a stage needs beyond them is Error{usage}.
inline Context context(std::size_t threads = 2) { return Context(Services{.pool = std::make_shared<Pool>(threads)}); }

// A context of these parts, with two threads when they name no pool.
inline Context context(Services services) {
  if (!services.pool) services.pool = std::make_shared<Pool>(2);
  return Context(std::move(services));
}

}  // namespace daypack::testing
