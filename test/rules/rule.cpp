// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/rule.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_rule)

namespace {

struct Readmes {
  static constexpr std::string_view name = "readmes";
  static constexpr std::string_view reason = "nobody reads them there";
  static constexpr std::string_view risk = "none";
  static Matcher matcher(const Tree&, const TargetFacts*) {
    return {[](const Entry& entry) { return entry.path.ends_with("README.md"); }};
  }
};
struct WithoutRisk {
  static constexpr std::string_view name = "x", reason = "y";
  static Matcher matcher(const Tree&, const TargetFacts*) { return {}; }
};
struct WithoutMatcher {
  static constexpr std::string_view name = "x", reason = "y", risk = "z";
};

}  // namespace

static_assert(prune_rule<Readmes> && !prune_rule<WithoutRisk> && !prune_rule<WithoutMatcher> && !prune_rule<int>);

BOOST_AUTO_TEST_CASE(a_type_becomes_a_value) {
  const Rule value = rule<Readmes>();
  BOOST_TEST(value.name == "readmes");
  BOOST_TEST(value.reason == "nobody reads them there");
  BOOST_TEST(value.risk == "none");
  BOOST_TEST(value.matcher({}, nullptr).removes(text_entry("a/README.md", "")));
  BOOST_TEST(!value.matcher({}, nullptr).removes(text_entry("a/README.rst", "")));
}

BOOST_AUTO_TEST_CASE(a_package_path_begins_below_the_packages_folder) {
  const BackendPolicy policy{.packages_folder = "python/site"};
  const TargetFacts target{.backend = &policy};
  BOOST_TEST(detail::package_path("python/site/six.py", &target) == "six.py");
  BOOST_TEST(detail::package_path("python/sites/six.py", &target) == "python/sites/six.py");
  BOOST_TEST(detail::package_path("app.py", &target) == "app.py");
  BOOST_TEST(detail::package_path("python/site", &target) == "python/site");
  BOOST_TEST(detail::package_path("six.py", nullptr) == "six.py");
}

BOOST_AUTO_TEST_CASE(the_folder_of_a_runtime_counts_before_that_of_its_backend) {
  const BackendPolicy policy{.packages_folder = "python/site"};
  const Runtime runtime{.packages_folder = "python/old"};
  const TargetFacts target{.backend = &policy, .runtime = &runtime};
  BOOST_TEST(detail::package_path("python/old/six.py", &target) == "six.py");
  BOOST_TEST(detail::package_path("python/site/six.py", &target) == "python/site/six.py");
}

BOOST_AUTO_TEST_SUITE_END()
