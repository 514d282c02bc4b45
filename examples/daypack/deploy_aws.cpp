// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "deploy_layers.hpp"
#include "options.hpp"

#include <daypack/providers/aws_function.hpp>
#include <daypack/providers/aws_layer.hpp>

namespace cli {

namespace {

using daypack::aws::Function;
using daypack::aws::LayerVersion;

daypack::Deployment deploy_function(const DeployOptions& options, const daypack::Archive& archive,
                                    const daypack::Context& context) {
  const ServiceOptions& told = options.service;
  auto function = function_of<Function>(options, options.access.aws());
  function.ephemeral_storage = told.ephemeral_storage;
  function.subnets = told.subnets;
  function.security_groups = told.security_groups;
  function.revision = told.revision;
  if (!told.snap_start.empty()) function.snap_start = told.snap_start == "on";
  const bool has_layers = !options.layers.empty() || !archive.manifest().layers.empty();
  if (has_layers) function.layers = published_layers<LayerVersion>(options, archive, options.access.aws(), context);
  return deliver_by(function, archive, context);
}

}  // namespace

daypack::Deployment deploy_to_aws(const DeployOptions& options, const daypack::Archive& archive,
                                  const daypack::Context& context) {
  if (options.to == "function") return deploy_function(options, archive, context);
  auto layer = layer_of<LayerVersion>(options, options.name, options.access.aws());
  layer.functions = options.service.attach;
  return deliver_by(layer, archive, context);
}

}  // namespace cli
