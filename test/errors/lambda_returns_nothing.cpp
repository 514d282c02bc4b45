// expect: a lambda needs its parameter type written and must return something.
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

// The return type is deduced as void: the changed tree is thrown away.
auto pipeline = Resolve{} | Vendor{} | [](Tree tree) { tree.without("**/testdata/**"); };
