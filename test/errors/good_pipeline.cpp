// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

struct StripDebug {
  Tree operator()(Tree tree, Context&) const { return tree.without("**/*.debug"); }
};

struct AnyStore {
  using backend = AnyBackend;
  Deployment deliver(const Archive&, Context&) const { return {}; }
};

auto diet = Prune{} | StripDebug{} | [](Tree tree) { return tree.without("**/testdata/**"); };
auto ship = target<aws::Lambda, 3.12_py> | Resolve{} | Vendor{} | diet | PycOnly{} | Zip{.effort = Effort::smallest} | Upload{AnyStore{}};
auto keep = target<azure::Functions, 3.11_py> | Resolve{} | Vendor{} | Zip{} | Save{.path = "out.zip"};
