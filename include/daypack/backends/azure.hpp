// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/policy.hpp>

#include <array>
#include <span>
#include <string_view>

// Azure Functions on Linux, x86_64 only. Facts of 2026-11-20.
namespace daypack::azure {

namespace detail {

// Python 3.6 looks for packages in a folder of its own version.
inline constexpr std::string_view packages_folder_36 = ".python_packages/lib/python3.6/site-packages";

// Where a row comes from: the system is that of the images of azure-functions-docker and Core Tools of 2026-08. Hosted
// images may differ from them, so the oldest glibc that an image of the line had is taken, and not above 2.28 before
// 3.12, nor above 2.34 from then on. Dates: end of life at python.org, but for 3.6. The patch release is the newest of
// its line (CPython's own, as uv 0.13.8 lists them). All read on 2026-11-20. Up to 3.9 runtimes ran on other plans
// than Flex Consumption, and none takes new functions.
inline constexpr std::array<Runtime, 9> runtimes{{
    // host 3.0, Debian 10 (glibc 2.28); ended with extended support on 2022-09-30 (provider's documents)
    {.python = {3, 6},
     .full_version = "3.6.15",
     .glibc = {2, 28},
     .support = Support::retired,
     .until = "2022-09-30",
     .packages_folder = packages_folder_36},
    // Debian 10 (2.28), later Debian 11 (2.31); python.org
    {.python = {3, 7}, .full_version = "3.7.17", .glibc = {2, 28}, .support = Support::retired, .until = "2023-06-27"},
    // Debian 10 (2.28), later Debian 11 (2.31); python.org
    {.python = {3, 8}, .full_version = "3.8.20", .glibc = {2, 28}, .support = Support::retired, .until = "2024-10-07"},
    // Debian 10 (2.28), later Debian 11 (2.31); python.org
    {.python = {3, 9}, .full_version = "3.9.25", .glibc = {2, 28}, .support = Support::retired, .until = "2025-10-31"},
    // Debian 11 (2.31), before that Debian 10 (2.28); python.org
    {.python = {3, 10},
     .full_version = "3.10.22",
     .glibc = {2, 28},
     .support = Support::deprecated,
     .until = "2026-10-31"},
    // Debian 11 (2.31), before that Debian 10 (2.28); python.org
    {.python = {3, 11}, .full_version = "3.11.18", .glibc = {2, 28}, .until = "2027-10-31"},
    // Debian 12 (2.36); python.org
    {.python = {3, 12}, .full_version = "3.12.16", .glibc = {2, 34}, .until = "2028-10-31"},
    // Debian 12 (2.36); python.org
    {.python = {3, 13}, .full_version = "3.13.18", .glibc = {2, 34}, .until = "2029-10-31"},
    // Ubuntu 24.04 (2.39); python.org
    {.python = {3, 14}, .full_version = "3.14.10", .glibc = {2, 34}, .until = "2030-10-31"},
}};

// The only folder that the worker looks into besides the root, from 3.7 on (its PYTHONPATH,
// azure-functions-python-worker).
inline constexpr std::string_view packages_folder = ".python_packages/lib/site-packages";

// What the host and the worker open by name, and only with the extension .py. Programming model v2: function_app.py at
// the root, or the file that PYTHON_SCRIPT_FILE_NAME names there; v1: __init__.py in the folder of each function.
// Packages lie elsewhere, so little is kept. A v1 function.json with another scriptFile than __init__.py wants that
// file as a source of its own.
inline constexpr std::array<std::string_view, 2> entry_sources{"/*.py", "*/__init__.py"};

// Nothing is preinstalled for the user: the worker's own azure-functions, grpcio and protobuf may shadow, never serve.
// The documents ask to ship azure-functions always.

// The memory sizes of a Flex Consumption instance.
inline constexpr std::array<int, 3> flex_sizes{512, 2048, 4096};

}  // namespace detail

// The Flex Consumption plan, the default of today.
struct Functions {
  static constexpr BackendPolicy policy{
      .name = "azure_functions",
      .title = "Azure Functions",
      .runtimes = daypack::azure::detail::runtimes,
      // 1 GB is documented for packages that run without being unpacked; no limit of the unpacked size is.
      .limits = {.zipped = 1'073'741'824},
      .packages_folder = daypack::azure::detail::packages_folder,
      .task_root = "/home/site/wwwroot",
      .memory = {.least = 512, .most = 4096, .usual = 2048, .sizes = daypack::azure::detail::flex_sizes},
      .timeout_most = 0,  // 30 minutes unless host.json says otherwise
      .entry_sources = daypack::azure::detail::entry_sources,
      .keeps_symlinks = false,  // extracted by .NET's ZipArchive, which keeps neither links nor modes (KuduLite)
  };
};

// The Linux Consumption plan (Y1): its memory cannot be chosen, it ends on 2028-09-30 and gets no new Python.
struct Consumption {
  static constexpr BackendPolicy policy{
      .name = "azure_consumption",
      .title = "Azure Functions, Linux Consumption plan",
      .runtimes = std::span<const Runtime>(daypack::azure::detail::runtimes).first(7),
      // Unpacking takes the plan's 500 MB of temporary storage.
      .limits = {.zipped = 1'073'741'824, .unzipped = 524'288'000},
      .packages_folder = daypack::azure::detail::packages_folder,
      .task_root = "/home/site/wwwroot",
      .has_memory = false,
      .memory = {.least = 1536, .most = 1536, .usual = 1536},
      .timeout_most = 600,
      .entry_sources = daypack::azure::detail::entry_sources,
      .keeps_symlinks = false,
  };
};

}  // namespace daypack::azure
