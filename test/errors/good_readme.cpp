// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// The example of README.md, to the letter: test/house.py compares them.
#include <daypack/daypack.hpp>
#include <daypack/providers/local.hpp>
#include <daypack/standard.hpp>
#include <iostream>
using namespace daypack;

int main() {
  auto ship = target<aws::Lambda, 3.12_py>
            | Resolve{} | Vendor{} | Prune{} | PycOnly{} | Zip{}
            | Upload{local::Function{.name = "thumbnails"}};
  auto live = ship(Requirements::read("requirements.txt"), standard_context());
  std::cout << live.id << '\n';
}
