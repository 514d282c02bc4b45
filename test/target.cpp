// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/target.hpp>  // self-contained

#include "support/lab.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

static_assert(offers<lab::Fission, 3.12_py> && !offers<lab::Fission, 3.1_py> && !offers<lab::Fission, 3.10_py>);
static_assert(offers_on<lab::Fission, 3.12_py, Arch::arm64> && !offers_on<lab::Fission, 3.11_py, Arch::arm64>);
static_assert(!offers<int, 3.12_py> && !backend<int>);
static_assert(detail::is_target<std::remove_cvref_t<decltype(target<lab::Fission, 3.12_py>)>>);

BOOST_AUTO_TEST_SUITE(target_)

BOOST_AUTO_TEST_CASE(running_code_sees_the_object_that_the_compiler_read) {
  constexpr TargetFacts facts = target<lab::Fission, 3.12_py, Arch::arm64>.facts();
  BOOST_TEST(facts.backend == &lab::Fission::policy);
  BOOST_TEST(facts.runtime == &lab::Fission::runtimes[1]);
  BOOST_TEST((facts.arch == Arch::arm64));
}

BOOST_AUTO_TEST_CASE(the_architecture_is_x86_64_unless_said) {
  BOOST_TEST((target<lab::Fission, 3.11_py>.facts().arch == Arch::x86_64));
}

BOOST_AUTO_TEST_SUITE_END()
