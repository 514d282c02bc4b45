// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/backends/local.hpp>  // self-contained

#include <daypack/wheel/markers.hpp>
#include "support/policy_checks.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(backends_local)

static_assert(backend<local::Machine>);
static_assert(offers<local::Machine, 3.6_py> && offers<local::Machine, 3.14_py> && !offers<local::Machine, 3.5_py>);
static_assert(offers_on<local::Machine, 3.11_py, Arch::arm64> && offers_on<local::Machine, 3.11_py, Arch::x86_64>);

BOOST_AUTO_TEST_CASE(is_consistent) { check_policy(local::Machine::policy); }

BOOST_AUTO_TEST_CASE(has_no_limits) {
  BOOST_TEST(local::Machine::policy.limits.zipped == 0u);
  BOOST_TEST(local::Machine::policy.limits.unzipped == 0u);
}

BOOST_AUTO_TEST_CASE(markers_are_judged_for_the_oldest_machine) {
  const auto holds = [](Python python, const char* marker) {
    const auto& policy = local::Machine::policy;
    return marker_holds(marker, MarkerEnvironment::of({&policy, detail::runtime_of(policy, python), Arch::x86_64}));
  };
  BOOST_TEST(holds(3.11_py, "python_full_version < '3.11.3'"));  // redis's for async-timeout; Debian 12 has 3.11.2
  BOOST_TEST(!holds(3.12_py, "python_full_version < '3.11.3'"));
  BOOST_TEST(!holds(3.10_py, "python_full_version < '3.10.2'"));  // build's for importlib-metadata
}

BOOST_AUTO_TEST_SUITE_END()
