// expect: daypack: function and layers cannot go to one place
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto stage = each(Save{.path = "out.zip"});
