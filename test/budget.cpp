// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/budget.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/backends/aws.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(budget_)

BOOST_AUTO_TEST_CASE(headroom_is_what_is_left) {
  const Budget fits = budget(Manifest{.unzipped = 200'000'000}, 70'000'000, aws::Lambda::policy);
  BOOST_TEST(fits.headroom == 62'144'000);
  BOOST_TEST(!fits.over);
  BOOST_TEST(fits.limit == 262'144'000u);
  BOOST_TEST(fits.zipped == 70'000'000u);
  BOOST_TEST(!budget(Manifest{.unzipped = 262'144'000}, 1, aws::Lambda::policy).over);
  const Budget over = budget(Manifest{.unzipped = 262'144'001}, 1, aws::Lambda::policy);
  BOOST_TEST(over.headroom == -1);
  BOOST_TEST(over.over);
}

BOOST_AUTO_TEST_CASE(without_limits_nothing_is_over) {
  const Budget free = budget(Manifest{.unzipped = 1ull << 40}, 1ull << 40, BackendPolicy{});
  BOOST_TEST((!free.over && free.headroom == 0 && free.limit == 0));
}

BOOST_AUTO_TEST_CASE(the_zip_has_a_limit_of_its_own) {
  const BackendPolicy lab{.limits = {.zipped = 6}};
  BOOST_TEST(budget(Archive({blob_of("1234567")}, {}, {}), lab).over);
  BOOST_TEST(!budget(Archive({blob_of("123456")}, {}, {}), lab).over);
}

BOOST_AUTO_TEST_CASE(function_and_layers_are_summed) {
  const BackendPolicy layer{.limits = {.layer_zipped = 3}},
      lab{.layer = &layer, .limits = {.zipped = 6, .unzipped = 100}};
  const auto of = [](const char* text, std::uint64_t unzipped) {
    return Archive({blob_of(text)}, {}, Manifest{.unzipped = unzipped});
  };
  const TargetFacts function{&lab, nullptr, Arch::x86_64}, layers{&layer, nullptr, Arch::x86_64};
  const auto found = [&](const Archive& first, const Archive& second) {
    return budget(Split<Archive>{.function = {"", function, of("12345", 40)},
                                 .layers = {{"1", layers, first}, {"2", layers, second}}});
  };
  BOOST_TEST(found(of("1", 30), of("2", 30)).unzipped == 100U);
  BOOST_TEST(found(of("1", 30), of("2", 30)).zipped == 5U);
  BOOST_TEST(!found(of("1", 30), of("2", 30)).over);
  BOOST_TEST(found(of("1", 30), of("2", 31)).over);
  BOOST_TEST(found(of("1", 30), of("2", 31)).headroom == -1);
  BOOST_TEST(found(of("1234", 1), of("2", 1)).over);
}

BOOST_AUTO_TEST_SUITE_END()
