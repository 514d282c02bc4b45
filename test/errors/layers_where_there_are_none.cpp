// expect: daypack: functions of this backend cannot be split into layers
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto pipeline = target<azure::Functions, 3.12_py> | Resolve{} | Vendor{} | Layers{};
