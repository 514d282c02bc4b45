// expect: daypack: the right operand is not a stage. A stage is copyable and has one const call operator with written types
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto pipeline = target<aws::Lambda, 3.12_py> | Resolve{} | 3;
