// expect: daypack: a stage on the right refuses this target.
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

struct Warm {
  template <class Target>
  static consteval bool demand() {
    return Target::arch == Arch::x86_64;
  }
  Tree operator()(const Tree& tree, Context&) const { return tree; }
};

auto pipeline = target<aws::Lambda, 3.12_py, Arch::arm64> | Resolve{} | Vendor{} | Warm{};
