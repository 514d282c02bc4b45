// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/checks/names.hpp>  // self-contained

#include "support/findings.hpp"
#include "support/observed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/azure.hpp>
#include <daypack/detail/module_names.hpp>
#include <daypack/testing/tree_literal.hpp>

#include <algorithm>
#include <cstdio>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(checks_names)

namespace {

std::vector<std::string> found_in(const Tree& tree) { return words_of(checks::Names{}(tree, targeted())); }
using Texts = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(case_collisions) {
  const Tree tree = testing::tree_literal({{"pkg/A.py", "1"}, {"pkg/a.py", "2"}, {"pkg/b.py", "3"}});
  BOOST_TEST(found_in(tree) == Texts{"warning pkg/A.py and pkg/a.py: two paths differ only in case"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(names_that_are_too_long) {
  const std::string longest(255, 'a'), longer(256, 'b');
  BOOST_TEST(found_in(testing::tree_literal({{longest + "/" + longest, "1"}})).empty());
  const auto found = found_in(testing::tree_literal({{longer, "1"}}));
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0] == "error " + longer + ": a name is longer than 255 bytes");
  std::string deep;
  for (int i = 0; i < 17; ++i) deep += std::string(239, 'd') + '/';
  BOOST_TEST(found_in(testing::tree_literal({{deep + "file", "1"}})).empty());     // 4084 bytes
  const auto beyond = found_in(testing::tree_literal({{deep + "file.py", "1"}}));  // and 10 of /var/task/
  BOOST_REQUIRE(beyond.size() == 1U);
  BOOST_TEST(says(beyond[0], "the path is longer than 4095 bytes where it is unpacked"));
}

BOOST_AUTO_TEST_CASE(names_that_windows_cannot_have) {
  for (const char* path : {"con", "pkg/NUL.txt", "a./b.py", "what?.txt", "a b /c"}) {
    const auto found = found_in(testing::tree_literal({{path, "1"}}));
    BOOST_TEST(found == Texts{"note " + std::string(path) + ": a name that Windows cannot have"},
               boost::test_tools::per_element());
  }
  BOOST_TEST(found_in(testing::tree_literal({{"console/nulls.txt", "1"}, {".a/b c", "2"}})).empty());
}

BOOST_AUTO_TEST_CASE(modules_that_hide_the_standard_library) {
  const Tree tree = testing::tree_literal({{"json.py", "1"},
                                           {"email/__init__.py", "2"},
                                           {"random.pyc", "2"},
                                           {"asyncore.py", "3"},
                                           {"pkg/json.py", "4"},
                                           {"logging/data.txt", "5"},
                                           {"queue/mine.py", "6"},
                                           {"app.py", "7"}});
  const Texts expected{"warning email/__init__.py: hides the module email of the standard library",
                       "warning json.py: hides the module json of the standard library",
                       "warning random.pyc: hides the module random of the standard library"};
  BOOST_TEST(found_in(tree) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(distributions_hide_it_too_wherever_they_lie) {
  const std::string folder(azure::Functions::policy.packages_folder);
  const Tree tree = Tree::of(
      {entry_of(distribution_of("typing", "3.7.4"), folder + "/typing.py", "1"), text_entry(folder + "/json.py", "")});
  const auto found = words_of(checks::Names{}(tree, targeted(target<azure::Functions, 3.12_py>)));
  BOOST_TEST(found == Texts{"warning typing 3.7.4 (typing-3.7.4-py3-none-any.whl): hides the module typing of the "
                            "standard library (" +
                            folder + "/typing.py)"},
             boost::test_tools::per_element());
}

// Each Python that is here says itself which modules it has.
BOOST_AUTO_TEST_CASE(the_list_is_what_pythons_say) {
  namespace d = daypack::detail;
  BOOST_TEST(std::ranges::is_sorted(d::modules_by_version, {}, &d::StandardModule::name));
  BOOST_TEST(d::is_standard_module("asyncore", {3, 11}));
  BOOST_TEST(!d::is_standard_module("asyncore", {3, 12}));
  BOOST_TEST(!d::is_standard_module("tomllib", {3, 10}));
  std::string script =
      "import sys; print('\\n'.join([str(sys.version_info[1])] + sorted(getattr(sys, 'stdlib_module_names', ()))))";
  std::FILE* pipe = ::popen(("python3 -c \"" + script + "\"").c_str(), "r");
  BOOST_REQUIRE(pipe);
  std::string text;
  char block[4096];
  while (const std::size_t size = std::fread(block, 1, sizeof block, pipe)) text.append(block, size);
  BOOST_REQUIRE(::pclose(pipe) == 0);
  const int minor = std::stoi(text);
  if (minor < 10) return;  // it does not know
  text = '\n' + text.substr(text.find('\n') + 1);
  for (const auto& module : d::modules_by_version) {
    const bool known = says(text, "\n" + std::string(module.name) + "\n");
    BOOST_TEST(d::is_standard_module(module.name, {3, minor}) == known, module.name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
