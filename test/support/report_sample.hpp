// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/backends/aws.hpp>
#include <daypack/manifest.hpp>
#include <daypack/report/report.hpp>

// What the tests of reports look at.
namespace daypack::support {

inline Manifest sample_manifest() {
  Manifest manifest{.backend = "aws_lambda", .python = "3.12", .arch = "x86_64", .handler = "app.handler"};
  manifest.distributions = {{.name = "numpy", .version = "2.2.6"}, {.name = "six", .version = "1.17.0"}};
  manifest.items = {{.path = "app.pyc", .size = 5, .compressed = 4},
                    {.path = "numpy/__init__.pyc", .size = 200, .compressed = 100, .distribution = "numpy"},
                    {.path = "numpy/core.so", .size = 1000, .compressed = 400, .distribution = "numpy"},
                    {.path = "numpy/data.bin", .size = 500, .compressed = 200, .distribution = "numpy"},
                    {.path = "six.pyc", .size = 300, .compressed = 150, .distribution = "six"}};
  manifest.unzipped = 2005;
  manifest.ledger = {
      {.path = "numpy/tests/a.py", .bytes = 40, .compressed = 20, .distribution = "numpy", .rule = "tests"},
      {.change = Change::rewritten,
       .path = "numpy/core.so",
       .bytes = 1030,
       .bytes_after = 1000,
       .compressed = 420,
       .distribution = "numpy",
       .rule = "strip"},
      {.path = "numpy/tests/b.py", .bytes = 50, .compressed = 30, .distribution = "numpy", .rule = "tests"},
      {.change = Change::kept, .path = "six.py", .bytes = 10, .distribution = "six", .rule = "tests"},
      {.change = Change::rewritten,
       .path = "six.py",
       .bytes = 400,
       .bytes_after = 300,
       .distribution = "six",
       .rule = "pyc-only"}};
  return manifest;
}

inline Report sample_report() {
  Report report = report_of(sample_manifest(), 900, &aws::Lambda::policy);
  report.name = "out.zip";
  return report;
}

}  // namespace daypack::support
