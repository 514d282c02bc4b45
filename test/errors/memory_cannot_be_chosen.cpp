// expect: daypack: this backend offers no such memory size
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

constexpr int memory = memory_size<azure::Consumption, 1536>;
