// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>

#include <functional>

namespace daypack {

// Takes bytes in order. What it throws ends the work that feeds it.
using Sink = std::function<void(ByteView)>;

}  // namespace daypack
