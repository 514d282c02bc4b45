// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/run/ordered.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(run_ordered)

namespace {

auto in(const std::vector<std::uint64_t>& costs) {
  return [&](std::size_t index) { return costs[index]; };
}

}  // namespace

BOOST_AUTO_TEST_CASE(values_are_taken_in_order_one_at_a_time) {
  for (std::size_t threads : {1U, 2U, 7U}) {
    Pool pool(threads);
    std::vector<std::uint64_t> costs(2000);
    for (std::size_t i = 0; i < costs.size(); ++i) costs[i] = i * 7919 % 101;
    std::size_t expected = 0;
    std::atomic<int> inside{0};
    ordered(
        pool, costs.size(), in(costs), 500,
        [](std::size_t i) {
          if (i % 97 == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
          return std::make_unique<std::size_t>(i);
        },
        [&](std::size_t i, std::unique_ptr<std::size_t> value) {
          BOOST_REQUIRE(++inside == 1);
          BOOST_REQUIRE(i == expected++);
          BOOST_REQUIRE(*value == i);
          --inside;
        });
    BOOST_TEST(expected == costs.size());
  }
}

BOOST_AUTO_TEST_CASE(what_is_held_stays_within_the_window) {
  Pool pool(4);
  const std::vector<std::uint64_t> costs(300, 10);
  std::atomic<std::uint64_t> held{0}, most{0};
  ordered(
      pool, costs.size(), in(costs), 45,
      [&](std::size_t i) {
        const std::uint64_t now = held += 10;
        for (std::uint64_t seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        if (i % 10 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return i;
      },
      [&](std::size_t, std::size_t) { held -= 10; });
  BOOST_TEST(most <= 45U);
  BOOST_TEST(most >= 20U);  // and it does work ahead
}

BOOST_AUTO_TEST_CASE(the_costliest_of_the_window_begin_first) {
  Pool pool(1);
  const std::vector<std::uint64_t> costs{1, 5, 3, 100, 2};
  std::vector<std::size_t> made, taken;
  ordered(
      pool, costs.size(), in(costs), 10, [&](std::size_t i) { return made.push_back(i), i; },
      [&](std::size_t i, std::size_t) { taken.push_back(i); });
  BOOST_TEST(made == (std::vector<std::size_t>{1, 2, 0, 3, 4}),
             boost::test_tools::per_element());  // 3 does not fit: it waits, and is made alone
  BOOST_TEST(taken == (std::vector<std::size_t>{0, 1, 2, 3, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_failure_ends_it) {
  for (std::size_t threads : {1U, 3U}) {
    Pool pool(threads);
    const std::vector<std::uint64_t> costs(1000, 1);
    const auto fails_at = [](std::size_t bad) {
      return [bad](std::size_t i, auto&&...) {
        if (i == bad) throw std::runtime_error("bad");
        return i;
      };
    };
    BOOST_CHECK_THROW(ordered(pool, costs.size(), in(costs), 5, fails_at(500), [](std::size_t, std::size_t) {}),
                      std::runtime_error);
    BOOST_CHECK_THROW(
        ordered(pool, costs.size(), in(costs), 5, [](std::size_t i) { return i; }, fails_at(500)), std::runtime_error);
    BOOST_CHECK_THROW(ordered(pool, costs.size(), in(costs), 5, fails_at(0), fails_at(1)), std::runtime_error);
  }
}

BOOST_AUTO_TEST_SUITE_END()
