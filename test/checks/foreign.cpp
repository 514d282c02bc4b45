// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/checks/foreign.hpp>  // self-contained

#include "support/findings.hpp"
#include "support/observed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/testing/tree_literal.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(checks_foreign)

namespace {

using Texts = std::vector<std::string>;

const std::string mach_o("\xcf\xfa\xed\xfe\7\0\0\1", 8), fat("\xca\xfe\xba\xbe\0\0\0\2", 8),
    java("\xca\xfe\xba\xbe\0\0\0\x34", 8);

std::string pe_file() {
  std::string image(256, '\0');
  image.replace(0, 2, "MZ");
  image[0x3c] = '\x80';
  image.replace(0x80, 2, "PE");
  return image;
}

std::vector<Finding> found_in(const Tree& tree) { return checks::Foreign{}(tree, targeted()); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_real_wheel_for_macos) {
  const auto found = found_in(tree_of_wheel(platform_wheel("markupsafe==3.0.3", "macosx_11_0_arm64")));
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST((found[0].severity == Severity::error));
  BOOST_TEST(says(found[0].subject, "markupsafe 3.0.3 (markupsafe-3.0.3-cp312-cp312-macosx_11_0_arm64.whl)"));
  BOOST_TEST(found[0].message == "machine code for macOS (Mach-O) (markupsafe/_speedups.cpython-312-darwin.so)");
  BOOST_TEST(says(found[0].hint, "take the wheel of markupsafe for Linux"));
}

BOOST_AUTO_TEST_CASE(the_version_that_would_fit_is_named) {
  const std::string path = platform_wheel("markupsafe==3.0.3", "macosx_11_0_arm64");
  const auto hint_of = [&](const std::string& file) {
    return checks::Foreign{}(tree_of_wheel(path, index_of(), file), asking()).at(0).hint;
  };
  BOOST_TEST(hint_of("") == "take markupsafe==3.0.4, the newest version with a wheel for this target");
  BOOST_TEST(hint_of("markupsafe-3.0.3-cp312-cp312-manylinux2014_x86_64.whl") ==
             "take markupsafe==3.0.4, the newest other version with a wheel for this target (the name of this one "
             "promises what it does not keep)");
}

BOOST_AUTO_TEST_CASE(a_real_wheel_for_windows) {
  const auto found = found_in(tree_of_wheel(platform_wheel("markupsafe==3.0.3", "win_amd64")));
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST((found[0].severity == Severity::error));
  BOOST_TEST(found[0].message == "machine code for Windows (PE) (markupsafe/_speedups.cp312-win_amd64.pyd)");
}

BOOST_AUTO_TEST_CASE(a_wheel_for_linux_has_none) {
  BOOST_TEST(found_in(tree_of_wheel(platform_wheel("markupsafe==3.0.3", "manylinux_2_17_aarch64"))).empty());
}

BOOST_AUTO_TEST_CASE(what_stands_beside_a_variant_for_linux_is_dead_weight) {
  const auto both = distribution_of("both", "2");
  const Tree tree = Tree::of({entry_of(both, "both/a.cpython-312-darwin.so", mach_o),
                              entry_of(both, "both/a.cpython-312-x86_64-linux-gnu.so", "\177ELF...."),
                              entry_of(both, "both/b.dylib", fat), entry_of(both, "both/run.exe", pe_file()),
                              text_entry("own.pyd", pe_file())});
  const Texts expected{"error own.pyd: machine code for Windows (PE)",
                       "note both 2 (both-2-py3-none-any.whl): machine code for Windows (PE) (both/run.exe)",
                       "warning both 2 (both-2-py3-none-any.whl): machine code for macOS (Mach-O) "
                       "(both/a.cpython-312-darwin.so, both/b.dylib)"};
  BOOST_TEST(words_of(found_in(tree)) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_only_looks_alike_is_none) {
  std::string no_pe = pe_file();
  no_pe[0x80] = 'X';
  const Tree tree = testing::tree_literal({{"A.class", java},
                                           {"text", "MZ is how this begins"},
                                           {"almost.dll", no_pe},
                                           {"short", "\xcf\xfa"},
                                           {"empty.so", ""}});
  BOOST_TEST(found_in(tree).empty());
}

BOOST_AUTO_TEST_SUITE_END()
