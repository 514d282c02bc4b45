// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Prints what lies below a folder, sorted, by daypack's walk on all cores; with "sizes" as find -printf '%s %p\n' does.
// usage: walk FOLDER [sizes]
#include <daypack/error.hpp>
#include <daypack/run/pool.hpp>
#include <daypack/walk/walk.hpp>

#include <cstdio>

int main(int count, char** arguments) try {
  daypack::Pool pool;
  const bool sizes = count > 2;
  for (const daypack::Found& found : daypack::walk(arguments[1], {.attributes = sizes, .pool = &pool})) {
    if (sizes) std::printf("%llu ", static_cast<unsigned long long>(found.size));
    std::puts(found.path.c_str());
  }
} catch (const daypack::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
