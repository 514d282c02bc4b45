// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/backends/images.hpp>
#include <daypack/policy.hpp>

#include <array>
#include <cstddef>
#include <string_view>

// AWS Lambda, zip packages and layers. Facts of 2026-11-20; where they come from stands beside each.
namespace daypack::aws {

namespace facts {

// Every runtime has these (boto3 comes with them), for versions see below. AWS patches them weekly and by region, and
// recommends to ship one's own boto3. Source: tracebacks and `pip list` of runtimes in public issues.
inline constexpr std::array preinstalled_2020{Preinstalled{"boto3", "1.12.49", "2020"},
                                              Preinstalled{"botocore", "1.15.49", "2020"},
                                              Preinstalled{"docutils", "0.15.2", "2020"},
                                              Preinstalled{"jmespath", "0.9.5", "2020"},
                                              Preinstalled{"python-dateutil", "2.8.1", "2020"},
                                              Preinstalled{"s3transfer", "0.3.3", "2020"},
                                              Preinstalled{"six", ""},
                                              Preinstalled{"urllib3", "1.25.9", "2020"}};
inline constexpr std::array preinstalled_37{Preinstalled{"boto3", "1.26.90", "2023"},
                                            Preinstalled{"botocore", ""},
                                            Preinstalled{"docutils", ""},
                                            Preinstalled{"jmespath", ""},
                                            Preinstalled{"python-dateutil", ""},
                                            Preinstalled{"s3transfer", ""},
                                            Preinstalled{"six", ""},
                                            Preinstalled{"urllib3", ""}};
inline constexpr std::array preinstalled_2023{Preinstalled{"boto3", "1.26.90", "2023"},
                                              Preinstalled{"botocore", ""},
                                              Preinstalled{"jmespath", ""},
                                              Preinstalled{"python-dateutil", ""},
                                              Preinstalled{"s3transfer", ""},
                                              Preinstalled{"six", ""},
                                              Preinstalled{"urllib3", ""}};
inline constexpr std::array preinstalled_311{Preinstalled{"boto3", "1.27.1", "2023"},
                                             Preinstalled{"botocore", ""},
                                             Preinstalled{"jmespath", ""},
                                             Preinstalled{"python-dateutil", ""},
                                             Preinstalled{"s3transfer", ""},
                                             Preinstalled{"six", ""},
                                             Preinstalled{"urllib3", ""}};
inline constexpr std::array preinstalled_2025{Preinstalled{"boto3", "1.38.36", "2025-08"},
                                              Preinstalled{"botocore", "1.38.36", "2025-08"},
                                              Preinstalled{"jmespath", ""},
                                              Preinstalled{"python-dateutil", ""},
                                              Preinstalled{"s3transfer", ""},
                                              Preinstalled{"six", ""},
                                              Preinstalled{"snapshot-restore-py", ""},
                                              Preinstalled{"urllib3", ""}};

// Where a row comes from: system and glibc are those of aws-lambda-builders 1.68, _RUNTIME_GLIBC; dates and states
// those of cfn-lint 1.58, LmbdRuntimeLifecycle.json of 2026-10-20; the patch release is the newest of its line on
// 2026-11-20 (CPython's own, as uv 0.13.8 lists them), which AWS follows. All read on 2026-11-20. python3.15 is in
// botocore's list of runtimes but in no document yet.
inline constexpr std::array<Runtime, 9> runtimes{{
    // Amazon Linux 1
    {.python = {3, 6},
     .full_version = "3.6.15",
     .glibc = {2, 17},
     .image = &images::amazon_linux_1,
     .support = Support::retired,
     .until = "2022-07-18",
     .creates_until = "2022-07-18",
     .updates_until = "2022-08-29",
     .preinstalled = facts::preinstalled_2020},
    // Amazon Linux 1
    {.python = {3, 7},
     .full_version = "3.7.17",
     .glibc = {2, 17},
     .image = &images::amazon_linux_1,
     .support = Support::retired,
     .until = "2023-12-04",
     .creates_until = "2024-01-09",
     .updates_until = "2027-03-03",
     .preinstalled = facts::preinstalled_37},
    // Amazon Linux 2
    {.python = {3, 8},
     .full_version = "3.8.20",
     .glibc = {2, 26},
     .image = &images::amazon_linux_2,
     .arm64 = true,
     .support = Support::deprecated,
     .until = "2024-10-14",
     .creates_until = "2027-02-01",
     .updates_until = "2027-03-03",
     .preinstalled = facts::preinstalled_2023},
    // Amazon Linux 2
    {.python = {3, 9},
     .full_version = "3.9.25",
     .glibc = {2, 26},
     .image = &images::amazon_linux_2,
     .arm64 = true,
     .support = Support::deprecated,
     .until = "2025-12-15",
     .creates_until = "2027-02-01",
     .updates_until = "2027-03-03",
     .preinstalled = facts::preinstalled_2023},
    // Amazon Linux 2
    {.python = {3, 10},
     .full_version = "3.10.22",
     .glibc = {2, 26},
     .image = &images::amazon_linux_2,
     .arm64 = true,
     .support = Support::deprecated,
     .until = "2026-10-31",
     .creates_until = "2027-02-01",
     .updates_until = "2027-03-03",
     .preinstalled = facts::preinstalled_2023},
    // Amazon Linux 2
    {.python = {3, 11},
     .full_version = "3.11.18",
     .glibc = {2, 26},
     .image = &images::amazon_linux_2,
     .arm64 = true,
     .until = "2027-06-30",
     .creates_until = "2027-07-31",
     .updates_until = "2027-08-31",
     .preinstalled = facts::preinstalled_311},
    // Amazon Linux 2023
    {.python = {3, 12},
     .full_version = "3.12.16",
     .glibc = {2, 34},
     .image = &images::amazon_linux_2023,
     .arm64 = true,
     .until = "2028-10-31",
     .creates_until = "2028-11-30",
     .updates_until = "2029-01-10",
     .preinstalled = facts::preinstalled_2025},
    // Amazon Linux 2023
    {.python = {3, 13},
     .full_version = "3.13.18",
     .glibc = {2, 34},
     .image = &images::amazon_linux_2023,
     .arm64 = true,
     .until = "2029-06-30",
     .creates_until = "2029-07-31",
     .updates_until = "2029-08-31",
     .preinstalled = facts::preinstalled_2025},
    // Amazon Linux 2023
    {.python = {3, 14},
     .full_version = "3.14.10",
     .glibc = {2, 34},
     .image = &images::amazon_linux_2023,
     .arm64 = true,
     .until = "2029-06-30",
     .creates_until = "2029-07-31",
     .updates_until = "2029-08-31"},
}};

// Unzipped: function and layers together, "Unzipped size must be smaller than 262144000 bytes". Direct: 50 MB in the
// documents ("MB" is 1024 KB there); request: "Request must be smaller than 70167211 bytes", with the zip in base64. By
// S3 no limit of its own. Five layers and 4 KB of variables for each function. Source: Lambda developer guide, quotas,
// and the service's error texts.
inline constexpr Limits limits{
    .direct = 52'428'800, .request = 70'167'211, .unzipped = 262'144'000, .environment = 4096, .layers = 5};

// sys.path as bootstrap.py of the python3.10 runtime builds it (read on 2026-11-20): the second and third only when
// PYTHONPATH is not set. Later ones have boto3 in site-packages of /var/lang, which comes behind.
inline constexpr std::array<std::string_view, 4> search_path{
    "/var/task", "/opt/python/lib/python{python}/site-packages", "/opt/python", "/var/runtime"};
// Dockerfile of the base images.
inline constexpr std::string_view library_path =
    "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib";

// botocore 1.44.5, service model.
inline constexpr NameRule function_name{.least = 1, .most = 64};
inline constexpr NameRule layer_name{.least = 1, .most = 140};

// Lithops for AWS Lambda: README of 2.2.4 (seed of 2020-11-09), and the list of 3.8.0.
inline constexpr std::array<std::string_view, 14> lithops_2020{
    "beautifulsoup4", "httplib2",   "kafka-python", "lxml",  "python-dateutil", "requests", "scrapy",
    "simplejson",     "virtualenv", "Twisted",      "PyJWT", "Pillow",          "redis",    "pika==0.13.1"};
inline constexpr std::array<std::string_view, 9> lithops_2026{"numpy",  "requests", "redis",     "pika",  "cloudpickle",
                                                              "ps-mem", "tblib",    "urllib3<2", "psutil"};
inline constexpr std::array<BaseList, 2> base_lists{
    {{"lithops-2.2.4", "2020-11-09", lithops_2020}, {"lithops-3.8.0", "2026-11-20", lithops_2026}}};

inline constexpr std::array<std::string_view, 5> sources{
    "AWS Lambda developer guide, quotas and layers, 2026-11-20", "aws-lambda-builders 1.68, 2026-11-20",
    "awslambdaric 4.2.2 and the bootstrap.py of python3.10, 2026-11-20", "botocore 1.44.5, 2026-11-20",
    "cfn-lint 1.58, LmbdRuntimeLifecycle.json of 2026-10-20, 2026-11-20"};

// The folder that a Python's own layers have (developer guide, "Packaging your layer content").
inline constexpr std::array<std::string_view, 9> versioned_folders{
    "python/lib/python3.6/site-packages",  "python/lib/python3.7/site-packages",
    "python/lib/python3.8/site-packages",  "python/lib/python3.9/site-packages",
    "python/lib/python3.10/site-packages", "python/lib/python3.11/site-packages",
    "python/lib/python3.12/site-packages", "python/lib/python3.13/site-packages",
    "python/lib/python3.14/site-packages"};

constexpr std::array<Runtime, 9> versioned_runtimes() {
  std::array<Runtime, 9> rows = runtimes;
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].packages_folder = versioned_folders[i];
  return rows;
}

}  // namespace facts

