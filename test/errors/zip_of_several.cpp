// expect: daypack: since Layers{} there are several packages, and this stage takes one
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto pipeline = target<aws::Lambda, 3.12_py> | Resolve{} | Vendor{} | Layers{} | Zip{};
