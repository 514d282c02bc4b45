// expect: daypack: this type is not a backend. A backend is a type with: static constexpr BackendPolicy policy{...};
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto pipeline = target<Tree, 3.12_py> | Resolve{};
