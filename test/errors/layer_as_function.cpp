// expect: daypack: a layer is no function
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
#include <daypack/providers/local.hpp>
using namespace daypack;

auto pipeline =
    target<aws::Layer, 3.12_py> | Resolve{} | Vendor{} | Zip{} | Upload{local::Function{.name = "thumbnails"}};
