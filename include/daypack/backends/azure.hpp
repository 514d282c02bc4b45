// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/backends/images.hpp>
#include <daypack/policy.hpp>

#include <array>
#include <span>
#include <string_view>

// Azure Functions on Linux, x86_64 only. Facts of 2026-11-20.
namespace daypack::azure {

namespace facts {

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
     .image = &images::azure_debian_10,
     .support = Support::retired,
     .until = "2022-09-30",
     .packages_folder = packages_folder_36},
    // Debian 10 (2.28), later Debian 11 (2.31); python.org
    {.python = {3, 7},
     .full_version = "3.7.17",
     .glibc = {2, 28},
     .image = &images::azure_debian_10,
     .support = Support::retired,
     .until = "2023-06-27"},
    // Debian 10 (2.28), later Debian 11 (2.31); python.org
    {.python = {3, 8},
     .full_version = "3.8.20",
     .glibc = {2, 28},
     .image = &images::azure_debian_10,
     .support = Support::retired,
     .until = "2024-10-07"},
    // Debian 10 (2.28), later Debian 11 (2.31); python.org
    {.python = {3, 9},
     .full_version = "3.9.25",
     .glibc = {2, 28},
     .image = &images::azure_debian_10,
     .support = Support::retired,
     .until = "2025-10-31"},
    // Debian 11 (2.31), before that Debian 10 (2.28); python.org
    {.python = {3, 10},
     .full_version = "3.10.22",
     .glibc = {2, 28},
     .image = &images::azure_debian_10,
     .support = Support::deprecated,
     .until = "2026-10-31"},
    // Debian 11 (2.31), before that Debian 10 (2.28); python.org
    {.python = {3, 11},
     .full_version = "3.11.18",
     .glibc = {2, 28},
     .image = &images::azure_debian_10,
     .until = "2027-10-31"},
    // Debian 12 (2.36); python.org
    {.python = {3, 12},
     .full_version = "3.12.16",
     .glibc = {2, 34},
     .image = &images::azure_debian_12,
     .until = "2028-10-31"},
    // Debian 12 (2.36); python.org
    {.python = {3, 13},
     .full_version = "3.13.18",
     .glibc = {2, 34},
     .image = &images::azure_debian_12,
     .until = "2029-10-31"},
    // Ubuntu 24.04 (2.39); python.org
    {.python = {3, 14},
     .full_version = "3.14.10",
     .glibc = {2, 34},
     .image = &images::azure_debian_12,
     .until = "2030-10-31"},
}};

// The only folder that the worker looks into besides the root, from 3.7 on (its PYTHONPATH,
// azure-functions-python-worker).
inline constexpr std::string_view packages_folder = ".python_packages/lib/site-packages";

// What the host and the worker open by name, and only with the extension .py. Programming model v2: function_app.py at
// the root, or the file that PYTHON_SCRIPT_FILE_NAME names there; v1: __init__.py in the folder of each function.
// Packages lie elsewhere, so little is kept. A v1 function.json with another scriptFile than __init__.py wants that
// file as a source of its own.
inline constexpr std::array<std::string_view, 2> entry_sources{"/*.py", "*/__init__.py"};

// Programming model v2, or v1. Another name of the v2 file than function_app.py is set by PYTHON_SCRIPT_FILE_NAME.
inline constexpr std::array<std::string_view, 2> entry_files{"/function_app.py", "*/function.json"};

