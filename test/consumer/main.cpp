// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// What a user's own project would compile first.
#include <daypack/daypack.hpp>

#include <cstdio>

int main() {
  using namespace daypack;
  auto pack = target<aws::Lambda, 3.12_py> | Resolve{} | Vendor{} | Prune{} | PycOnly{} | Zip{};
  static_assert(stage<decltype(pack)>);
  std::printf("daypack %s\n", library_version);
}
