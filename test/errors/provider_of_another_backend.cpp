// expect: daypack: this provider delivers packages of another backend. Take a provider of the target's backend
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

struct AzureProvider {
  using backend = azure::Functions;
  Deployment deliver(const Archive&, Context&) const { return {}; }
};

auto pipeline = target<aws::Lambda, 3.12_py> | Resolve{} | Vendor{} | Zip{} | Upload{AzureProvider{}};