// host.json: the host refuses a package without it. The extension bundle of host 4 gives bindings other than HTTP and
// timers (documents, "host.json reference" and "extension bundles"; lithops 3.8.0 asks for the same range).
inline constexpr std::array<GeneratedFile, 1> generated{{{"host.json",
                                                          R"json({
  "version": "2.0",
  "extensionBundle": {
    "id": "Microsoft.Azure.Functions.ExtensionBundle",
    "version": "[4.*, 5.0.0)"
  }
}
)json"}}};

// Nothing is preinstalled for the user: the worker's own azure-functions, grpcio and protobuf may shadow, never serve.
// The documents ask to ship azure-functions always.

// The memory sizes of a Flex Consumption instance.
inline constexpr std::array<int, 3> flex_sizes{512, 2048, 4096};

// sys.path once a worker has started: packages, the worker's own, the root (azure-functions-python-worker). Premium
// puts the root first.
inline constexpr std::array<std::string_view, 3> search_path{"/home/site/wwwroot/.python_packages/lib/site-packages",
                                                             "/azure-functions-host/workers/python/{python}/LINUX/X64",
                                                             "/home/site/wwwroot"};
inline constexpr std::array<std::string_view, 3> premium_search_path{
    "/home/site/wwwroot", "/home/site/wwwroot/.python_packages/lib/site-packages",
    "/azure-functions-host/workers/python/{python}/LINUX/X64"};

// Microsoft.Web/sites in the naming rules of Azure resources: the app's name.
inline constexpr NameRule app_name{
    .least = 2, .most = 60, .characters = "A-Za-z0-9-", .first = "A-Za-z0-9", .last = "A-Za-z0-9"};

// Lithops for Azure Functions: README of 2.6.1 (seed of 2022-06-12), and the list of 3.8.0.
inline constexpr std::array<std::string_view, 14> lithops_2022{"azure-functions",
                                                               "azure-storage-blob",
                                                               "azure-storage-queue",
                                                               "pika",
                                                               "flask",
                                                               "gevent",
                                                               "redis",
                                                               "requests",
                                                               "PyYAML",
                                                               "kubernetes",
                                                               "numpy",
                                                               "cloudpickle",
                                                               "ps-mem",
                                                               "tblib"};
inline constexpr std::array<std::string_view, 15> lithops_2026{"azure-functions",
                                                               "azure-storage-blob",
                                                               "azure-storage-queue",
                                                               "pika",
                                                               "flask",
                                                               "gevent",
                                                               "numpy",
                                                               "redis",
                                                               "requests",
                                                               "PyYAML",
                                                               "kubernetes",
                                                               "cloudpickle",
                                                               "ps-mem",
                                                               "tblib",
                                                               "psutil"};
inline constexpr std::array<BaseList, 2> base_lists{
    {{"lithops-2.6.1", "2022-06-12", lithops_2022}, {"lithops-3.8.0", "2026-11-20", lithops_2026}}};

inline constexpr std::array<std::string_view, 5> sources{
    "Azure Functions documents, plans and limits, 2026-11-20", "azure-functions-docker of 2026-08, 2026-11-20",
    "azure-functions-python-worker and azure-functions-runtime 1.3.0, 2026-11-20", "KuduLite of 2021-09, 2026-11-20",
    "naming rules of Azure resources, 2026-11-21"};

// What all plans share.
inline constexpr BackendPolicy common{
    .runtimes = daypack::azure::facts::runtimes,
    // 1 GB is documented for packages that run without being unpacked; no limit of the unpacked size is.
    .limits = {.zipped = 1'073'741'824},
    .packages_folder = daypack::azure::facts::packages_folder,
    .task_root = "/home/site/wwwroot",
    .entry_files = daypack::azure::facts::entry_files,
    .entry_sources = daypack::azure::facts::entry_sources,
    .generated = daypack::azure::facts::generated,
    .handler = {.form = HandlerForm::http_function},  // without one, function.json or decorators say it
    .keeps_symlinks = false,  // extracted by .NET's ZipArchive, which keeps neither links nor modes
    .keeps_modes = false,     // (KuduLite)
    .search_path = daypack::azure::facts::search_path,
    .timeout_most = 0,  // 30 minutes unless host.json says otherwise
    .function_name = app_name,
    .base_lists = daypack::azure::facts::base_lists,
    .sources = daypack::azure::facts::sources,
};

}  // namespace facts

// The Flex Consumption plan, the default of today.
struct Functions {
  static constexpr BackendPolicy policy = [] {
    BackendPolicy flex = facts::common;
    flex.name = "azure_functions";
    flex.title = "Azure Functions";
    flex.memory = {.least = 512, .most = 4096, .usual = 2048, .sizes = facts::flex_sizes};
    return flex;
  }();
};

// The Elastic Premium plan: the size of its machines is that of the plan, not of the function.
struct Premium {
  static constexpr BackendPolicy policy = [] {
    BackendPolicy premium = facts::common;
    premium.name = "azure_premium";
    premium.title = "Azure Functions, Elastic Premium plan";
    premium.has_memory = false;
    premium.memory = {.least = 3584, .most = 14336, .usual = 3584};
    premium.search_path = facts::premium_search_path;
    return premium;
  }();
};

// The Linux Consumption plan (Y1): its memory cannot be chosen, it ends on 2028-09-30 and gets no new Python.
struct Consumption {
  static constexpr BackendPolicy policy = [] {
    BackendPolicy consumption = facts::common;
    consumption.name = "azure_consumption";
    consumption.title = "Azure Functions, Linux Consumption plan";
    consumption.runtimes = consumption.runtimes.first(7);
    consumption.limits.unzipped = 524'288'000;  // unpacking takes the plan's 500 MB of temporary storage
    consumption.has_memory = false;
    consumption.memory = {.least = 1536, .most = 1536, .usual = 1536};
    consumption.timeout_most = 600;
    return consumption;
  }();
};

}  // namespace daypack::azure
