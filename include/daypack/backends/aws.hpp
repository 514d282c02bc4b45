// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/policy.hpp>

#include <array>

// AWS Lambda, zip packages. Facts of 2026-11-20; where they come from stands beside each.
namespace daypack::aws {

namespace detail {

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

}  // namespace detail

struct Lambda {
  // Where a row comes from: system and glibc are those of aws-lambda-builders 1.68, _RUNTIME_GLIBC; dates and states
  // those of cfn-lint 1.58, LmbdRuntimeLifecycle.json of 2026-10-20; the patch release is the newest of its line on
  // 2026-11-20 (CPython's own, as uv 0.13.8 lists them), which AWS follows. All read on 2026-11-20. python3.15 is in
  // botocore's list of runtimes but in no document yet.
  static constexpr std::array<Runtime, 9> runtimes{{
      // Amazon Linux 1; creating blocked since 2022-07-18, updating since 2022-08-29 (developer guide of 2023-10,
      // cfn-lint)
      {.python = {3, 6},
       .full_version = "3.6.15",
       .glibc = {2, 17},
       .support = Support::retired,
       .until = "2022-07-18",
       .preinstalled = detail::preinstalled_2020},
      // Amazon Linux 1; creating blocked since 2024-01-09, updating from 2027-03-03 (cfn-lint)
      {.python = {3, 7},
       .full_version = "3.7.17",
       .glibc = {2, 17},
       .support = Support::retired,
       .until = "2023-12-04",
       .preinstalled = detail::preinstalled_37},
      // Amazon Linux 2; creating blocked from 2027-02-01, updating from 2027-03-03 (cfn-lint)
      {.python = {3, 8},
       .full_version = "3.8.20",
       .glibc = {2, 26},
       .arm64 = true,
       .support = Support::deprecated,
       .until = "2024-10-14",
       .preinstalled = detail::preinstalled_2023},
      // Amazon Linux 2; creating blocked from 2027-02-01, updating from 2027-03-03 (cfn-lint)
      {.python = {3, 9},
       .full_version = "3.9.25",
       .glibc = {2, 26},
       .arm64 = true,
       .support = Support::deprecated,
       .until = "2025-12-15",
       .preinstalled = detail::preinstalled_2023},
      // Amazon Linux 2; creating blocked from 2027-02-01, updating from 2027-03-03 (cfn-lint)
      {.python = {3, 10},
       .full_version = "3.10.22",
       .glibc = {2, 26},
       .arm64 = true,
       .support = Support::deprecated,
       .until = "2026-10-31",
       .preinstalled = detail::preinstalled_2023},
      // Amazon Linux 2; creating blocked from 2027-07-31, updating from 2027-08-31 (cfn-lint)
      {.python = {3, 11},
       .full_version = "3.11.18",
       .glibc = {2, 26},
       .arm64 = true,
       .until = "2027-06-30",
       .preinstalled = detail::preinstalled_311},
      // Amazon Linux 2023; creating blocked from 2028-11-30, updating from 2029-01-10 (cfn-lint)
      {.python = {3, 12},
       .full_version = "3.12.16",
       .glibc = {2, 34},
       .arm64 = true,
       .until = "2028-10-31",
       .preinstalled = detail::preinstalled_2025},
      // Amazon Linux 2023; creating blocked from 2029-07-31, updating from 2029-08-31 (cfn-lint)
      {.python = {3, 13},
       .full_version = "3.13.18",
       .glibc = {2, 34},
       .arm64 = true,
       .until = "2029-06-30",
       .preinstalled = detail::preinstalled_2025},
      // Amazon Linux 2023; creating blocked from 2029-07-31, updating from 2029-08-31 (cfn-lint)
      {.python = {3, 14}, .full_version = "3.14.10", .glibc = {2, 34}, .arm64 = true, .until = "2029-06-30"},
  }};

  static constexpr BackendPolicy policy{
      .name = "aws_lambda",
      .title = "AWS Lambda",
      .runtimes = runtimes,
      // Unzipped: function and layers together, "Unzipped size must be smaller than 262144000 bytes". Direct: 50 MB in
      // the documents
      // ("MB" is 1024 KB there); what is enforced is the whole request, 70167211 bytes with the zip in base64. By S3 no
      // limit of its own. Source: Lambda developer guide, quotas, and the service's error texts.
      .limits = {.unzipped = 262'144'000, .direct = 52'428'800},
      // LAMBDA_TASK_ROOT, first on sys.path; .pth files are honoured there. Source: bootstrap.py of the python3.10
      // runtime.
      .task_root = "/var/task",
      // Lambda developer guide, quotas. 256 MB is daypack's choice (the service's default is 128).
      .memory = {.least = 128, .most = 10240, .usual = 256},
      .timeout_most = 900,
      // No entry sources: awslambdaric 4.2.2 imports the handler by importlib, so it may be bytecode alone.
      // Kept in functions and layers (seen in public packages of other tools; not documented).
      .keeps_symlinks = true,
  };
};

}  // namespace daypack::aws
