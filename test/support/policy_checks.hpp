// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/policy.hpp>
#include <daypack/python.hpp>

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
  // The C libraries of Amazon Linux 1, 2, 2023, Debian 9 to 12, Ubuntu 18.04, 22.04, 24.04, and the baseline of
  // manylinux_2_28.
  static constexpr std::array<daypack::Glibc, 10> known{
      {{2, 17}, {2, 24}, {2, 26}, {2, 27}, {2, 28}, {2, 31}, {2, 34}, {2, 35}, {2, 36}, {2, 39}}};
  BOOST_TEST_CONTEXT(daypack::to_string(runtime.python)) {
    BOOST_TEST(runtime.full_version.starts_with(daypack::to_string(runtime.python) + '.'));
    BOOST_TEST((std::ranges::find(known, runtime.glibc) != known.end()));
    BOOST_TEST((runtime.x86_64 || runtime.arm64));
    BOOST_TEST(runtime.image != nullptr);
    BOOST_TEST((runtime.image && runtime.glibc <= runtime.image->glibc));  // never promises more than there is
    for (std::string_view date : {runtime.until, runtime.creates_until, runtime.updates_until}) {
      BOOST_TEST((date.empty() || is_date(date)));
    }
    if (!runtime.creates_until.empty()) BOOST_TEST(runtime.until <= runtime.creates_until);
    if (!runtime.updates_until.empty()) BOOST_TEST(runtime.creates_until <= runtime.updates_until);
    if (!runtime.creates_until.empty())
      BOOST_TEST((runtime.support == daypack::Support::retired) == (runtime.creates_until <= "2026-11-20"));
    // The day on which the facts were read decides what is deprecated.
    if (!runtime.until.empty())
      BOOST_TEST((runtime.support == daypack::Support::current) == (runtime.until > "2026-11-20"));
    check_preinstalled(runtime.preinstalled);
  }
}

inline void check_limits(const daypack::Limits& limits) {
  BOOST_TEST((limits.zipped_least == 0 || limits.zipped_least <= limits.zipped));
  BOOST_TEST((limits.zipped == 0 || limits.direct <= limits.zipped));
  // An archive that goes into the call is there in base64, beside the rest of the call.
  if (limits.request != 0) BOOST_TEST((limits.direct + 2) / 3 * 4 < limits.request);
}

inline void check_base_list(const daypack::BaseList& list) {
  BOOST_TEST(!list.name.empty());
  BOOST_TEST(is_date(list.seen));
  BOOST_TEST(!list.requirements.empty());
  for (auto one = list.requirements.begin(); one != list.requirements.end(); ++one) {
    BOOST_TEST((std::find(list.requirements.begin(), one, *one) == one));  // each once
  }
}

inline void check_layout(const daypack::BackendPolicy& policy) {
  for (std::string_view folder : {policy.packages_folder, policy.code_folder}) {
    BOOST_TEST((!folder.starts_with('/') && !folder.ends_with('/')));
  }
  BOOST_TEST((policy.task_root.empty() || policy.task_root.starts_with('/')));
  BOOST_TEST(!policy.search_path.empty());
  for (std::string_view folder : policy.search_path) BOOST_TEST(folder.starts_with('/'));
  // A layer says whose it is, has a name and no handler; where layers are attached, an order is known.
  const bool layer = policy.kind == daypack::PackageKind::layer;
  BOOST_TEST(layer == !policy.functions.empty());
  BOOST_TEST((!layer || (policy.layer_name.most > 0 && policy.handler.form == daypack::HandlerForm::none)));
  BOOST_TEST((!layer || policy.task_root == policy.layer_root));
  BOOST_TEST((layer || policy.function_name.most > 0));
  if (policy.layer) BOOST_TEST((!layer && policy.layer->functions == policy.name && policy.limits.layers > 0));
  BOOST_TEST((policy.limits.layers > 0) == (policy.layer_order != daypack::LayerOrder::none));
}

// "what, 2026-11-20": where it was read, and when.
inline void check_sources(std::span<const std::string_view> sources) {
  BOOST_TEST(!sources.empty());
  for (std::string_view source : sources) {
    BOOST_TEST_CONTEXT(source) {
      BOOST_TEST(source.size() > 12);
      BOOST_TEST((source.size() > 12 && source.substr(source.size() - 12, 2) == ", "));
      BOOST_TEST((source.size() > 12 && is_date(source.substr(source.size() - 10))));
    }
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
  check_limits(policy.limits);
  check_layout(policy);
  BOOST_TEST((policy.handler.form != daypack::HandlerForm::function || policy.entry_files.size() == 1));
  for (const auto& file : policy.generated) BOOST_TEST((!file.path.empty() && !file.text.empty()));
  BOOST_TEST(policy.memory.allows(policy.memory.usual));
  BOOST_TEST(policy.memory.allows(policy.memory.least));
  BOOST_TEST(policy.memory.allows(policy.memory.most));
  BOOST_TEST(std::ranges::is_sorted(policy.memory.sizes));
  check_preinstalled(policy.preinstalled);
  for (const auto& list : policy.base_lists) check_base_list(list);
  check_sources(policy.sources);
}
