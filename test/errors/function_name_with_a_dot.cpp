// expect: daypack: this backend takes no such name for a function
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

const char* const name = function_name<aliyun::Fc, "thumbnails.v2">;
