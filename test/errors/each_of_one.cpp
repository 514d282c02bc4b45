// expect: daypack: there is one package, and this stage takes a function and its layers
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto pipeline = target<aws::Lambda, 3.12_py> | Resolve{} | Vendor{} | each(Zip{});
