// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/stubs.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/removed.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_stubs)

namespace {

using Texts = std::vector<std::string>;

}  // namespace

static_assert(prune_rule<rules::Stubs>);

BOOST_AUTO_TEST_CASE(stubs_go_and_the_mark_stays) {
  const auto d = distribution_of("d");
  BOOST_TEST(removed_by<rules::Stubs>(
                 Tree::of({entry_of(d, "a/__init__.pyi"), entry_of(d, "a/__init__.py"), entry_of(d, "a/c.pyi"),
                           entry_of(d, "a/py.typed"), entry_of(d, "a-stubs/b.pyi")})) ==
                 (Texts{"a-stubs/b.pyi", "a/__init__.pyi", "a/c.pyi"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stub_that_its_module_reads_stays) {
  const auto d = distribution_of("scikit-image");
  const std::string lazy = "import lazy_loader as _lazy\n__getattr__, *_ = _lazy.attach_stub(__name__, __file__)\n";
  BOOST_TEST(removed_by<rules::Stubs>(Tree::of({entry_of(d, "skimage/__init__.pyi"),
                                                entry_of(d, "skimage/__init__.py", lazy), entry_of(d, "skimage/io.pyi"),
                                                entry_of(d, "skimage/io.py", "x = 1\n")})) == (Texts{"skimage/io.pyi"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_data_of_type_checkers_stays) {
  const auto jedi = distribution_of("jedi");
  BOOST_TEST(removed_by<rules::Stubs>(Tree::of({entry_of(jedi, "jedi/third_party/typeshed/stdlib/os.pyi")})).empty());
}

BOOST_AUTO_TEST_CASE(the_users_own_files_stay) {
  BOOST_TEST(removed_by<rules::Stubs>(Tree::of({text_entry("a.pyi", "")})).empty());
}

BOOST_AUTO_TEST_SUITE_END()
