// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/tests.hpp>  // self-contained

#include "support/observed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/azure.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_tests)

static_assert(prune_rule<rules::Tests>);

BOOST_AUTO_TEST_CASE(matches_the_exact_name_of_a_folder) {
  const auto matcher = rules::Tests::matcher({}, nullptr);
  const auto removed = [&](const char* path) { return matcher.removes(entry_of(distribution_of("d"), path)); };
  for (const char* path :
       {"numpy/tests/test_a.py", "tests/a.py", "test/a.py", "a/test/data/x.bin", "numpy/testing/tests/a.py",
        "a/tests/__init__.py", "django/contrib/tests/x.py", "astropy/io/tests/a.py", "my/django/test/a.py"}) {
    BOOST_TEST_CONTEXT(path) { BOOST_TEST(removed(path)); }
  }
  for (const char* path : {"numpy/testing/utils.py", "pandas/testing.py", "jinja2/tests.py", "a/tests",
                           "a/testsuite/b.py", "a/Tests/b.py", "a/test_utils/b.py", "a/_tests/b.py", "contest/a.py"}) {
    BOOST_TEST_CONTEXT(path) { BOOST_TEST(!removed(path)); }
  }
}

BOOST_AUTO_TEST_CASE(public_folders_of_that_name_stay) {
  const auto matcher = rules::Tests::matcher({}, nullptr);
  for (const char* path :
       {"django/test/client.py", "twisted/test/proto_helpers.py", "tensorflow/_api/v2/test/__init__.py",
        "tensorflow/_api/v2/compat/v1/test/experimental/__init__.py", "ansible/plugins/test/core.py",
        "astropy/tests/runner.py", "sunpy/tests/self_test.py", "opentelemetry/test/test_base.py"}) {
    BOOST_TEST_CONTEXT(path) { BOOST_TEST(!matcher.removes(entry_of(distribution_of("d"), path))); }
  }
}

BOOST_AUTO_TEST_CASE(modules_that_others_import_stay) {
  const auto matcher = rules::Tests::matcher({}, nullptr);
  const auto removed = [&](const char* path) { return matcher.removes(entry_of(distribution_of("numpy"), path)); };
  BOOST_TEST(!removed("numpy/_core/tests/_natype.py"));  // numpy/testing/_private/utils.py
  BOOST_TEST(!removed("tables/tests/__init__.py"));      // tables/__init__.py
  BOOST_TEST(!removed("tables/tests/common.py"));
  BOOST_TEST(!removed("tables/tests/test_suite.py"));
  BOOST_TEST(!removed("networkx/classes/tests/__init__.py"));  // its entry point nx_loopback
  BOOST_TEST(!removed("networkx/classes/tests/dispatch_interface.py"));
  BOOST_TEST(removed("networkx/classes/tests/test_graph.py"));
  BOOST_TEST(!removed("onnx/backend/test/case/node/add.py"));  // its command backend-test-tools
  BOOST_TEST(removed("onnx/backend/test/data/light/light_vgg19.onnx"));
  BOOST_TEST(removed("tables/tests/test_array.py"));
  BOOST_TEST(removed("numpy/_core/tests/test_dtype.py"));
  BOOST_TEST(removed("numpy/ma/tests/__init__.py"));
}

BOOST_AUTO_TEST_CASE(the_users_own_files_stay) {
  BOOST_TEST(!rules::Tests::matcher({}, nullptr).removes(text_entry("tests/a.py", "")));
}

BOOST_AUTO_TEST_CASE(knows_the_folder_of_the_packages) {
  const TargetFacts target{.backend = &azure::Functions::policy};
  const auto matcher = rules::Tests::matcher({}, &target);
  const std::string folder(azure::Functions::policy.packages_folder);
  BOOST_TEST(!matcher.removes(entry_of(distribution_of("django"), folder + "/django/test/client.py")));
  BOOST_TEST(matcher.removes(entry_of(distribution_of("numpy"), folder + "/numpy/tests/a.py")));
}

BOOST_AUTO_TEST_SUITE_END()
