// expect: a lambda needs its parameter type written and must return something.
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto pipeline = Resolve{} | Vendor{} | [](auto tree) { return tree; };
