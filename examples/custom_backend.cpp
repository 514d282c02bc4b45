// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// A backend of your own is one type with data: nothing to register, nothing to inherit.
// prints: fission offers Python 3\.11, 3\.12
// prints: app\.py lies at src/app\.py
// prints: 1 file in \d+ bytes for fission
#include <daypack/daypack.hpp>

#include <fstream>
#include <iostream>

using namespace daypack;

namespace lab {

struct Fission {
  static constexpr std::array<Runtime, 2> runtimes{{
      {.python = 3.11_py, .full_version = "3.11.9", .glibc = {2, 31}},
      {.python = 3.12_py, .full_version = "3.12.4", .glibc = {2, 36}, .arm64 = true},
  }};
  static constexpr BackendPolicy policy{
      .name = "fission",
      .title = "Fission",
      .runtimes = runtimes,
      .limits = {.unzipped = 256_MiB},
      .packages_folder = "deps",
      .code_folder = "src",
  };
};

}  // namespace lab

static_assert(backend<lab::Fission> && offers<lab::Fission, 3.12_py> && !offers<lab::Fission, 3.6_py>);
static_assert(offers_on<lab::Fission, 3.12_py, Arch::arm64> && !offers_on<lab::Fission, 3.11_py, Arch::arm64>);

int main() {
  std::cout << lab::Fission::policy.name << " offers Python";
  for (const char* comma = " "; const Runtime& runtime : lab::Fission::policy.runtimes) {
    std::cout << comma << to_string(runtime.python);
    comma = ", ";
  }
  std::cout << '\n';

  std::ofstream("app.py") << "def handler(event): return event\n";
  const auto pack = target<lab::Fission, 3.12_py> | Add{.sources = {{"app.py"}}} | Zip{};
  const Archive archive = pack(Tree{}, Context(Services{.pool = std::make_shared<Pool>()}));
  std::cout << "app.py lies at " << archive.manifest().items.front().path << '\n';
  std::cout << archive.manifest().items.size() << " file in " << archive.size() << " bytes for " << archive.manifest().backend << '\n';
}
