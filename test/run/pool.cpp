// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/run/pool.hpp>  // self-contained

#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/impl/run/processors.ipp>

#ifdef __linux__
#include <sched.h>
#endif

#include <atomic>
#include <chrono>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using daypack::Pool;

BOOST_AUTO_TEST_SUITE(run_pool)

BOOST_AUTO_TEST_CASE(each_call_is_made_once) {
  for (std::size_t threads : {1U, 2U, 7U}) {
    Pool pool(threads);
    BOOST_TEST(pool.size() == threads);
    std::vector<std::atomic<int>> calls(10'000);
    pool.for_each(calls.size(), [&](std::size_t i) { ++calls[i]; });
    for (const auto& count : calls) BOOST_REQUIRE(count == 1);
    pool.for_each(0, [](std::size_t) { BOOST_ERROR("called for nothing"); });
  }
  BOOST_TEST(Pool().size() >= 1U);
}

#ifdef __linux__
BOOST_AUTO_TEST_CASE(no_more_threads_than_processors_that_may_be_used) {
  ::cpu_set_t before, one;
  BOOST_TEST_REQUIRE(::sched_getaffinity(0, sizeof before, &before) == 0);
  int first = 0;
  while (!CPU_ISSET(first, &before)) ++first;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  BOOST_TEST_REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
  BOOST_TEST(Pool().size() == 1U);
  BOOST_TEST(::sched_setaffinity(0, sizeof before, &before) == 0);
}
#endif

// As containers show them: the quota of a group or of one around it.
BOOST_AUTO_TEST_CASE(quotas_of_control_groups) {
  const auto quota = [](const std::string& groups, const std::map<std::string, std::string>& files) {
    const TemporaryFolder folder;
    const std::string root = folder.path().string();
    const auto write = [&](const std::string& path, const std::string& text) {
      boost::filesystem::create_directories(boost::filesystem::path(root + path).parent_path());
      std::ofstream(root + path) << text;
    };
    write("/proc/self/cgroup", groups);
    for (const auto& [path, text] : files) write("/sys/fs/cgroup" + path, text);
    return daypack::detail::quota_of_groups(root);
  };
  using daypack::detail::no_quota;
  const std::string two = "0::/a/b\n", one = "4:memory:/x\n3:cpu,cpuacct:/a/b\n1:cpuset:/\n";
  BOOST_TEST(quota("", {}) == no_quota);
  BOOST_TEST(quota(two, {}) == no_quota);
  BOOST_TEST(quota("0::/\n", {{"/cpu.max", "200000 100000\n"}}) == 2U);
  BOOST_TEST(quota(two, {{"/a/b/cpu.max", "max 100000\n"}}) == no_quota);
  BOOST_TEST(quota(two, {{"/a/b/cpu.max", "150000 100000\n"}}) == 2U);
  BOOST_TEST(quota(two, {{"/a/b/cpu.max", "max 100000\n"}, {"/a/cpu.max", "50000 100000\n"}}) == 1U);
  BOOST_TEST(quota(two, {{"/cpu.max", "300000 100000\n"}}) == 3U);
  BOOST_TEST(quota("0::/../..\n", {{"/cpu.max", "300000 100000\n"}}) == 3U);
  BOOST_TEST(quota(two, {{"/a/b/cpu.max", "rubbish\n"}, {"/a/cpu.max", ""}}) == no_quota);
  BOOST_TEST(quota(one, {{"/cpu/a/b/cpu.cfs_quota_us", "400000\n"}, {"/cpu/a/b/cpu.cfs_period_us", "100000\n"}}) == 4U);
  BOOST_TEST(quota(one, {{"/cpu/cpu.cfs_quota_us", "100000\n"}, {"/cpu/cpu.cfs_period_us", "100000\n"}}) == 1U);
  BOOST_TEST(quota(one, {{"/cpu/cpu.cfs_quota_us", "-1\n"}, {"/cpu/cpu.cfs_period_us", "100000\n"}}) == no_quota);
}

BOOST_AUTO_TEST_CASE(one_thread_is_the_callers) {
  Pool pool(1);
  std::vector<std::size_t> order;
  pool.for_each(5, [&](std::size_t i) { order.push_back(i); });
  BOOST_TEST(order == (std::vector<std::size_t>{0, 1, 2, 3, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(several_threads_work_at_once) {
  Pool pool(3);
  std::atomic<int> inside{0};
  pool.for_each(3, [&](std::size_t) {  // ends only if all three are inside together
    ++inside;
    while (inside < 3) std::this_thread::yield();
  });
  BOOST_TEST(inside == 3);
}

BOOST_AUTO_TEST_CASE(it_may_be_called_from_inside_itself) {
  for (std::size_t threads : {1U, 2U, 4U}) {
    Pool pool(threads);
    std::atomic<int> sum{0};
    pool.for_each(20, [&](std::size_t) {
      pool.for_each(20, [&](std::size_t) { pool.for_each(5, [&](std::size_t) { ++sum; }); });
    });
    BOOST_TEST(sum == 2000);
  }
}

BOOST_AUTO_TEST_CASE(it_may_be_shared_by_threads) {
  Pool pool(2);
  std::atomic<int> sum{0};
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 4; ++i) callers.emplace_back([&] { pool.for_each(1000, [&](std::size_t) { ++sum; }); });
  }
  BOOST_TEST(sum == 4000);
}

BOOST_AUTO_TEST_CASE(the_lowest_failure_is_thrown_and_the_rest_skipped) {
  for (int round = 0; round < 50; ++round) {
    Pool pool(4);
    std::atomic<int> calls{0};
    try {
      pool.for_each(100'000, [&](std::size_t i) {
        ++calls;
        if (i == 20) std::this_thread::sleep_for(std::chrono::microseconds(200));
        if (i >= 20) throw std::runtime_error(std::to_string(i));
      });
      BOOST_ERROR("nothing was thrown");
    } catch (const std::runtime_error& e) {
      BOOST_TEST(e.what() == std::string("20"));
    }
    BOOST_TEST(calls < 100'000);
    std::atomic<int> after{0};
    pool.for_each(10, [&](std::size_t) { ++after; });  // the pool is as good as new
    BOOST_TEST(after == 10);
  }
}

BOOST_AUTO_TEST_SUITE_END()
