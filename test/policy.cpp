// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/policy.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <array>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(policy)

namespace {

struct Lab {
  static constexpr std::array<Runtime, 2> runtimes{{
      {.python = 3.11_py, .full_version = "3.11.9", .glibc = {2, 26}, .x86_64 = true, .arm64 = false},
      {.python = 3.12_py, .full_version = "3.12.1", .glibc = {2, 34}, .x86_64 = false, .arm64 = true},
  }};
  static constexpr BackendPolicy policy{.name = "lab", .title = "the lab", .runtimes = runtimes};
};

struct NoPolicy {};
struct WrongPolicy {
  static constexpr int policy = 1;
};
struct MutablePolicy {
  BackendPolicy policy = {};
};

}  // namespace

static_assert(backend<Lab> && !backend<NoPolicy> && !backend<WrongPolicy> && !backend<MutablePolicy> && !backend<int>);
static_assert(offers<Lab, 3.11_py> && offers<Lab, 3.12_py> && !offers<Lab, 3.1_py> && !offers<Lab, 3.13_py> &&
              !offers<NoPolicy, 3.11_py>);
static_assert(offers_on<Lab, 3.11_py, Arch::x86_64> && !offers_on<Lab, 3.11_py, Arch::arm64>);
static_assert(!offers_on<Lab, 3.12_py, Arch::x86_64> && offers_on<Lab, 3.12_py, Arch::arm64>);
static_assert(Glibc{2, 26} < Glibc{2, 34} && Glibc{2, 34} < Glibc{3, 0} && Glibc{2, 17} == Glibc{});

BOOST_AUTO_TEST_CASE(architectures_have_two_spellings) {
  BOOST_TEST(to_string(Arch::x86_64) == "x86_64");
  BOOST_TEST(to_string(Arch::arm64) == "arm64");
  BOOST_TEST(machine_of(Arch::x86_64) == "x86_64");
  BOOST_TEST(machine_of(Arch::arm64) == "aarch64");
}

BOOST_AUTO_TEST_CASE(support_has_words) {
  BOOST_TEST(to_string(Support::current) == "current");
  BOOST_TEST(to_string(Support::deprecated) == "deprecated");
  BOOST_TEST(to_string(Support::retired) == "retired");
}

BOOST_AUTO_TEST_CASE(a_runtime_is_found_by_its_python) {
  BOOST_TEST(detail::runtime_of(Lab::policy, 3.12_py)->full_version == "3.12.1");
  BOOST_TEST(detail::runtime_of(Lab::policy, 3.13_py) == nullptr);
}

BOOST_AUTO_TEST_CASE(memory_knows_what_may_be_asked_for) {
  static constexpr std::array sizes{512, 2048};
  constexpr Memory any{.least = 128, .most = 256}, stepped{.least = 128, .most = 256, .step = 64},
      sold{.least = 512, .most = 2048, .sizes = sizes};
  static_assert(any.allows(128) && any.allows(129) && any.allows(256) && !any.allows(127) && !any.allows(257));
  static_assert(stepped.allows(192) && !stepped.allows(200));
  static_assert(sold.allows(512) && sold.allows(2048) && !sold.allows(1024));
  BOOST_TEST(any.allows(any.usual));
}

BOOST_AUTO_TEST_CASE(a_name_rule_is_a_class_of_characters_and_two_lengths) {
  constexpr NameRule rule{.least = 2, .most = 4, .characters = "a-c_-", .first = "a-c", .last = "b"};
  static_assert(rule.allows("ab") && rule.allows("a-_b") && rule.allows("bb"));
  static_assert(!rule.allows("b") && !rule.allows("aaaab") && !rule.allows("") && !rule.allows("adb"));
  static_assert(!rule.allows("_b") && !rule.allows("ba"));
  static_assert(!NameRule{}.allows("a"));  // a provider without such names
  BOOST_TEST(!rule.allows("a.b"));
}

BOOST_AUTO_TEST_CASE(kinds_and_orders_have_words) {
  BOOST_TEST(to_string(PackageKind::function) == "function");
  BOOST_TEST(to_string(PackageKind::layer) == "layer");
  BOOST_TEST(to_string(LayerOrder::none) == "none");
  BOOST_TEST(to_string(LayerOrder::last_wins) == "last wins");
  BOOST_TEST(to_string(LayerOrder::first_wins) == "first wins");
}

BOOST_AUTO_TEST_SUITE_END()
