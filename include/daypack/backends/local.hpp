// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/backends/images.hpp>
#include <daypack/policy.hpp>

#include <array>
#include <string_view>

namespace daypack::local {

// A Linux machine like this one: packages that the local runtime, or a plain interpreter, shall run. The host does not
// leak in here either: glibc 2.28 is the baseline of manylinux_2_28, and all distributions that are still maintained in
// 2026 have it or a newer one (RHEL 8 has 2.28, Ubuntu 22.04 has 2.35, Debian 12 has 2.36). So one package serves every
// machine of a team.
struct Machine {
  // Where a row comes from: the patch release is the newest of its line on 2026-11-20 (CPython's own, as uv 0.13.8
  // lists them), the date is its end of life at python.org, read on the same day.
  static constexpr std::array<Runtime, 9> runtimes{{
      {.python = {3, 6},
       .full_version = "3.6.15",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .support = Support::deprecated,
       .until = "2021-12-23"},
      {.python = {3, 7},
       .full_version = "3.7.17",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .support = Support::deprecated,
       .until = "2023-06-27"},
      {.python = {3, 8},
       .full_version = "3.8.20",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .support = Support::deprecated,
       .until = "2024-10-07"},
      {.python = {3, 9},
       .full_version = "3.9.25",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .support = Support::deprecated,
       .until = "2025-10-31"},
      {.python = {3, 10},
       .full_version = "3.10.22",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .support = Support::deprecated,
       .until = "2026-10-31"},
      {.python = {3, 11},
       .full_version = "3.11.18",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .until = "2027-10-31"},
      {.python = {3, 12},
       .full_version = "3.12.16",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .until = "2028-10-31"},
      {.python = {3, 13},
       .full_version = "3.13.18",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .until = "2029-10-31"},
      {.python = {3, 14},
       .full_version = "3.14.10",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .until = "2030-10-31"},
  }};

  static constexpr std::array<std::string_view, 3> search_path{
      "/var/task", "/opt/python/lib/python{python}/site-packages", "/opt/python"};
  static constexpr std::array<std::string_view, 1> sources{"python.org, 2026-11-20"};

  // The local runtime plays Lambda: its handlers, sizes, layers, names and longest run.
  static constexpr BackendPolicy policy{
      .name = "local",
      .title = "this machine",
      .runtimes = runtimes,
      .limits = {.layers = 5},
      .task_root = "",  // wherever the local store unpacks it
      .handler = {.form = HandlerForm::path_function, .most = 128},
      .keeps_symlinks = true,
      .search_path = search_path,
      .layer_order = LayerOrder::last_wins,
      .memory = {.least = 128, .most = 10240, .usual = 256},
      .timeout_most = 900,
      .function_name = {.least = 1, .most = 64},
      .sources = sources,
  };
};

}  // namespace daypack::local
