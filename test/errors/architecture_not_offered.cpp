// expect: daypack: this backend does not run this Python on this architecture. The ones it has are listed above, in runs_on_archs<...>.
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto pipeline = target<azure::Functions, 3.12_py, Arch::arm64> | Resolve{};
