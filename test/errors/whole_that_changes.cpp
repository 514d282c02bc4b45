// expect: daypack: whole() is for stages that look at a tree
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto stage = whole(Zip{});
