// expect: a constant expression
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

// Compilers show the line of the `throw`, which says how it is written: 3.12_py.
constexpr Python python = 312_py;
