// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/policy.hpp>

#include <array>

// Backends for tests of the grammar.
namespace lab {

using namespace daypack::literals;

struct Fission {
  static constexpr std::array<daypack::Runtime, 2> runtimes{{
      {.python = 3.11_py, .full_version = "3.11.9"},
      {.python = 3.12_py, .full_version = "3.12.4", .glibc = {2, 34}, .arm64 = true},
  }};
  static constexpr daypack::BackendPolicy policy{.name = "fission", .title = "Fission", .runtimes = runtimes};
};

struct ArmOnly {
  static constexpr std::array<daypack::Runtime, 1> runtimes{{{.python = 3.13_py, .x86_64 = false, .arm64 = true}}};
  static constexpr daypack::BackendPolicy policy{.name = "arm_only", .title = "Arm Only", .runtimes = runtimes};
};

}  // namespace lab
