// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/backends/gcp.hpp>  // self-contained

#include "support/policy_checks.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(backends_gcp)

static_assert(backend<gcp::Functions>);
static_assert(offers<gcp::Functions, 3.14_py> && offers<gcp::Functions, 3.7_py> && !offers<gcp::Functions, 3.6_py>);
static_assert(!offers_on<gcp::Functions, 3.12_py, Arch::arm64>);

BOOST_AUTO_TEST_CASE(is_consistent) { check_policy(gcp::Functions::policy); }

BOOST_AUTO_TEST_CASE(every_runtime_tells_until_when) {
  for (const Runtime& runtime : gcp::Functions::policy.runtimes) {
    BOOST_TEST(!runtime.until.empty());
    BOOST_TEST(runtime.until < runtime.creates_until);
    BOOST_TEST(runtime.creates_until == runtime.updates_until);  // a decommissioned runtime takes neither
  }
}

BOOST_AUTO_TEST_CASE(the_entry_file_has_one_name_and_stays_source) {
  BOOST_TEST(gcp::Functions::policy.entry_files.front() == "/main.py");
  BOOST_TEST(gcp::Functions::policy.entry_sources.front() == "/main.py");
  BOOST_TEST((gcp::Functions::policy.handler.form == HandlerForm::function));
}

BOOST_AUTO_TEST_CASE(names_are_labels_of_a_host) {
  constexpr NameRule rule = gcp::Functions::policy.function_name;
  BOOST_TEST(rule.allows("thumbnails-2"));
  for (const std::string_view bad : {"Thumbnails", "2thumbs", "thumbs-", "thumb_nails", ""})
    BOOST_TEST(!rule.allows(bad));
}

BOOST_AUTO_TEST_SUITE_END()
