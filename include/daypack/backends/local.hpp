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
  // Where a row comes from: the patch release is the oldest that a distribution with this glibc has as its python3, as
  // it was released, since updates may not have reached every machine of a team. Distributions count while they are
  // maintained, if only by extended support; their packages as known on 2026-11-23. An older one is the safe one:
  // python_full_version < "3.11.3" adds a backport where it is needed; a newer machine has one small package too many,
  // an older one would lack one. So with Requires-Python: soupsieve 4.1.2, which wants 3.11.5, gives way to 2.10. The
  // date is the line's end of life at python.org, read on 2026-11-20.
  static constexpr std::array<Runtime, 9> runtimes{{
      // RHEL 8, platform-python 3.6.8-2.el8_0
      {.python = {3, 6},
       .full_version = "3.6.8",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .support = Support::deprecated,
       .until = "2021-12-23"},
      // Debian 10, python3.7 3.7.3-2
      {.python = {3, 7},
       .full_version = "3.7.3",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .support = Support::deprecated,
       .until = "2023-06-27"},
      // Ubuntu 20.04, python3.8 3.8.2-1ubuntu1; 3.8.10 by updates
      {.python = {3, 8},
       .full_version = "3.8.2",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .support = Support::deprecated,
       .until = "2024-10-07"},
      // Debian 11, python3.9 3.9.2-1
      {.python = {3, 9},
       .full_version = "3.9.2",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .support = Support::deprecated,
       .until = "2025-10-31"},
      // Ubuntu 22.04, python3.10 3.10.4-3; 3.10.12 by updates
      {.python = {3, 10},
       .full_version = "3.10.4",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .support = Support::deprecated,
       .until = "2026-10-31"},
      // Debian 12, python3.11 3.11.2-6
      {.python = {3, 11},
       .full_version = "3.11.2",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .until = "2027-10-31"},
      // Ubuntu 24.04, python3.12 3.12.3-1
      {.python = {3, 12},
       .full_version = "3.12.3",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .until = "2028-10-31"},
      // Debian 13, python3.13 3.13.5-2
      {.python = {3, 13},
       .full_version = "3.13.5",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .until = "2029-10-31"},
      // Fedora 43, python3 3.14.0-1.fc43; the first of its line
      {.python = {3, 14},
       .full_version = "3.14.0",
       .glibc = {2, 28},
       .image = &images::manylinux_2_28,
       .arm64 = true,
       .until = "2030-10-31"},
  }};

  static constexpr std::array<std::string_view, 3> search_path{
      "/var/task", "/opt/python/lib/python{python}/site-packages", "/opt/python"};
  static constexpr std::array<std::string_view, 2> sources{"python.org, 2026-11-20",
                                                           "packages of RHEL, Debian, Ubuntu and Fedora, 2026-11-23"};

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
