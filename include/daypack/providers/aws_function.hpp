// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/backends/aws.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/aws.hpp>
#include <daypack/deployment.hpp>
#include <daypack/providers/service.hpp>
#include <daypack/stages/upload.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace daypack::aws {

using daypack::Smoke;

// A function of AWS Lambda: Upload{aws::Function{.name = "thumbnails", .role = "arn:aws:iam::..."}}.
//
// What is not said is left as it is, or made as the comments say when the function is created.
struct Function {
  using backend = Lambda;
  static constexpr PackageKind delivers = PackageKind::function;

  std::string name = {};     // 1 to 64 of A-Z a-z 0-9 - _
  std::string role = {};     // ARN of the role that it runs as; needed to create it
  std::string handler = {};  // module.function; empty: the one that the package was built with, else "app.handler"
  std::string description = {};
  int memory = 0;                                       // MB; 256
  int timeout = 0;                                      // seconds; 30
  int ephemeral_storage = 0;                            // MB of /tmp; 512
  std::map<std::string, std::string> environment = {};  // added to what there is
  bool environment_exact = false;                       // instead of what there is
  std::optional<std::vector<std::string>> layers = {};  // ARNs of layer versions; later ones win
  std::vector<std::string> subnets = {};                // with security groups: of its VPC
  std::vector<std::string> security_groups = {};
  std::map<std::string, std::string> tags = {};  // added to what there is
  std::optional<bool> snap_start = {};           // a snapshot of the started function for each published version

  bool publish = false;    // as a version with a number
  std::string alias = {};  // that then points to it; publishes
  double weight = 1;       // of the alias's calls that the new version gets; below 1, the old one gets the others
  int keep_versions = 0;   // delete older ones that no alias points to; 0: none is deleted
  std::optional<Smoke> smoke = {};  // called before the alias moves

  std::string bucket = {};  // of the function's region, for packages that are too large for the call itself
  std::string prefix = "daypack/";
  std::string revision = {};           // refuse unless the function is still this one (RevisionId)
  bool dry_run = false;                // read only; each change that would be asked for is a note
  std::chrono::seconds patience{600};  // for each state that is waited for
  Access access = {};

  // Creates or updates it, step by step; each step asks first what is there already, so that whatever was interrupted
  // goes on where it stood, and an unchanged function costs one request. Throws Error{usage} for options that the
  // service would refuse, Error{over_limit}, Error{verification} for a failed smoke call, ServiceError, Error{network},
  // Error{cancelled}. Nobody who calls an alias sees a version that is not active.
  DAYPACK_DECL Deployment deliver(const Archive& archive, Context& context) const;
};

// Back to what was there before.
struct Rollback {
  std::string name = {};
  std::string alias = {};    // empty: $LATEST gets the code and configuration of the version
  std::string version = {};  // empty: the one before
  bool dry_run = false;
  std::chrono::seconds patience{600};
  Access access = {};

  // An alias that shares its calls between two versions gives all to the older one. Error{not_found} when there is no
  // earlier version; else as Function::deliver.
  DAYPACK_DECL Deployment run(Context& context) const;
};

}  // namespace daypack::aws

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/aws_function.ipp>
#endif
