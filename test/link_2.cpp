// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
#include <daypack/standard.hpp>
#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/src.hpp>
#endif

const char* version_of_the_other_unit();
daypack::Tree tree_of_the_other_unit();

const char* version_of_the_other_unit() { return daypack::library_version; }
daypack::Tree tree_of_the_other_unit() { return daypack::Tree(); }
