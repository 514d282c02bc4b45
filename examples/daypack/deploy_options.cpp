// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "deploy.hpp"

#include <daypack/error.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace cli {

namespace {

// Where packages go.
enum Place : unsigned {
  local = 1,
  aws_function = 2,
  aws_layer = 4,
  aliyun_function = 8,
  aliyun_layer = 16,
  azure_function = 32,
  s3 = 64,
  gs = 128,
  oss = 256,
  az = 512,
};

constexpr unsigned aws = aws_function | aws_layer, aliyun = aliyun_function | aliyun_layer;
constexpr unsigned functions = aws_function | aliyun_function | azure_function, layers = aws_layer | aliyun_layer;
constexpr unsigned versioned = aws_function | aliyun_function, stores = s3 | gs | oss | az;

struct Meaning {
  std::string_view option;
  unsigned places;
};

constexpr std::array<Meaning, 42> meanings{{
    {"--handler", local | versioned},
    {"--memory", local | functions},
    {"--timeout", local | versioned},
    {"--env", local | functions},
    {"--layer", local | versioned},
    {"--profile", aws | aliyun | s3 | oss},
    {"--region", aws | aliyun | s3 | oss},
    {"--endpoint-url", aws | aliyun | azure_function | stores},
    {"--dry-run", functions | layers | stores},
    {"--role", versioned},
    {"--description", versioned | layers},
    {"--env-exact", versioned},
    {"--ephemeral-storage", versioned},
    {"--cpu", aliyun_function},
    {"--subnet", aws_function},
    {"--security-group", aws_function},
    {"--tag", versioned},
    {"--snap-start", aws_function},
    {"--publish", versioned},
    {"--alias", versioned},
    {"--weight", versioned},
    {"--keep-versions", versioned | layers},
    {"--smoke", versioned},
    {"--expect", versioned},
    {"--bucket", aws | aliyun},
    {"--prefix", aws | aliyun | azure_function},
    {"--revision", aws_function},
    {"--attach", layers},
    {"--licence", layers},
    {"--patience", functions | layers},
    {"--resource-group", azure_function},
    {"--slot", azure_function},
    {"--subscription", azure_function},
    {"--publish-profile", azure_function},
    {"--scm-url", azure_function},
    {"--run-from-package", azure_function},
    {"--identity", azure_function},
    {"--account", az | azure_function | aliyun | oss},
    {"--key", stores},
    {"--metadata", stores},
    {"--storage-class", s3 | gs | oss},
    {"--kms-key", s3 | oss},
}};

Place place_of(const std::string& to, const std::string& backend) {
  if (to == "local") return local;
  for (const auto& [scheme, place] : {std::pair{"s3:", s3}, {"gs:", gs}, {"oss:", oss}, {"az:", az}}) {
    if (to.starts_with(scheme)) return place;
  }
  const bool layer = to == "layer";
  if (backend.starts_with("aliyun_")) return layer ? aliyun_layer : aliyun_function;
  if (backend.starts_with("azure_")) return azure_function;
  return layer ? aws_layer : aws_function;
}

void add_version_options(CLI::App& command, ServiceOptions& options) {
  command.add_flag("--publish", options.publish, "Publish a version");
  command.add_option("--alias", options.alias, "Publish a version, and point this alias to it");
  command.add_option("--weight", options.weight, "The part of the alias's calls that the new version gets")
      ->check(CLI::Range(0.0, 1.0));
  command.add_option("--keep-versions", options.keep_versions, "Delete older versions but for so many")
      ->check(CLI::Range(1, 10000));
  command.add_option("--smoke", options.smoke, "Call it with this JSON, or @FILE, before the alias moves");
  command.add_option("--expect", options.expect, "JSON, or @FILE, that the answer must be or have");
}

void add_service_options(CLI::App& command, ServiceOptions& options) {
  const auto repeatable = [&](const char* name, std::vector<std::string>& to, const char* words) {
    command.add_option(name, to, words)->allow_extra_args(false);
  };
  command.add_option("--role", options.role, "The ARN of the role that a new function runs as");
  command.add_option("--description", options.description, "Of the function or layer");
  command.add_option("--ephemeral-storage", options.ephemeral_storage, "MB of /tmp")->check(CLI::Range(512, 10240));
  command.add_option("--cpu", options.cpu, "Aliyun: vCPUs (default: about half a one for each GB)")
      ->check(CLI::Range(0.05, 16.0));
  command.add_flag("--env-exact", options.environment_exact, "The function has the variables of --env alone");
  repeatable("--subnet", options.subnets, "AWS: of its VPC, repeatable");
  repeatable("--security-group", options.security_groups, "AWS: in its VPC, repeatable");
  repeatable("--tag", options.tags, "K=V, repeatable");
  command.add_option("--snap-start", options.snap_start, "AWS: on or off, for published versions")
      ->check(CLI::IsMember({"on", "off"}));
  add_version_options(command, options);
  command.add_option("--bucket", options.bucket, "For packages too large for the call itself; in the same region");
  command.add_option("--prefix", options.prefix, "Of keys in that bucket (default: daypack/)");
  command.add_option("--revision", options.revision, "AWS: refuse unless the function still has this RevisionId");
  repeatable("--attach", options.attach, "A function that gets the layer, repeatable");
  command.add_option("--licence", options.licence, "Of the layer");
  command.add_option("--patience", options.patience, "Seconds for each state that is waited for (default: 600)")
      ->check(CLI::Range(1, 86400));
}

void add_azure_options(CLI::App& command, ServiceOptions& options) {
  command.add_option("--resource-group", options.resource_group, "Azure: where the function app is");
  command.add_option("--subscription", options.subscription, "Azure: its ID (default: $AZURE_SUBSCRIPTION_ID)");
  command.add_option("--slot", options.slot, "Azure: a deployment slot of the app");
  command.add_option("--publish-profile", options.publish_profile, "Azure: its file, in place of a login");
  command.add_option("--scm-url", options.scm_url, "Azure: the deployment site (default: as the app has it)");
  command.add_flag("--run-from-package", options.run_from_package,
                   "Azure: put the package into Blob storage and run from there (plan Consumption)");
  command.add_option("--identity", options.identity,
                     "Azure: with --run-from-package, what the app reads by: SystemAssigned, or an identity's ID");
}

void add_store_options(CLI::App& command, StoreOptions& options) {
  command.add_option("--key", options.key, "Store: the object's name behind the prefix (default: SHA-256 and .zip)");
  command.add_option("--metadata", options.metadata, "Store: K=V of the object, repeatable")->allow_extra_args(false);
  command.add_option("--storage-class", options.storage_class, "Store: of the object, such as STANDARD_IA");
  command.add_option("--account", options.account, "Azure: the storage account; Aliyun: the account's number");
  command.add_option("--kms-key", options.kms_key, "S3, OSS: the key of KMS that encrypts the object");
}

}  // namespace

