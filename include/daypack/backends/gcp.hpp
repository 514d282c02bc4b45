// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/backends/images.hpp>
#include <daypack/policy.hpp>

#include <array>
#include <string_view>

// Google Cloud Functions, 2nd generation (Cloud Run functions), x86_64. Facts of 2026-11-20.
namespace daypack::gcp {

namespace facts {

// Where a row comes from: the system is the stack of the provider's page "Cloud Run functions runtimes"
// (docs.cloud.google.com/run/docs/runtimes/function-runtimes: google-18 is Ubuntu 18.04, google-22, google-24), the
// dates are its deprecation and decommission dates; a decommissioned runtime takes neither new functions nor updates.
// Read on 2026-11-21, in copies of the page of that year. The patch release is the newest of its line (CPython's own,
// as uv 0.13.8 lists them, 2026-11-20).
inline constexpr std::array<Runtime, 8> runtimes{{
    {.python = {3, 7},
     .full_version = "3.7.17",
     .glibc = {2, 27},
     .image = &images::ubuntu_18_04,
     .support = Support::retired,
     .until = "2024-01-30",
     .creates_until = "2025-01-30",
     .updates_until = "2025-01-30"},
    {.python = {3, 8},
     .full_version = "3.8.20",
     .glibc = {2, 27},
     .image = &images::ubuntu_18_04,
     .support = Support::retired,
     .until = "2024-10-14",
     .creates_until = "2025-10-14",
     .updates_until = "2025-10-14"},
    {.python = {3, 9},
     .full_version = "3.9.25",
     .glibc = {2, 27},
     .image = &images::ubuntu_18_04,
     .support = Support::retired,
     .until = "2025-10-05",
     .creates_until = "2026-04-05",
     .updates_until = "2026-04-05"},
    {.python = {3, 10},
     .full_version = "3.10.22",
     .glibc = {2, 35},
     .image = &images::ubuntu_22_04,
     .support = Support::deprecated,
     .until = "2026-10-04",
     .creates_until = "2027-04-04",
     .updates_until = "2027-04-04"},
    {.python = {3, 11},
     .full_version = "3.11.18",
     .glibc = {2, 35},
     .image = &images::ubuntu_22_04,
     .until = "2027-10-24",
     .creates_until = "2028-04-24",
     .updates_until = "2028-04-24"},
    {.python = {3, 12},
     .full_version = "3.12.16",
     .glibc = {2, 35},
     .image = &images::ubuntu_22_04,
     .until = "2028-10-02",
     .creates_until = "2029-04-02",
     .updates_until = "2029-04-02"},
    {.python = {3, 13},
     .full_version = "3.13.18",
     .glibc = {2, 35},
     .image = &images::ubuntu_22_04,
     .until = "2029-10-10",
     .creates_until = "2030-04-10",
     .updates_until = "2030-04-10"},
    {.python = {3, 14},
     .full_version = "3.14.10",
     .glibc = {2, 39},
     .image = &images::ubuntu_24_04,
     .until = "2030-10-10",
     .creates_until = "2031-04-10",
     .updates_until = "2031-04-10"},
}};

// The framework opens main.py by its path.
inline constexpr std::array<std::string_view, 1> entry_sources{"/main.py"};
inline constexpr std::array<std::string_view, 1> search_path{"/workspace"};

inline constexpr std::array<std::string_view, 3> sources{
    "Cloud Run functions documents, runtimes, quotas and deploying without a build, 2026-11-21",
    "google-cloud-functions 1.25.0, 2026-11-20", "lithops 3.8.0, 2026-11-20"};

}  // namespace facts

// The archive as `gcloud run deploy --no-build` takes it: packages beside main.py, so nothing is installed remotely. A
// build on the provider's side (Cloud Build) takes the same archive, as long as no requirements.txt lies at its root.
struct Functions {
  static constexpr BackendPolicy policy{
      .name = "gcp_functions",
      .title = "Google Cloud Functions",
      .runtimes = facts::runtimes,
      // No limit of the deployment's size is listed for the 2nd generation (1st: 100 MB zipped, 500 MB unpacked); there
      // are no layers.
      .limits = {},
      .task_root = "/workspace",
      .entry_files = facts::entry_sources,
      .entry_sources = facts::entry_sources,
      .handler = {.form = HandlerForm::function},
      .keeps_symlinks = false,  // nothing is documented
      .search_path = facts::search_path,
      // 2nd generation: 32 GiB; HTTP functions 3600 s (documents).
      .memory = {.least = 128, .most = 32768, .usual = 256},
      .timeout_most = 3600,
      // The id of a function becomes a label of a host name (RFC 1123), so lower case.
      .function_name = {.least = 1, .most = 63, .characters = "a-z0-9-", .first = "a-z", .last = "a-z0-9"},
      .sources = facts::sources,
  };
};

}  // namespace daypack::gcp
