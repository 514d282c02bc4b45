// expect: daypack: this stage comes too late. Move it left, before the stage that used up its input
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto pipeline = target<aws::Lambda, 3.12_py> | Vendor{} | Resolve{};