// A layer: python/ is found by every Python that can load what lies in it.
struct Layer {
  static constexpr BackendPolicy policy{
      .name = "aws_layer",
      .title = "AWS Lambda layer",
      .kind = PackageKind::layer,
      .functions = "aws_lambda",
      .runtimes = facts::runtimes,
      .limits = facts::limits,
      .packages_folder = "python",
      .code_folder = "python",
      .task_root = "/opt",
      .handler = {.form = HandlerForm::none},
      .keeps_symlinks = true,
      .search_path = facts::search_path,
      .library_path = facts::library_path,
      .layer_order = LayerOrder::last_wins,
      .has_memory = false,
      .timeout_most = 0,
      .layer_name = facts::layer_name,
      .base_lists = facts::base_lists,
      .sources = facts::sources,
  };
};

struct Lambda {
  static constexpr BackendPolicy policy{
      .name = "aws_lambda",
      .title = "AWS Lambda",
      .layer = &Layer::policy,
      .runtimes = facts::runtimes,
      .limits = facts::limits,
      // LAMBDA_TASK_ROOT, first on sys.path; .pth files are honoured there. Source: bootstrap.py of the python3.10
      // runtime.
      .task_root = "/var/task",
      // No entry sources: awslambdaric 4.2.2 imports the handler by importlib, so it may be bytecode alone. 128
      // characters without white space: botocore 1.44.5.
      .handler = {.form = HandlerForm::path_function, .most = 128},
      // Kept in functions and layers (seen in public packages of other tools; not documented).
      .keeps_symlinks = true,
      .search_path = facts::search_path,
      .library_path = facts::library_path,
      .layer_order = LayerOrder::last_wins,
      // Lambda developer guide, quotas. 256 MB is daypack's choice (the service's default is 128).
      .memory = {.least = 128, .most = 10240, .usual = 256},
      .timeout_most = 900,
      .function_name = facts::function_name,
      .layer_name = facts::layer_name,
      .base_lists = facts::base_lists,
      .sources = facts::sources,
  };
};

// A layer of one minor version: python/lib/python3.12/site-packages, which comes before the python/ of all layers.
struct VersionedLayer {
  static constexpr std::array<Runtime, 9> runtimes = facts::versioned_runtimes();
  static constexpr BackendPolicy policy = [] {
    BackendPolicy versioned = Layer::policy;
    versioned.name = "aws_layer_versioned";
    versioned.title = "AWS Lambda layer of one Python";
    versioned.runtimes = runtimes;
    return versioned;
  }();
};

}  // namespace daypack::aws
