// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// A backend of your own is one type with data: nothing to register, nothing to inherit.
// prints: fission: src/app\.py for Python 3\.12 in \d+ bytes
#include <daypack/daypack.hpp>

#include <fstream>
#include <iostream>

using namespace daypack;

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

static_assert(offers<Fission, 3.12_py> && !offers<Fission, 3.6_py> && !offers_on<Fission, 3.11_py, Arch::arm64>);

int main() {
  std::ofstream("app.py") << "def handler(event): return event\n";
  const auto pack = target<Fission, 3.12_py> | Add{.sources = {{"app.py"}}} | Zip{};
  const Archive archive = pack(Tree{}, Context(Services{.pool = std::make_shared<Pool>()}));
  const Manifest& manifest = archive.manifest();
  std::cout << manifest.backend << ": " << manifest.items.front().path << " for Python " << manifest.python << " in "
            << archive.size() << " bytes\n";
}
