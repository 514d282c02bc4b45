// expect: daypack: the target stands first: target<aws::Lambda, 3.12_py> | Resolve{} | ...
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto pipeline = Resolve{} | target<aws::Lambda, 3.12_py>;
