// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Vendors a lock for AWS Lambda, Python 3.11, from a cache that has every wheel. usage: vendor LOCK CACHE
// Prints the seconds of that stage alone: from the lock in memory to the tree.
#include <daypack/backends/aws.hpp>
#include <daypack/cache/disk.hpp>
#include <daypack/pipeline.hpp>
#include <daypack/stages/vendor.hpp>

#include <chrono>
#include <cstdio>
#include <memory>

using namespace daypack;

int main(int, char** arguments) try {
  const Resolution resolution = Resolution::read(arguments[1]);
  const Context context(
      Services{.pool = std::make_shared<Pool>(), .cache = std::make_shared<DiskCache>(arguments[2]), .offline = true});
  const auto vendor = target<aws::Lambda, 3.11_py> | Vendor{};
  const auto begin = std::chrono::steady_clock::now();
  const Tree tree = vendor(resolution, context);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::printf("{\"seconds\": %f, \"entries\": %zu}\n", seconds.count(), tree.size());
} catch (const Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
