// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/backends/aliyun.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/aliyun.hpp>
#include <daypack/deployment.hpp>
#include <daypack/providers/service.hpp>
#include <daypack/stages/upload.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace daypack::aliyun {

// A function of Alibaba Cloud Function Compute 3.0: Upload{aliyun::Function{.name = "thumbnails"}}.
//
// What is not said is left as it is, or made as the comments say when the function is created.
struct Function {
  using backend = Fc;
  static constexpr PackageKind delivers = PackageKind::function;

  std::string name = {};     // 1 to 64 of A-Z a-z 0-9 - _, with no digit or '-' at its beginning
  std::string role = {};     // ARN of the RAM role that it runs as: "acs:ram::ACCOUNT:role/NAME"; it needs none
  std::string handler = {};  // module.function; empty: the one that the package was built with, else "app.handler"
  std::string description = {};
  int memory = 0;                                       // MB, a multiple of 64; 256
  double cpu = 0;                                       // vCPU, a multiple of 0.05; for each GB 0.25 to 1; about 0.5
  int timeout = 0;                                      // seconds; 30
  int disk = 0;                                         // MB: 512 or 10240; 512
  int concurrency = 0;                                  // calls that one instance serves at once; 1
  std::map<std::string, std::string> environment = {};  // added to what there is
  bool environment_exact = false;                       // instead of what there is
  std::optional<std::vector<std::string>> layers = {};  // ARNs of layer versions; the first one wins
  std::optional<bool> internet = {};                    // whether it may reach it
  std::map<std::string, std::string> tags = {};         // of a function that is created

  bool publish = false;    // as a version with a number
  std::string alias = {};  // that then points to it; publishes
  double weight = 1;       // of the alias's calls that the new version gets; below 1, the old one gets the others
  int keep_versions = 0;   // delete older ones that no alias points to; 0: none is deleted
  std::optional<Smoke> smoke = {};  // called before the alias moves

  std::string bucket = {};  // of OSS in the function's region, for packages that are too large for the call itself
  std::string prefix = "daypack/";
  bool dry_run = false;                // read only; each change that would be asked for is a note
  std::chrono::seconds patience{600};  // for each state that is waited for
  Access access = {};

  // Creates or updates it, by one call that has code and settings; what is there already is asked first, so that
  // whatever was interrupted goes on where it stood, and an unchanged function costs one request. Throws Error{usage}
  // for options that the service would refuse, Error{over_limit}, Error{verification} for a failed smoke call,
  // ServiceError, Error{network}, Error{cancelled}. Nobody who calls an alias sees a version that is not active.
  DAYPACK_DECL Deployment deliver(const Archive& archive, Context& context) const;
};

}  // namespace daypack::aliyun

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/aliyun_function.ipp>
#endif
