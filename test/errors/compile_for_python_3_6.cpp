// expect: daypack: Compile is of no use for Python 3.6: it compares bytecode with the date of its source, which deploying changes. Use PycOnly{}.
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto pipeline = target<aliyun::Fc, 3.6_py> | Resolve{} | Vendor{} | Compile{} | Zip{};
