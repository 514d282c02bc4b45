// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// With link_2.cpp: two translation units of one program hold every body, and agree about it.
#include <daypack/daypack.hpp>
#include <daypack/standard.hpp>
#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/src.hpp>
#endif

const char* version_of_the_other_unit();
daypack::Tree tree_of_the_other_unit();

int main() {
  const bool agrees =
      version_of_the_other_unit() == std::string_view(daypack::library_version) && tree_of_the_other_unit().empty();
  return agrees ? 0 : 1;
}
