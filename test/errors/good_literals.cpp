// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
#include <daypack/providers/local.hpp>
using namespace daypack;

static_assert(memory_size<aws::Lambda, 10240> == 10240 && memory_size<azure::Functions, 2048> == 2048);
static_assert(time_limit<aws::Lambda, 900> == 900 && time_limit<azure::Functions, 86400> == 86400);
static_assert(std::string_view(layer_name<aws::Layer, "numpy">) == "numpy");

auto pipeline = target<aws::Lambda, 3.12_py> | Resolve{} | Vendor{} | Zip{} |
                Upload{local::Function{.name = function_name<aws::Lambda, "thumbnails">,
                                       .memory = memory_size<aws::Lambda, 512>,
                                       .timeout = time_limit<aws::Lambda, 30>}};
