// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/report/explain.hpp>  // self-contained

#include "support/error_of.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/error.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(report_explain)

namespace {

using Texts = std::vector<std::string>;

const Manifest& sample() {
  static const Manifest manifest{
      .distributions = {{.name = "numpy", .version = "2.2.6", .file = "numpy-2.2.6.whl", .sha256 = "00"},
                        {.name = "pyyaml", .version = "6.0.3", .file = "pyyaml-6.0.3.whl", .sha256 = "01"}},
      .items = {{.path = "lib/numpy/__init__.pyc", .size = 20, .compressed = 9, .distribution = "numpy"},
                {.path = "lib/numpy/core.so", .size = 50, .compressed = 30, .distribution = "numpy"},
                {.path = "lib/yaml/__init__.pyc", .size = 7, .compressed = 5, .distribution = "pyyaml"},
                {.path = "numpy.txt", .size = 1, .compressed = 1}},
      .ledger = {{.path = "lib/numpy/tests/a.py", .bytes = 5, .distribution = "numpy", .rule = "tests"},
                 {.path = "lib/numpy/tests/b.py", .bytes = 6, .distribution = "numpy", .rule = "tests"},
                 {.change = Change::rewritten,
                  .path = "lib/numpy/__init__.py",
                  .bytes = 10,
                  .bytes_after = 20,
                  .distribution = "numpy",
                  .rule = "pyc-only"}}};
  return manifest;
}

Texts entries(const Explanation& found) {
  Texts paths;
  for (const auto& item : found.entries) paths.push_back(item.path);
  return paths;
}

Texts history(const Explanation& found) {
  Texts paths;
  for (const auto& line : found.history) paths.push_back(std::string(to_string(line.change)) + ' ' + line.path);
  return paths;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_file_and_where_it_comes_from) {
  const auto found = explain(sample(), "lib/numpy/core.so");
  BOOST_TEST(entries(found) == Texts{"lib/numpy/core.so"}, boost::test_tools::per_element());
  BOOST_TEST(found.history.empty());
  BOOST_TEST_REQUIRE(found.distributions.size() == 1u);
  BOOST_TEST(found.distributions[0].version == "2.2.6");
}

BOOST_AUTO_TEST_CASE(a_removed_file_has_its_rule) {
  const auto found = explain(sample(), "./lib/numpy/tests/a.py");
  BOOST_TEST(found.path == "lib/numpy/tests/a.py");
  BOOST_TEST(found.entries.empty());
  BOOST_TEST_REQUIRE(found.history.size() == 1u);
  BOOST_TEST(found.history[0].rule == "tests");
}

BOOST_AUTO_TEST_CASE(source_and_bytecode_are_one) {
  for (const char* path : {"lib/numpy/__init__.py", "lib/numpy/__init__.pyc"}) {
    const auto found = explain(sample(), path);
    BOOST_TEST(entries(found) == Texts{"lib/numpy/__init__.pyc"}, boost::test_tools::per_element());
    BOOST_TEST(history(found) == Texts{"rewritten lib/numpy/__init__.py"}, boost::test_tools::per_element());
  }
  BOOST_CHECK_THROW(explain(sample(), "lib/yaml/__init__.py"), Error);  // nothing was rewritten there
}

BOOST_AUTO_TEST_CASE(a_folder_is_all_below_it) {
  const auto found = explain(sample(), "lib/numpy/");
  BOOST_TEST(entries(found) == (Texts{"lib/numpy/__init__.pyc", "lib/numpy/core.so"}),
             boost::test_tools::per_element());
  BOOST_TEST(found.history.size() == 3u);
  BOOST_TEST(entries(explain(sample(), "lib")).size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_distribution_by_any_spelling) {
  BOOST_TEST(entries(explain(sample(), "PyYAML")) == Texts{"lib/yaml/__init__.pyc"}, boost::test_tools::per_element());
  BOOST_TEST(explain(sample(), "numpy").history.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_distribution_that_is_gone_has_its_name) {
  Manifest manifest = sample();
  manifest.ledger.push_back({.path = "lib/boto3/a.py", .bytes = 5, .distribution = "boto3", .rule = "unreachable"});
  const Explanation found = explain(manifest, "lib");
  BOOST_TEST_REQUIRE(found.distributions.size() == 3u);
  BOOST_TEST(found.distributions[0].name == "boto3");
  BOOST_TEST(found.distributions[0].file.empty());
  BOOST_TEST(found.distributions[1].version == "2.2.6");
}

BOOST_AUTO_TEST_CASE(what_never_was_is_told_with_paths_that_are_alike) {
  const auto hint = [](const char* path) { return error_of([&] { explain(sample(), path); }).hint(); };
  BOOST_TEST(hint("numpy/core.so") == "did you mean lib/numpy/core.so?");
  BOOST_TEST(hint("numpy/tests") == "did you mean lib/numpy/tests?");
  BOOST_TEST(hint("elsewhere/core.so") == "did you mean lib/numpy/core.so?");
  BOOST_TEST(hint("nothing") == "daypack ls lists what is in it");
  const auto error = error_of([] { explain(sample(), "numpy/core.so"); });
  BOOST_TEST((error.code() == Errc::not_found));
  BOOST_TEST(error.subject() == "numpy/core.so");
  BOOST_CHECK_THROW(explain(sample(), ""), Error);
}

BOOST_AUTO_TEST_SUITE_END()
