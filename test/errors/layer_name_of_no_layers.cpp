// expect: daypack: this backend takes no such name for a layer
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

const char* const name = layer_name<azure::Functions, "numpy">;
