// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/backends/aws.hpp>  // self-contained

#include "support/policy_checks.hpp"

#include <daypack/target.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(backends_aws)

static_assert(aws::Lambda::policy.layer == &aws::Layer::policy);

static_assert(backend<aws::Lambda>);
static_assert(offers<aws::Lambda, 3.12_py> && offers<aws::Lambda, 3.6_py> && !offers<aws::Lambda, 3.5_py> &&
              !offers<aws::Lambda, 3.15_py>);
static_assert(offers_on<aws::Lambda, 3.12_py, Arch::arm64> && !offers_on<aws::Lambda, 3.7_py, Arch::arm64>);
static_assert(aws::Lambda::policy.limits.unzipped == 250_MiB);

BOOST_AUTO_TEST_CASE(is_consistent) {
  check_policy(aws::Lambda::policy);
  check_policy(aws::Layer::policy);
  check_policy(aws::VersionedLayer::policy);
}

BOOST_AUTO_TEST_CASE(a_layer_lies_below_python_or_below_the_folder_of_its_version) {
  for (const Runtime& runtime : aws::VersionedLayer::policy.runtimes) {
    BOOST_TEST(runtime.packages_folder == "python/lib/python" + to_string(runtime.python) + "/site-packages");
  }
  static_assert(target<aws::Layer, 3.12_py>.facts().packages_folder() == "python");
  static_assert(target<aws::Lambda, 3.12_py>.facts().packages_folder().empty());
  BOOST_TEST(aws::VersionedLayer::policy.functions == aws::Lambda::policy.name);
  BOOST_TEST((aws::Layer::policy.layer_order == LayerOrder::last_wins));
}

BOOST_AUTO_TEST_CASE(names_are_those_of_the_service) {
  BOOST_TEST(aws::Lambda::policy.function_name.allows(std::string(64, 'a')));
  BOOST_TEST(!aws::Lambda::policy.function_name.allows(std::string(65, 'a')));
  BOOST_TEST(!aws::Lambda::policy.function_name.allows("lithops@user"));
  BOOST_TEST(aws::Layer::policy.layer_name.allows(std::string(140, 'a')));
}

BOOST_AUTO_TEST_CASE(every_python_from_3_6_to_3_14_is_there_and_the_retired_ones_have_their_date) {
  std::string ended;
  int minor = 6;
  for (const Runtime& runtime : aws::Lambda::policy.runtimes) {
    BOOST_TEST((runtime.python == Python{3, minor++}));
    BOOST_TEST(runtime.arm64 == (runtime.python >= 3.8_py));
    if (runtime.support == Support::retired)
      ended += to_string(runtime.python) + ' ' + std::string(runtime.until) + '\n';
  }
  BOOST_TEST(minor == 15);
  BOOST_TEST(ended == "3.6 2022-07-18\n3.7 2023-12-04\n");
}

BOOST_AUTO_TEST_CASE(glibc_follows_the_system) {
  for (const Runtime& runtime : aws::Lambda::policy.runtimes) {
    const Glibc expected = runtime.python >= 3.12_py  ? Glibc{2, 34}
                           : runtime.python >= 3.8_py ? Glibc{2, 26}
                                                      : Glibc{2, 17};
    BOOST_TEST((runtime.glibc == expected));
  }
}

BOOST_AUTO_TEST_CASE(packages_lie_at_the_root_and_the_handler_may_be_bytecode) {
  BOOST_TEST(aws::Lambda::policy.packages_folder == "");
  BOOST_TEST(aws::Lambda::policy.entry_sources.empty());
  BOOST_TEST(aws::Lambda::policy.task_root == "/var/task");
  BOOST_TEST(aws::Lambda::policy.keeps_symlinks);
  BOOST_TEST(aws::Lambda::policy.memory.allows(1769));
  BOOST_TEST(!aws::Lambda::policy.memory.allows(64));
}

BOOST_AUTO_TEST_SUITE_END()
