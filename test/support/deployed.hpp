// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/detail/base64.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/testing/context.hpp>
#include <daypack/testing/fake_http.hpp>

#include <chrono>
#include <memory>
#include <string>

#include "support/still_clock.hpp"
#include "support/variable.hpp"

namespace daypack::support {

// Someone with keys of AWS in the environment, and a network by script.
struct Deployer {
  Variable key{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"};
  Variable secret{"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
  Variable region{"AWS_REGION", "eu-west-1"};
  Variable config{"AWS_CONFIG_FILE", "/nonexistent"};
  Variable shared{"AWS_SHARED_CREDENTIALS_FILE", "/nonexistent"};
  std::shared_ptr<testing::FakeHttp> http = std::make_shared<testing::FakeHttp>();

  Context context() const {
    const auto noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + std::chrono::hours(12);
    return testing::context(Services{.http = http, .clock = std::make_shared<StillClock>(noon)});
  }
};

// A package, of which the bytes do not matter, in three segments.
inline Archive archive_for(const std::string& python, const std::string& handler) {
  Manifest manifest;
  manifest.python = python;
  manifest.arch = "x86_64";
  manifest.handler = handler;
  const std::string bytes = "a package for " + python + ' ' + handler;
  const Blob blob = blob_of(bytes);
  return Archive({blob.slice(0, 4), blob.slice(4, 1), blob.slice(5, bytes.size() - 5)}, sha256_of(blob.bytes),
                 std::move(manifest));
}

inline std::string base64_sha256(const Archive& archive) { return detail::base64_of(archive.sha256()); }

inline std::string base64_of_archive(const Archive& archive) { return detail::base64_of(archive.segments()); }

}  // namespace daypack::support
