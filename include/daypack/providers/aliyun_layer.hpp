// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/backends/aliyun.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/aliyun.hpp>
#include <daypack/deployment.hpp>
#include <daypack/stages/upload.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace daypack::aliyun {

// A version of a layer of Function Compute, of packages of aliyun::Layer: Upload{aliyun::LayerVersion{.name = "deps"}}.
struct LayerVersion {
  using backend = Layer;
  static constexpr PackageKind delivers = PackageKind::layer;

  std::string name = {};  // 1 to 64 of A-Z a-z 0-9 - _, with no digit or '-' at its beginning
  std::string description = {};
  std::string licence = {};                 // an SPDX id
  std::vector<std::string> runtimes = {};   // "python3.10"; empty: the one that it was built for
  std::vector<std::string> functions = {};  // that get it, in the place of its earlier version, else as the first
  int keep_versions = 0;                    // delete older ones; 0: none is deleted
  std::string bucket = {};  // of OSS in the same region, for packages that are too large for the call itself
  std::string prefix = "daypack/";
  bool dry_run = false;                // read only; each change that would be asked for is a note
  std::chrono::seconds patience{600};  // for each state of a function that is waited for
  Access access = {};

  // Publishes a version, unless one of the five newest has the same content and runtimes. A version whose answer was
  // lost is found again, not made twice. Throws Error{usage}, Error{over_limit}, ServiceError, Error{network},
  // Error{cancelled}.
  DAYPACK_DECL Deployment deliver(const Archive& archive, Context& context) const;
};

}  // namespace daypack::aliyun

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/aliyun_layer.ipp>
#endif
