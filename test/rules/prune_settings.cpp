// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/prune_settings.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/error.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_prune_settings)

BOOST_AUTO_TEST_CASE(a_project_names_rules_and_patterns_in_order) {
  const auto settings = rules::PruneSettings::parse(
      "[project]\nname = 'a'\n[tool.daypack]\nprune = 'lean'\npatterns = ['*.md', '!a/b.md']\n", "pyproject.toml");
  BOOST_TEST(settings.prune == "lean");
  BOOST_TEST(settings.patterns == (std::vector<std::string>{"*.md", "!a/b.md"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_project_may_say_nothing) {
  for (const char* text : {"", "[project]\nname = 'a'\n", "[tool.other]\nprune = 1\n", "[tool.daypack]\n",
                           "[tool.daypack]\neffort = 'fast'\n[tool.daypack.plan]\n"}) {
    BOOST_TEST_CONTEXT(text) {
      const auto settings = rules::PruneSettings::parse(text, "pyproject.toml");
      BOOST_TEST((settings.prune.empty() && settings.patterns.empty()));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_off_is_told_with_its_place) {
  const auto told = [](const char* text) {
    try {
      rules::PruneSettings::parse(text, "pyproject.toml");
    } catch (const Error& error) {
      BOOST_TEST((error.code() == Errc::syntax));
      return std::string(error.what());
    }
    return std::string("nothing");
  };
  BOOST_TEST(told("[tool.daypack]\npatterns = 'a'\n").find("expected an array of texts") != std::string::npos);
  BOOST_TEST(told("[tool.daypack]\nprune = ['safe']\n").find("expected a text") != std::string::npos);
  BOOST_TEST(told("tool = 1\n").find("expected a table") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