void add_access_options(CLI::App& command, AccessOptions& access) {
  command.add_option("--profile", access.profile, "AWS, Aliyun: the profile of the user's configuration");
  command.add_option("--region", access.region, "The region, such as eu-central-1");
  command.add_option("--endpoint-url", access.endpoint_url, "Of another server that speaks as the provider's does");
}

void add_place_options(CLI::App& command, DeployOptions& options) {
  command.add_option("--handler", options.handler,
                     "module.function (default: the one given to build, else app.handler)");
  command.add_option("--memory", options.memory, "MB (default: what is usual for the backend)")
      ->check(CLI::Range(64, 32768));
  command.add_option("--timeout", options.timeout, "Seconds (default: 30)")->check(CLI::Range(1, 86400));
  command.add_option("--env", options.environment, "K=V, repeatable")->allow_extra_args(false);
  command
      .add_option("--layer", options.layers,
                  "A layer's zip, or of a provider the ARN of its version; repeatable; later ones win")
      ->allow_extra_args(false);
  command.add_flag("--dry-run", options.dry_run, "Read only, and tell what would be asked for");
  add_access_options(command, options.access);
  add_store_options(command, options.store);
  add_service_options(command, options.service);
  add_azure_options(command, options.service);
}

void check_given(const DeployOptions& options, const std::string& backend) {
  const Place place = place_of(options.to, backend);
  for (const std::string& name : options.given) {
    const auto found = std::ranges::find(meanings, name, &Meaning::option);
    if (found == meanings.end() || (found->places & place) != 0) continue;
    const std::string of = place < s3 && place != local ? ", of a package for " + backend : "";
    throw daypack::Error(daypack::Errc::usage, "this option means nothing there",
                         name + " with --to " + options.to + of, "leave it out, or say where to: --to");
  }
}

}  // namespace cli
