// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto ship = target<aws::Lambda, 3.12_py> | Resolve{} | Vendor{} | Prune{} | Layers{} | each(PycOnly{}) |
            whole(Check{}) | each(Zip{}) | SaveAll{.path = "out.zip"};
auto pack = each(PycOnly{} | Zip{});
auto parts = target<aliyun::Fc, 3.10_py> | Resolve{} | Vendor{} |
             Layers{.groups = {{"numeric", {"numpy*", "scipy"}}}} | pack;
static_assert(can_follow<Each<Zip<>>, Layers> && !can_follow<Zip<>, Layers> && !can_follow<Layers, Each<Zip<>>>);
