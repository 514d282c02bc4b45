// expect: daypack: what was split into layers is not split again
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto stage = each(Layers{});
