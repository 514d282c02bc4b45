// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Many functions for many targets in one process: one pool of threads, and what is equal is made once.
// prints: ^common part for aws_lambda, Python 3\.12$
// prints: ^resize for aws_lambda, Python 3\.12, x86_64: 2 files, [0-9a-f]{64}$
// prints: ^rotate for aws_lambda, Python 3\.12, x86_64: 2 files, [0-9a-f]{64}$
// prints: ^missing failed for aws_lambda, Python 3\.12, x86_64: there is no such file or folder: missing\.py$
// prints: ^common part for aws_lambda, Python 3\.12$
// prints: ^resize for aws_lambda, Python 3\.12, arm64: 2 files, [0-9a-f]{64}$
// prints: ^common part for azure_functions, Python 3\.12$
// prints: ^rotate for azure_functions, Python 3\.12, x86_64: 2 files, [0-9a-f]{64}$
// prints: ^9 packages of 3 targets, 3 failed$
#include <daypack/daypack.hpp>

#include <fstream>
#include <iostream>

using namespace daypack;

// Azure Functions does not run this Python on arm64: the compiler drops what does not exist.
using Targets = matrix<backends<aws::Lambda, azure::Functions>, pythons<3.12_py>, archs<Arch::x86_64, Arch::arm64>>;
static_assert(Targets::size() == 3);

// Stands for Resolve{} | Vendor{} | Prune{}, which need a network.
struct Common {
  Tree operator()(const Requirements&, Context& context) const {
    std::cout << "common part for " << context.target().backend->name << ", Python "
              << to_string(context.target().runtime->python) << '\n';
    return Tree::of({text_entry("images.py", "def work(image): return image\n")});
  }
};

int main() {
  for (const char* name : {"resize.py", "rotate.py"}) std::ofstream(name) << "from images import work\n";
  const Context context(Services{.pool = std::make_shared<Pool>()});
  const auto packages = once(Common{});  // all pipelines below share what it gives

  int built = 0, failed = 0;
  Targets::each([&](auto here) {
    for (const std::string function : {"resize", "rotate", "missing"}) {
      const std::string words = std::string(here.facts().backend->name) + ", Python " + to_string(here.python) + ", " +
                                std::string(to_string(here.arch));
      const auto ship = here | packages | Add{{{function + ".py"}}} | Zip{};
      try {
        const Archive archive = ship(Requirements::of({"images"}), context);
        std::cout << function << " for " << words << ": " << archive.manifest().items.size() << " files, "
                  << archive.sha256().hex() << '\n';
      } catch (const Error& error) {  // one that fails stops no other
        std::cout << function << " failed for " << words << ": " << error.what() << '\n';
        ++failed;
      }
      ++built;
    }
  });
  std::cout << built << " packages of " << Targets::size() << " targets, " << failed << " failed\n";
}
