// expect: daypack: this backend runs no function for so long
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

constexpr int timeout = time_limit<aws::Lambda, 901>;
