// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/sources.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/removed.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_sources)

namespace {

using Texts = std::vector<std::string>;

}  // namespace

static_assert(prune_rule<rules::Sources>);

BOOST_AUTO_TEST_CASE(sources_and_headers_go) {
  const auto d = distribution_of("d");
  std::vector<Entry> entries;
  for (const char* path : {"a/_x.c", "a/_x.pyx", "a/_x.pxd", "a/include/x.h", "a/_x.so", "a/x.py", "a/c", "a/x.hex",
                           "a/kernel.cl", "thinc/backends/_custom_kernels.cu", "a/_x.pyx.in"})
    entries.push_back(entry_of(d, path));
  BOOST_TEST(removed_by<rules::Sources>(Tree::of(entries)) ==
                 (Texts{"a/_x.c", "a/_x.pxd", "a/_x.pyx", "a/_x.pyx.in", "a/include/x.h"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_distribution_that_compiles_keeps_its_own) {
  BOOST_TEST(
      removed_by<rules::Sources>(Tree::of({entry_of(distribution_of("cffi"), "cffi/_cffi_include.h"),
                                           entry_of(distribution_of("nvidia-cuda-runtime-cu12"), "nvidia/x.h"),
                                           entry_of(distribution_of("cupy-cuda12x"), "cupy/_core/include/x.h"),
                                           entry_of(distribution_of("numpy"), "numpy/_core/include/numpy/a.h")})) ==
          (Texts{"numpy/_core/include/numpy/a.h"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(with_one_that_compiles_against_others_all_headers_stay) {
  BOOST_TEST(removed_by<rules::Sources>(Tree::of({entry_of(distribution_of("cython"), "Cython/Includes/x.pxd"),
                                                  entry_of(distribution_of("numpy"), "numpy/_core/include/numpy/a.c"),
                                                  entry_of(distribution_of("numpy"), "numpy/_core/include/numpy/a.h"),
                                                  entry_of(distribution_of("numpy"), "numpy/random/_x.pxd"),
                                                  entry_of(distribution_of("fonttools"), "fontTools/cu2qu.c")})) ==
                 (Texts{"fontTools/cu2qu.c"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(translations_go_where_they_stand_compiled) {
  const auto d = distribution_of("d");
  BOOST_TEST(removed_by<rules::Sources>(
                 Tree::of({entry_of(d, "a/locale/de/LC_MESSAGES/a.mo"), entry_of(d, "a/locale/de/LC_MESSAGES/a.po"),
                           entry_of(d, "a/locale/fr/LC_MESSAGES/a.po"), entry_of(d, "a/locale/a.pot"),
                           entry_of(d, "a/slides.pot")})) == (Texts{"a/locale/a.pot", "a/locale/de/LC_MESSAGES/a.po"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_users_own_files_stay) {
  BOOST_TEST(removed_by<rules::Sources>(Tree::of({text_entry("a.c", "")})).empty());
}

BOOST_AUTO_TEST_SUITE_END()
