// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/split.hpp>  // self-contained

#include "support/observed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/aws.hpp>
#include <daypack/target.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(split)

BOOST_AUTO_TEST_CASE(function_and_layers_are_joined_in_the_layout_of_the_function) {
  const auto numpy = distribution_of("numpy"), yaml = distribution_of("pyyaml");
  const Split<Tree> parts{
      .function = {.target = target<aws::Lambda, 3.12_py>.facts(),
                   .value = Tree::of({text_entry("app.py", "")}, {{.path = "old.py"}})},
      .layers = {
          {"1", target<aws::Layer, 3.12_py>.facts(), Tree::of({entry_of(numpy, "python/numpy/__init__.py")})},
          {"two", target<aws::VersionedLayer, 3.12_py>.facts(),
           Tree::of({entry_of(yaml, "python/lib/python3.12/site-packages/yaml/__init__.py")},
                    {{.path = "python/lib/python3.12/site-packages/yaml/tests.py", .distribution = "pyyaml"}})}}};
  const Tree whole = joined(parts);
  const std::vector<std::string> paths{"app.py", "numpy/__init__.py", "yaml/__init__.py"},
      lines{"old.py", "yaml/tests.py"};
  BOOST_TEST(paths_in(whole) == paths, boost::test_tools::per_element());
  BOOST_TEST(paths_in(whole.ledger()) == lines, boost::test_tools::per_element());
  BOOST_TEST(whole.find("numpy/__init__.py")->origin == numpy);
}

BOOST_AUTO_TEST_CASE(a_folder_is_no_prefix_of_names) {
  static constexpr BackendPolicy lab{.name = "lab", .packages_folder = "lib"};
  const Split<Tree> parts{.function = {.target = {&lab, nullptr, Arch::x86_64}},
                          .layers = {{"1", target<aws::Layer, 3.12_py>.facts(),
                                      Tree::of({text_entry("python/a.py", ""), text_entry("pythonic/b.py", "")})}}};
  const std::vector<std::string> paths{"lib/a.py", "lib/pythonic/b.py"};
  BOOST_TEST(paths_in(joined(parts)) == paths, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
