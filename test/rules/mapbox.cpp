// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/mapbox.hpp>  // self-contained

#include "support/observed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/azure.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_mapbox)

static_assert(prune_rule<rules::Mapbox>);

BOOST_AUTO_TEST_CASE(is_the_list_as_it_is_written) {
  const auto matcher = rules::Mapbox::matcher({}, nullptr);
  for (const char* path : {"numpy-2.dist-info/METADATA", "a.egg-info/PKG-INFO", "a/b-info/c", "numpy/tests/a.py",
                           "tests/a.py", "boto3/x.py", "botocore/data/x.json", "docutils/a.py", "dateutil/a.py",
                           "jmespath/a.py", "s3transfer/a.py", "numpy/doc/a.py"}) {
    BOOST_TEST_CONTEXT(path) { BOOST_TEST(matcher.removes(text_entry(path, ""))); }
  }
  for (const char* path : {"numpy/docs/a.py", "a/test/b.py", "my/boto3/a.py", "boto3.py", "numpy/testing/a.py",
                           "a-info", "tests", "six.py"}) {
    BOOST_TEST_CONTEXT(path) { BOOST_TEST(!matcher.removes(text_entry(path, ""))); }
  }
}

BOOST_AUTO_TEST_CASE(knows_the_folder_of_the_packages) {
  const TargetFacts target{.backend = &azure::Functions::policy};
  const std::string folder(azure::Functions::policy.packages_folder);
  const auto matcher = rules::Mapbox::matcher({}, &target);
  BOOST_TEST(matcher.removes(text_entry(folder + "/boto3/x.py", "")));
  BOOST_TEST(!matcher.removes(text_entry(folder + "/my/boto3/x.py", "")));
}

BOOST_AUTO_TEST_SUITE_END()
