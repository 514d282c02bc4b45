// expect: daypack: this names no module. Write it as an import statement does, e.g.
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

const auto prune = Prune<rules::UnreachableModules<"app.handler", "plugins mail">>{};
