// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/aws.hpp>
#include <daypack/deployment.hpp>
#include <daypack/stages/upload.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace daypack::aws {

// A version of a layer of AWS Lambda, of packages of aws::Layer and aws::VersionedLayer:
// Upload{aws::LayerVersion{.name = "deps"}}.
struct LayerVersion {
  using backend = AnyBackend;
  static constexpr PackageKind delivers = PackageKind::layer;

  std::string name = {};  // 1 to 140 of A-Z a-z 0-9 - _
  std::string description = {};
  std::string licence = {};                 // an SPDX id, a URL, or its text; at most 512 characters
  std::vector<std::string> runtimes = {};   // "python3.12"; empty: the one that it was built for
  std::vector<std::string> functions = {};  // that get it, in the place of its earlier version if they have one
  int keep_versions = 0;                    // delete older ones; 0: none is deleted
  std::string bucket = {};                  // of the same region, for packages that are too large for the call itself
  std::string prefix = "daypack/";
  bool dry_run = false;                // read only; each change that would be asked for is a note
  std::chrono::seconds patience{600};  // for each state of a function that is waited for
  Access access = {};

  // Publishes a version, unless one of the five newest has the same content, runtimes and architectures. A version
  // whose answer was lost is found again, not made twice. Throws Error{usage}, Error{over_limit}, ServiceError,
  // Error{network}, Error{cancelled}.
  DAYPACK_DECL Deployment deliver(const Archive& archive, Context& context) const;
};

}  // namespace daypack::aws

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/aws_layer.ipp>
#endif
