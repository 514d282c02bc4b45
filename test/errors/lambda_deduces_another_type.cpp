// expect: daypack: this stage does not take what the one before it gives: order_of<Stage, After, Takes, Given> above.
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

// The return type is deduced as std::size_t, which is no Tree.
auto pipeline = Resolve{} | Vendor{} | [](Tree tree) { return tree.size(); } | Zip{};
