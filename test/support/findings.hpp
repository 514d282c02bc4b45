// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/backends/aws.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/finding.hpp>
#include <daypack/process/boost_runner.hpp>
#include <daypack/resolution.hpp>
#include <daypack/resolvers/uv.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/target.hpp>
#include <daypack/testing/context.hpp>
#include <daypack/tree.hpp>
#include <daypack/wheel/install.hpp>
#include "python.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// A context of two threads and a target.
template <class T = daypack::Target<daypack::aws::Lambda, daypack::Python{3, 12}, daypack::Arch::x86_64>>
daypack::Context targeted(T = {}) {
  return daypack::testing::context(2).with_target(T::facts());
}

// The same with processes, so that a check may ask an index.
template <class T = daypack::Target<daypack::aws::Lambda, daypack::Python{3, 12}, daypack::Arch::x86_64>>
daypack::Context asking(T = {}, std::shared_ptr<daypack::Runner> runner = std::make_shared<daypack::BoostRunner>(),
                        bool offline = false) {
  return daypack::testing::context(daypack::Services{.runner = std::move(runner), .offline = offline})
      .with_target(T::facts());
}

// The index as it was on one day.
inline std::shared_ptr<const daypack::BuildSettings> index_of(const std::string& day = "2026-11-15") {
  const daypack::Uv uv{.exclude_newer = day + "T00:00:00Z"};
  return std::make_shared<const daypack::BuildSettings>(uv.build_settings());
}

// What a wheel becomes, as Vendor would make it, but for any target; under another file name when one is given.
inline daypack::Tree tree_of_wheel(const std::string& path, std::shared_ptr<const daypack::BuildSettings> index = {},
                                   std::string file = {}) {
  if (file.empty()) file = path.substr(path.rfind('/') + 1);
  const daypack::Blob bytes = daypack::detail::map_file(path);
  const auto wheel = daypack::open_wheel(bytes, file);
  auto origin = std::make_shared<const daypack::Distribution>(
      daypack::Distribution{wheel.name.name, wheel.name.version, file, daypack::sha256_of(bytes.bytes).hex(), index});
  return daypack::Tree::of(daypack::install_wheel(wheel, origin, {.trusted = true}).entries);
}

// A real wheel of that platform, for CPython 3.12.
inline std::string platform_wheel(const std::string& requirement, const std::string& platform) {
  const std::string line = python_output("fetch_platform_wheel.py", "'" + requirement + "' " + platform);
  return line.substr(0, line.find('\n'));
}

// "error subject: message" of each.
inline std::vector<std::string> words_of(const std::vector<daypack::Finding>& findings) {
  std::vector<std::string> words;
  for (const auto& finding : findings)
    words.push_back(std::string(to_string(finding.severity)) + ' ' + finding.subject + ": " + finding.message);
  std::ranges::sort(words);
  return words;
}

inline bool says(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }
