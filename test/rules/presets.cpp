// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/presets.hpp>  // self-contained

#include "support/observed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/error.hpp>

#include <algorithm>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_presets)

namespace {

std::vector<std::string> names_of(std::span<const Rule> rules) {
  std::vector<std::string> names;
  for (const Rule& rule : rules) names.push_back(rule.name);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(all_rules_are_sorted_and_complete) {
  const auto all = rules::all();
  BOOST_TEST(std::ranges::is_sorted(all, {}, &Rule::name));
  BOOST_TEST(names_of(all) == (Names{"build-files", "bytecode-caches", "dist-info", "dist-info-all",
                                     "dist-info-minimal", "docs", "locale-data", "mapbox", "package-parts",
                                     "preinstalled", "scripts", "sources", "stubs", "tests"}),
             boost::test_tools::per_element());
  for (const Rule& rule : all) {
    BOOST_TEST((!rule.reason.empty() && !rule.risk.empty()));
    BOOST_TEST((rule.reason.find('\n') == std::string::npos && rule.risk.find('\n') == std::string::npos));
    BOOST_TEST(bool(rule.matcher({}, nullptr).removes));
  }
}

BOOST_AUTO_TEST_CASE(a_rule_is_found_by_name) {
  BOOST_TEST(rules::find("tests")->name == "tests");
  BOOST_TEST(!rules::find("Tests").has_value());
  BOOST_TEST(!rules::find("").has_value());
}

BOOST_AUTO_TEST_CASE(safe_has_nothing_that_must_be_asked_for) {
  BOOST_TEST(names_of(rules::safe()) ==
                 (Names{"tests", "bytecode-caches", "dist-info", "stubs", "sources", "build-files", "docs"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(lean_is_safe_and_more) {
  Names expected = names_of(rules::safe());
  expected.insert(expected.end(), {"dist-info-minimal", "package-parts", "scripts"});
  BOOST_TEST(names_of(rules::lean()) == expected, boost::test_tools::per_element());
  BOOST_TEST(names_of(rules::parse("lean")) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(words_become_rules_once_each) {
  BOOST_TEST(names_of(rules::parse("safe")) == names_of(rules::safe()), boost::test_tools::per_element());
  BOOST_TEST(rules::parse("none").empty());
  BOOST_TEST(names_of(rules::parse("mapbox")) == Names{"mapbox"}, boost::test_tools::per_element());
  BOOST_TEST(
      names_of(rules::parse("preinstalled,safe,tests")) ==
          (Names{"preinstalled", "tests", "bytecode-caches", "dist-info", "stubs", "sources", "build-files", "docs"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(services_belong_to_their_rule) {
  BOOST_TEST(names_of(rules::parse("botocore-data=s3,lambda,tests,googleapi-data=drive,sheets")) ==
                 (Names{"botocore-data", "tests", "googleapi-data"}),
             boost::test_tools::per_element());
  const auto botocore = distribution_of("botocore");
  const Tree tree =
      Tree::of({entry_of(botocore, "botocore/data/ec2/1/a"), entry_of(botocore, "botocore/data/lambda/1/a"),
                entry_of(botocore, "botocore/data/s3/1/a")});
  const Matcher matcher = rules::parse("botocore-data=s3,lambda,safe").at(0).matcher(tree, nullptr);
  BOOST_TEST(matcher.removes(*tree.find("botocore/data/ec2/1/a")));
  BOOST_TEST(!matcher.removes(*tree.find("botocore/data/lambda/1/a")));
  BOOST_TEST(!matcher.removes(*tree.find("botocore/data/s3/1/a")));
}

BOOST_AUTO_TEST_CASE(roots_belong_to_their_rule) {
  BOOST_TEST(names_of(rules::parse("unreachable=app.handler,plugins.mail,tests,unreachable-modules=pkg/app.main")) ==
                 (Names{"unreachable", "tests", "unreachable-modules"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_service_has_a_name) {
  for (const char* words : {"unreachable=", "unreachable-modules=app.handler,,",
                            "botocore-data=", "botocore-data=s3,,lambda", "botocore-data=s3,"}) {
    BOOST_TEST_CONTEXT(words) {
      BOOST_CHECK_EXCEPTION(rules::parse(words), Error, [](const Error& error) { return error.code() == Errc::usage; });
    }
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_word_lists_the_known_ones) {
  for (const char* words : {"", "safe,", "save", "safe, tests", "botocore-data", "tests=a"}) {
    BOOST_CHECK_EXCEPTION(rules::parse(words), Error, [](const Error& error) {
      return error.code() == Errc::usage &&
             std::string(error.what()).starts_with("there is no such prune rule or preset: \"") &&
             error.hint() ==
                 "presets are safe, lean, none, mapbox; rules are build-files, bytecode-caches, dist-info, "
                 "dist-info-all, "
                 "dist-info-minimal, docs, locale-data, mapbox, package-parts, preinstalled, scripts, sources, stubs, "
                 "tests, attached, botocore-data=SERVICE,..., googleapi-data=API,..., "
                 "unreachable=HANDLER,..., unreachable-modules=HANDLER,...";
    });
  }
}

BOOST_AUTO_TEST_CASE(attached_means_the_layers_that_are_given) {
  const auto chosen = rules::parse("tests,attached", {{.name = "layer.zip"}});
  BOOST_REQUIRE(chosen.size() == 2U);
  BOOST_TEST(chosen[1].name == "attached");
  BOOST_CHECK_EXCEPTION(rules::parse("safe,attached"), Error, [](const Error& error) {
    return error.code() == Errc::usage && error.hint() == "name them: --layer FILE";
  });
}

BOOST_AUTO_TEST_SUITE_END()
