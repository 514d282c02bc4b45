// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/backends/aliyun.hpp>  // self-contained

#include "support/policy_checks.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(backends_aliyun)

static_assert(aliyun::Fc::policy.layer == &aliyun::Layer::policy);

static_assert(backend<aliyun::Fc>);
static_assert(offers<aliyun::Fc, 3.10_py> && !offers<aliyun::Fc, 3.11_py>);
static_assert(!offers_on<aliyun::Fc, 3.10_py, Arch::arm64>);

BOOST_AUTO_TEST_CASE(is_consistent) {
  check_policy(aliyun::Fc::policy);
  check_policy(aliyun::Layer::policy);
}

BOOST_AUTO_TEST_CASE(the_first_layer_wins_and_names_begin_with_no_digit) {
  BOOST_TEST((aliyun::Fc::policy.layer_order == LayerOrder::first_wins));
  BOOST_TEST(aliyun::Layer::policy.packages_folder == "python");
  BOOST_TEST(aliyun::Fc::policy.function_name.allows("_thumbs-2"));
  BOOST_TEST(!aliyun::Fc::policy.function_name.allows("2thumbs"));
}

BOOST_AUTO_TEST_CASE(memory_is_a_multiple_of_64) {
  BOOST_TEST(aliyun::Fc::policy.memory.allows(192));
  BOOST_TEST(!aliyun::Fc::policy.memory.allows(200));
}

BOOST_AUTO_TEST_CASE(each_runtime_has_its_own_preinstalled_packages) {
  const Runtime* old = detail::runtime_of(aliyun::Fc::policy, 3.9_py);
  const Runtime* usual = detail::runtime_of(aliyun::Fc::policy, 3.10_py);
  const auto has = [](const Runtime* runtime, std::string_view name) {
    return std::ranges::find(runtime->preinstalled, name, &Preinstalled::name) != runtime->preinstalled.end();
  };
  BOOST_TEST(has(old, "numpy"));
  BOOST_TEST(!has(usual, "numpy"));
}

BOOST_AUTO_TEST_SUITE_END()
