// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/elf/glibc.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>

#include <gnu/libc-version.h>
#include <cstdio>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(elf_glibc)

BOOST_AUTO_TEST_CASE(versions_of_symbols_are_releases) {
  BOOST_TEST((elf::glibc_of("GLIBC_2.17") == Glibc{2, 17}));
  BOOST_TEST((elf::glibc_of("GLIBC_2.2.5") == Glibc{2, 2}));
  BOOST_TEST((elf::glibc_of("GLIBC_ABI_DT_RELR") == Glibc{2, 36}));
  for (const char* other : {"GLIBC_PRIVATE", "GLIBCXX_3.4.29", "GLIBC_", "GLIBC_2", "GLIBC_2.x", "GLIBC_2.-1", ""})
    BOOST_TEST(!elf::glibc_of(other), other);
}

BOOST_AUTO_TEST_CASE(numbers_behind_a_prefix) {
  BOOST_TEST((elf::version_numbers("CXXABI_1.3.13", "CXXABI_") == std::vector{1, 3, 13}));
  BOOST_TEST(elf::version_numbers("CXXABI_FLOAT128", "CXXABI_").empty());
  BOOST_TEST(elf::version_numbers("GCC_3.0", "GLIBC_").empty());
  BOOST_TEST(elf::version_numbers("GLIBC_2.", "GLIBC_").empty());
}

BOOST_AUTO_TEST_CASE(the_newest_is_the_need) {
  const elf::Facts facts{.versions = {{"libc.so.6", "GLIBC_2.9"},
                                      {"libm.so.6", "GLIBC_2.27"},
                                      {"libc.so.6", "GLIBC_2.38", true},
                                      {"libstdc++.so.6", "GLIBCXX_3.4.29"}}};
  BOOST_TEST((elf::glibc_need(facts) == Glibc{2, 27}));
  BOOST_TEST(!elf::glibc_need(elf::Facts{}));
}

// This program runs here, so it needs no newer one.
BOOST_AUTO_TEST_CASE(this_program_loads_with_the_glibc_that_it_runs_with) {
  const auto facts = elf::inspect(daypack::detail::map_file("/proc/self/exe").bytes);
  BOOST_REQUIRE(facts);
  const auto need = elf::glibc_need(*facts);
  BOOST_REQUIRE(need);
  Glibc here;
  BOOST_REQUIRE(std::sscanf(::gnu_get_libc_version(), "%d.%d", &here.major, &here.minor) == 2);
  BOOST_TEST((*need <= here));
  BOOST_TEST((*need >= Glibc{2, 2}));
}

BOOST_AUTO_TEST_SUITE_END()
