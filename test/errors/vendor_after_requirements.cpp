// expect: daypack: nothing is resolved yet. Put Resolve{} before this stage.
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto pipeline = step("pin", [](const Requirements& wanted) -> Requirements { return wanted; }) | Vendor{};
