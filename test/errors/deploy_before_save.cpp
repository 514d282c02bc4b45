// expect: daypack: nothing is delivered yet. Put Save{} or Upload{...} before this stage.
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto pipeline = Resolve{} | Vendor{} | Zip{} | [](const Deployment& live) -> Deployment { return live; };
