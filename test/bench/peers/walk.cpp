// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Prints what lies below a folder, as find does, by daypack's walk on all cores: sorted, with sizes known.
// usage: walk FOLDER
#include <daypack/error.hpp>
#include <daypack/run/pool.hpp>
#include <daypack/walk/walk.hpp>

#include <cstdio>

int main(int, char** arguments) try {
  daypack::Pool pool;
  for (const daypack::Found& found : daypack::walk(arguments[1], {.pool = &pool})) std::puts(found.path.c_str());
} catch (const daypack::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
