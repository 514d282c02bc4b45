// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/build_files.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/removed.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_build_files)

namespace {

using Texts = std::vector<std::string>;

}  // namespace

static_assert(prune_rule<rules::BuildFiles>);

BOOST_AUTO_TEST_CASE(files_go_by_name_and_first_bytes) {
  const auto d = distribution_of("d");
  BOOST_TEST(
      removed_by<rules::BuildFiles>(Tree::of(
          {entry_of(d, "a/lib/b.a", "!<arch>\nx"), entry_of(d, "a/lib/c.a", "text"),
           entry_of(d, "a/molecule.pdb", "HEADER    OXYGEN TRANSPORT"),
           entry_of(d, "a/symbols.pdb", "Microsoft C/C++ MSF 7.00\r\n"), entry_of(d, "distlib/t64.exe", "MZ\x90"),
           entry_of(d, "a/run.exe", "#!/bin/sh\n"), entry_of(d, "a/assembly.dll", "MZ\x90")})) ==
          (Texts{"a/lib/b.a", "a/symbols.pdb", "distlib/t64.exe"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(files_of_build_systems_go) {
  const auto d = distribution_of("d");
  BOOST_TEST(removed_by<rules::BuildFiles>(
                 Tree::of({entry_of(d, "a/lib/cmake/A/AConfig.cmake"), entry_of(d, "a/lib/pkgconfig/a.pc"),
                           entry_of(d, "a/data.pc"), entry_of(d, "a/.debug/a.so"), entry_of(d, "a/x.so.dSYM/y")})) ==
                 (Texts{"a/.debug/a.so", "a/lib/cmake/A/AConfig.cmake", "a/x.so.dSYM/y"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(they_stay_where_something_compiles) {
  BOOST_TEST(removed_by<rules::BuildFiles>(
                 Tree::of({entry_of(distribution_of("pybind11"), "pybind11/share/cmake/pybind11.cmake"),
                           entry_of(distribution_of("numpy"), "numpy/_core/lib/libnpymath.a", "!<arch>\n")}))
                 .empty());
}

BOOST_AUTO_TEST_CASE(those_of_a_distribution_that_compiles_stay) {
  BOOST_TEST(removed_by<rules::BuildFiles>(Tree::of(
                 {entry_of(distribution_of("triton"), "triton/lib/a.a", "!<arch>\n"),
                  entry_of(distribution_of("other"), "other/lib/a.a", "!<arch>\n")})) == (Texts{"other/lib/a.a"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(links_stay) {  // what they lead to is judged by itself
  Entry link = entry_of(distribution_of("d"), "a/lib/cmake/A.cmake", "B.cmake");
  link.mode = Mode::symlink;
  BOOST_TEST(removed_by<rules::BuildFiles>(Tree::of({link})).empty());
}

BOOST_AUTO_TEST_CASE(the_users_own_files_stay) {
  BOOST_TEST(removed_by<rules::BuildFiles>(Tree::of({text_entry("a.a", "!<arch>\n")})).empty());
}

BOOST_AUTO_TEST_SUITE_END()
