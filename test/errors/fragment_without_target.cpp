// expect: daypack: this fragment has no target. Put one in front: target<aws::Lambda, 3.12_py> | fragment.
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

Archive pack(const Requirements& requirements, Context& context) {
  auto fragment = Resolve{} | Vendor{} | Zip{};
  fragment(requirements, context);
  return {};
}
