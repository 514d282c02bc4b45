// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/locale_data.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/removed.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_locale_data)

namespace {

using Texts = std::vector<std::string>;

}  // namespace

static_assert(prune_rule<rules::LocaleData>);

BOOST_AUTO_TEST_CASE(catalogues_of_distributions_go) {
  const auto d = distribution_of("d");
  BOOST_TEST(
      removed_by<rules::LocaleData>(Tree::of(
          {entry_of(d, "django/conf/locale/de/LC_MESSAGES/django.mo"), entry_of(d, "django/conf/locale/de/formats.py"),
           entry_of(d, "babel/locale-data/de.dat"), text_entry("locale/de/LC_MESSAGES/own.mo", "")})) ==
          (Texts{"django/conf/locale/de/LC_MESSAGES/django.mo"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
