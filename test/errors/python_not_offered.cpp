// expect: daypack: this backend does not offer this Python. The ones it offers are listed above, in offered<...>.
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto pipeline = target<aws::Lambda, 3.5_py> | Resolve{};
