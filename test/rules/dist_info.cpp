// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/dist_info.hpp>  // self-contained

#include "support/observed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/azure.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_dist_info)

static_assert(prune_rule<rules::DistInfo>);

BOOST_AUTO_TEST_CASE(drops_what_only_installers_read) {
  const auto matcher = rules::DistInfo::matcher({}, nullptr);
  for (const char* file : {"RECORD", "RECORD.jws", "RECORD.p7s", "WHEEL", "INSTALLER", "REQUESTED", "direct_url.json",
                           "uv_cache.json", "zip-safe"}) {
    BOOST_TEST_CONTEXT(file) {
      BOOST_TEST(matcher.removes(entry_of(distribution_of("a"), std::string("a-1.dist-info/") + file)));
    }
  }
}

BOOST_AUTO_TEST_CASE(keeps_metadata_plugins_licences_and_what_nobody_knows) {
  const auto matcher = rules::DistInfo::matcher({}, nullptr);
  for (const char* file :
       {"METADATA", "entry_points.txt", "top_level.txt", "LICENSE", "LICENSE.txt", "COPYING", "NOTICE", "AUTHORS.rst",
        "licenses/LICENSE", "licenses/RECORD", "sboms/auditwheel.cdx.json", "pbr.json", "namespace_packages.txt"}) {
    BOOST_TEST_CONTEXT(file) {
      BOOST_TEST(!matcher.removes(entry_of(distribution_of("a"), std::string("a-1.dist-info/") + file)));
    }
  }
  for (const char* path : {"RECORD", "a/WHEEL", "a.dist-info", "a/b-1.dist-info/RECORD", "a-1.egg-info/RECORD"}) {
    BOOST_TEST_CONTEXT(path) { BOOST_TEST(!matcher.removes(entry_of(distribution_of("a"), path))); }
  }
}

BOOST_AUTO_TEST_CASE(knows_the_folder_of_the_packages) {
  const TargetFacts target{.backend = &azure::Functions::policy};
  const std::string folder(azure::Functions::policy.packages_folder);
  BOOST_TEST(
      rules::DistInfo::matcher({}, &target).removes(entry_of(distribution_of("a"), folder + "/a-1.dist-info/RECORD")));
}

BOOST_AUTO_TEST_SUITE_END()
