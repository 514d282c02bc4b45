// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/policy.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

// "2026-11-20", a day that there may be.
inline bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i != 4 && i != 7 && (text[i] < '0' || text[i] > '9')) return false;
  }
  const auto month = text.substr(5, 2), day = text.substr(8, 2);
  return month >= "01" && month <= "12" && day >= "01" && day <= "31";
}

inline void check_preinstalled(std::span<const daypack::Preinstalled> packages) {
  BOOST_TEST(std::ranges::is_sorted(packages, {}, &daypack::Preinstalled::name));
  for (const auto& package : packages) {
    BOOST_TEST_CONTEXT(package.name) {
      BOOST_TEST(!package.name.empty());
      BOOST_TEST(std::ranges::all_of(
          package.name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }));
      BOOST_TEST((package.version.empty() || (package.version[0] >= '0' && package.version[0] <= '9')));
    }
  }
}

inline void check_runtime(const daypack::Runtime& runtime) {
  // The C libraries of Amazon Linux 1, 2, 2023, Debian 9 to 12, Ubuntu 24.04, and the baseline of manylinux_2_28.
  static constexpr std::array<daypack::Glibc, 8> known{
      {{2, 17}, {2, 24}, {2, 26}, {2, 28}, {2, 31}, {2, 34}, {2, 36}, {2, 39}}};
  BOOST_TEST_CONTEXT(daypack::to_string(runtime.python)) {
    BOOST_TEST(runtime.full_version.starts_with(daypack::to_string(runtime.python) + '.'));
    BOOST_TEST((std::ranges::find(known, runtime.glibc) != known.end()));
    BOOST_TEST((runtime.x86_64 || runtime.arm64));
    BOOST_TEST((runtime.until.empty() || is_date(runtime.until)));
    // The day on which the facts were read decides what is deprecated.
    if (!runtime.until.empty())
      BOOST_TEST((runtime.support == daypack::Support::current) == (runtime.until > "2026-11-20"));
    check_preinstalled(runtime.preinstalled);
  }
}

// What every policy must be, whatever the backend.
inline void check_policy(const daypack::BackendPolicy& policy) {
  BOOST_TEST(!policy.name.empty());
  BOOST_TEST(!policy.title.empty());
  BOOST_TEST(!policy.runtimes.empty());
  BOOST_TEST(std::ranges::is_sorted(policy.runtimes, {}, &daypack::Runtime::python));
  BOOST_TEST((std::ranges::adjacent_find(policy.runtimes, {}, &daypack::Runtime::python) == policy.runtimes.end()));
  for (const auto& runtime : policy.runtimes) check_runtime(runtime);
  for (std::string_view folder : {policy.packages_folder, policy.code_folder}) {
    BOOST_TEST((!folder.starts_with('/') && !folder.ends_with('/')));
  }
  BOOST_TEST((policy.task_root.empty() || policy.task_root.starts_with('/')));
  BOOST_TEST(policy.memory.allows(policy.memory.usual));
  BOOST_TEST(policy.memory.allows(policy.memory.least));
  BOOST_TEST(policy.memory.allows(policy.memory.most));
  BOOST_TEST(std::ranges::is_sorted(policy.memory.sizes));
  check_preinstalled(policy.preinstalled);
}
