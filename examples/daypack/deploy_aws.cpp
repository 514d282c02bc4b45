// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "deliver.hpp"
#include "deploy.hpp"
#include "options.hpp"

#include <daypack/archive_file.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/providers/aws_function.hpp>
#include <daypack/providers/aws_layer.hpp>

#include <chrono>

namespace cli {

namespace {

// JSON, or the file of @FILE.
std::string json_of(const std::string& text) {
  return text.starts_with('@') ? daypack::detail::read_file(text.substr(1)) : text;
}

template <class Provider>
daypack::Deployment by_target(const Provider& provider, const daypack::Archive& archive,
                              const daypack::Context& context) {
  return deliver_by(provider, archive, context, [](auto&, const daypack::BackendPolicy&) {});
}

daypack::aws::LayerVersion layer_of(const DeployOptions& options, std::string name) {
  const AwsOptions& aws = options.aws;
  return {.name = std::move(name),
          .description = aws.description,
          .licence = aws.licence,
          .keep_versions = aws.keep_versions,
          .bucket = aws.bucket,
          .prefix = aws.prefix,
          .dry_run = options.dry_run,
          .patience = std::chrono::seconds(aws.patience),
          .access = options.access.aws()};
}

// Layers that were cut off the package become versions first, then those that were asked for follow.
std::vector<std::string> published_layers(const DeployOptions& options, const daypack::Archive& archive,
                                          daypack::Context& context) {
  std::vector<std::string> arns;
  for (const LayerBeside& layer : layers_beside(options.archive, archive.manifest())) {
    daypack::aws::LayerVersion version = layer_of(options, options.name + '-' + layer.name);
    version.description.clear();
    const std::string arn = by_target(version, daypack::read_archive(layer.path), context).id;
    if (!arn.empty()) arns.push_back(arn);
  }
  arns.insert(arns.end(), options.layers.begin(), options.layers.end());
  return arns;
}

daypack::Deployment deploy_function(const DeployOptions& options, const daypack::Archive& archive,
                                    daypack::Context& context) {
  const AwsOptions& aws = options.aws;
  daypack::aws::Function function{.name = options.name,
                                  .role = aws.role,
                                  .handler = options.handler,
                                  .description = aws.description,
                                  .memory = options.memory,
                                  .timeout = options.timeout,
                                  .ephemeral_storage = aws.ephemeral_storage,
                                  .environment = assignments_of(options.environment),
                                  .environment_exact = aws.environment_exact,
                                  .subnets = aws.subnets,
                                  .security_groups = aws.security_groups,
                                  .tags = assignments_of(aws.tags),
                                  .publish = aws.publish,
                                  .alias = aws.alias,
                                  .weight = aws.weight,
                                  .keep_versions = aws.keep_versions,
                                  .bucket = aws.bucket,
                                  .prefix = aws.prefix,
                                  .revision = aws.revision,
                                  .dry_run = options.dry_run,
                                  .patience = std::chrono::seconds(aws.patience),
                                  .access = options.access.aws()};
  if (!aws.snap_start.empty()) function.snap_start = aws.snap_start == "on";
  if (!aws.smoke.empty() || !aws.expect.empty())
    function.smoke = daypack::aws::Smoke{aws.smoke.empty() ? "{}" : json_of(aws.smoke), json_of(aws.expect)};
  const bool has_layers = !options.layers.empty() || !archive.manifest().layers.empty();
  if (has_layers) function.layers = published_layers(options, archive, context);
  return by_target(function, archive, context);
}

}  // namespace

void add_aws_options(CLI::App& command, AwsOptions& options) {
  command.add_option("--role", options.role, "AWS: the ARN of the role that a new function runs as");
  command.add_option("--description", options.description, "AWS: of the function or layer");
  command.add_option("--ephemeral-storage", options.ephemeral_storage, "AWS: MB of /tmp")
      ->check(CLI::Range(512, 10240));
  command.add_flag("--env-exact", options.environment_exact, "AWS: the function has the variables of --env alone");
  command.add_option("--subnet", options.subnets, "AWS: of its VPC, repeatable")->allow_extra_args(false);
  command.add_option("--security-group", options.security_groups, "AWS: in its VPC, repeatable")
      ->allow_extra_args(false);
  command.add_option("--tag", options.tags, "AWS: K=V, repeatable")->allow_extra_args(false);
  command.add_option("--snap-start", options.snap_start, "AWS: on or off, for published versions")
      ->check(CLI::IsMember({"on", "off"}));
  command.add_flag("--publish", options.publish, "AWS: publish a version");
  command.add_option("--alias", options.alias, "AWS: publish a version, and point this alias to it");
  command.add_option("--weight", options.weight, "AWS: the part of the alias's calls that the new version gets")
      ->check(CLI::Range(0.0, 1.0));
  command.add_option("--keep-versions", options.keep_versions, "AWS: delete older versions but for so many")
      ->check(CLI::Range(1, 10000));
  command.add_option("--smoke", options.smoke, "AWS: call it with this JSON, or @FILE, before the alias moves");
  command.add_option("--expect", options.expect, "AWS: JSON, or @FILE, that the answer must be or have");
  command.add_option("--bucket", options.bucket, "AWS: for packages above 50 MB; in the same region");
  command.add_option("--prefix", options.prefix, "AWS: of keys in that bucket (default: daypack/)");
  command.add_option("--revision", options.revision, "AWS: refuse unless the function still has this RevisionId");
  command.add_option("--attach", options.attach, "AWS: a function that gets the layer, repeatable")
      ->allow_extra_args(false);
  command.add_option("--licence", options.licence, "AWS: of the layer");
  command.add_option("--patience", options.patience, "AWS: seconds for each state that is waited for (default: 600)")
      ->check(CLI::Range(1, 86400));
}

daypack::Deployment deploy_to_aws(const DeployOptions& options, const daypack::Archive& archive,
                                  const daypack::Context& context) {
  daypack::Context own = context;
  if (options.to == "function") return deploy_function(options, archive, own);
  daypack::aws::LayerVersion layer = layer_of(options, options.name);
  layer.functions = options.aws.attach;
  return by_target(layer, archive, own);
}

}  // namespace cli
