// expect: daypack: this names no function of a module. Write module.function, e.g.
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

const auto prune = Prune<rules::Unreachable<"app">>{};
