// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/dist_info.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/removed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/azure.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_dist_info)

static_assert(prune_rule<rules::DistInfo> && prune_rule<rules::DistInfoMinimal> && prune_rule<rules::DistInfoAll>);

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

BOOST_AUTO_TEST_CASE(minimal_keeps_what_importlib_reads_and_licences) {
  const auto matcher = rules::DistInfoMinimal::matcher({}, nullptr);
  const auto removed = [&](std::string file) {
    return matcher.removes(entry_of(distribution_of("a"), "a-1.dist-info/" + file));
  };
  for (const char* file : {"METADATA", "entry_points.txt", "top_level.txt", "LICENSE", "LICENCE.txt", "COPYING.LESSER",
                           "NOTICE", "AUTHORS.rst", "licenses/vendored/x/LICENSE"}) {
    BOOST_TEST_CONTEXT(file) { BOOST_TEST(!removed(file)); }
  }
  for (const char* file : {"RECORD", "WHEEL", "sboms/auditwheel.cdx.json", "pbr.json", "metadata.json"}) {
    BOOST_TEST_CONTEXT(file) { BOOST_TEST(removed(file)); }
  }
  BOOST_TEST(!matcher.removes(entry_of(distribution_of("a"), "a/pbr.json")));
}

BOOST_AUTO_TEST_CASE(minimal_keeps_what_metadata_names_as_a_licence) {
  const auto a = distribution_of("a"), b = distribution_of("b");
  const Tree tree = Tree::of({entry_of(a, "a-1.dist-info/METADATA", "Name: a\nLicense-File: EULA.rtf\n"),
                              entry_of(a, "a-1.dist-info/EULA.rtf"), entry_of(a, "a-1.dist-info/other.rtf"),
                              entry_of(b, "b-1.dist-info/METADATA", "Name: b\n\nLicense-File: EULA.rtf\n"),
                              entry_of(b, "b-1.dist-info/EULA.rtf")});
  BOOST_TEST(removed_by<rules::DistInfoMinimal>(tree) ==
                 (std::vector<std::string>{"a-1.dist-info/other.rtf", "b-1.dist-info/EULA.rtf"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(all_takes_the_whole_folder) {
  const auto matcher = rules::DistInfoAll::matcher({}, nullptr);
  BOOST_TEST(matcher.removes(entry_of(distribution_of("a"), "a-1.dist-info/METADATA")));
  BOOST_TEST(matcher.removes(entry_of(distribution_of("a"), "a-1.dist-info/licenses/LICENSE")));
  BOOST_TEST(!matcher.removes(entry_of(distribution_of("a"), "a/METADATA")));
}

BOOST_AUTO_TEST_SUITE_END()
