// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/backends/azure.hpp>  // self-contained

#include "support/policy_checks.hpp"

#include <daypack/target.hpp>
#include <daypack/walk/glob.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(backends_azure)

static_assert(backend<azure::Functions> && backend<azure::Consumption>);
static_assert(offers<azure::Functions, 3.14_py> && offers<azure::Functions, 3.6_py>);
static_assert(offers<azure::Consumption, 3.12_py> && !offers<azure::Consumption, 3.13_py>);
static_assert(!offers_on<azure::Functions, 3.12_py, Arch::arm64>);

BOOST_AUTO_TEST_CASE(is_consistent) {
  check_policy(azure::Functions::policy);
  check_policy(azure::Premium::policy);
  check_policy(azure::Consumption::policy);
}

BOOST_AUTO_TEST_CASE(every_python_from_3_6_to_3_14_is_there_and_those_before_3_10_are_retired) {
  int minor = 6;
  for (const Runtime& runtime : azure::Functions::policy.runtimes) {
    BOOST_TEST((runtime.python == Python{3, minor++}));
    BOOST_TEST((runtime.support == Support::retired) == (runtime.python < 3.10_py));
    BOOST_TEST(!runtime.until.empty());
  }
  BOOST_TEST(minor == 15);
}

BOOST_AUTO_TEST_CASE(python_3_6_has_a_folder_of_its_own) {
  constexpr TargetFacts old = target<azure::Functions, 3.6_py>.facts(), next = target<azure::Functions, 3.7_py>.facts();
  BOOST_TEST(old.packages_folder() == ".python_packages/lib/python3.6/site-packages");
  BOOST_TEST(next.packages_folder() == ".python_packages/lib/site-packages");
}

BOOST_AUTO_TEST_CASE(memory_is_chosen_by_the_plan) {
  BOOST_TEST(azure::Functions::policy.has_memory);
  BOOST_TEST(azure::Functions::policy.memory.allows(2048));
  BOOST_TEST(!azure::Functions::policy.memory.allows(1024));
  BOOST_TEST(!azure::Consumption::policy.has_memory);
  BOOST_TEST(!azure::Premium::policy.has_memory);
}

BOOST_AUTO_TEST_CASE(keeps_the_sources_that_host_and_worker_open_by_name) {
  const auto kept = [](std::string_view path) {
    return std::ranges::any_of(azure::Functions::policy.entry_sources,
                               [&](std::string_view glob) { return Glob(glob).matches(path); });
  };
  BOOST_TEST(kept("function_app.py"));
  BOOST_TEST(kept("my_script.py"));
  BOOST_TEST(kept("HttpTrigger/__init__.py"));
  BOOST_TEST(!kept("HttpTrigger/deep/__init__.py"));
  BOOST_TEST(!kept("shared/tools.py"));
  BOOST_TEST(!kept(".python_packages/lib/site-packages/six.py"));
  BOOST_TEST(!kept(".python_packages/lib/site-packages/yaml/__init__.py"));
}

BOOST_AUTO_TEST_SUITE_END()
