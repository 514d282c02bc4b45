// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/backends/images.hpp>
#include <daypack/context.hpp>
#include <daypack/testing/context.hpp>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// Targets like those of a cloud, for the resolver's tests.
struct ResolveTargets {
  static constexpr std::array<daypack::Runtime, 2> runtimes{{
      {.python = {3, 11}, .full_version = "3.11.9", .glibc = {2, 26}, .image = &daypack::images::amazon_linux_2},
      {.python = {3, 12},
       .full_version = "3.12.7",
       .glibc = {2, 34},
       .image = &daypack::images::amazon_linux_2023,
       .arm64 = true},
  }};
  static constexpr daypack::BackendPolicy policy{.name = "lab", .title = "Lab", .runtimes = runtimes};
  static constexpr daypack::TargetFacts old_x86{&policy, &runtimes[0], daypack::Arch::x86_64};
  static constexpr daypack::TargetFacts new_arm{&policy, &runtimes[1], daypack::Arch::arm64};
};

// A context for such a target; what is remarked is collected when asked for.
inline daypack::Context resolve_context(const daypack::TargetFacts& target, std::shared_ptr<daypack::Runner> runner,
                                        bool offline = false, std::vector<std::string>* remarks = nullptr) {
  daypack::Services services{.runner = std::move(runner), .offline = offline};
  if (remarks) {
    services.observer = [remarks](const daypack::Event& event) {
      if (const auto* remark = std::get_if<daypack::Remark>(&event))
        remarks->push_back(remark->subject + ": " + remark->message);
    };
  }
  return daypack::testing::context(std::move(services)).with_target(target);
}
