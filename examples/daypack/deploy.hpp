// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/aws.hpp>
#include <daypack/deployment.hpp>
#include <daypack/manifest.hpp>

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace cli {

// How a provider is reached; what is not given is found as its own tools find it.
struct AccessOptions {
  std::string profile = {};
  std::string region = {};
  std::string endpoint_url = {};

  daypack::aws::Access aws() const { return {profile, region, endpoint_url}; }
};

// Options of deploy for functions and layers of providers; which of them has which, deploy_options.cpp says.
struct ServiceOptions {
  std::string role = {};
  std::string description = {};
  int ephemeral_storage = 0;
  double cpu = 0;
  bool environment_exact = false;
  std::vector<std::string> subnets = {};
  std::vector<std::string> security_groups = {};
  std::vector<std::string> tags = {};
  std::string snap_start = {};
  bool publish = false;
  std::string alias = {};
  double weight = 1;
  int keep_versions = 0;
  std::string smoke = {};
  std::string expect = {};
  std::string bucket = {};
  std::string prefix = "daypack/";
  std::string revision = {};
  std::vector<std::string> attach = {};
  std::string licence = {};
  std::string resource_group = {};
  std::string slot = {};
  std::string subscription = {};
  std::string publish_profile = {};
  bool run_from_package = false;
  std::string identity = {};
  int patience = 600;
};

// Options of deploy that only stores of objects have.
struct StoreOptions {
  std::string key = {};
  std::vector<std::string> metadata = {};
  std::string storage_class = {};
  std::string kms_key = {};
  std::string account = {};
};

struct DeployOptions {
  std::string archive = {};
  std::string name = {};
  std::string backend = {};
  std::string to = "local";
  std::string handler = {};
  int memory = 0;   // not given: what is usual for the backend
  int timeout = 0;  // not given: 30
  std::vector<std::string> environment = {};
  std::vector<std::string> layers = {};
  bool dry_run = false;
  AccessOptions access = {};
  ServiceOptions service = {};
  StoreOptions store = {};
  std::vector<std::string> given = {};  // the names of the options that stood on the command line
};

// A layer that was cut off a package, and the zip that lies beside it.
struct LayerBeside {
  std::string name = {};
  std::string path = {};
};

// Those that the package was built with; Error{hash_mismatch} for another one.
std::vector<LayerBeside> layers_beside(const std::string& archive, const daypack::Manifest& manifest);

// Brings a zip that build has written to the local store, with the layers that were cut off it, as the command deploy
// does without further options.
daypack::Deployment deploy_locally(const std::string& archive, const std::string& name,
                                   const daypack::Context& context);

void add_access_options(CLI::App& command, AccessOptions& access);
// All options of deploy that stand in deploy_options.cpp's table.
void add_place_options(CLI::App& command, DeployOptions& options);
// Error{usage} for an option that means nothing where a package of this backend goes.
void check_given(const DeployOptions& options, const std::string& backend);

// Whether it names a store of objects: s3://BUCKET/PREFIX, gs://, oss://, az://.
bool is_store(const std::string& to);
daypack::Deployment deploy_to_store(const DeployOptions& options, const daypack::Archive& archive,
                                    const daypack::Context& context);
// Functions and layers: of the provider that the package was built for.
daypack::Deployment deploy_to_aws(const DeployOptions& options, const daypack::Archive& archive,
                                  const daypack::Context& context);
daypack::Deployment deploy_to_aliyun(const DeployOptions& options, const daypack::Archive& archive,
                                     const daypack::Context& context);
daypack::Deployment deploy_to_azure(const DeployOptions& options, const daypack::Archive& archive,
                                    const daypack::Context& context);

}  // namespace cli
