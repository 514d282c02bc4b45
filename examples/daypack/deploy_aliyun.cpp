// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "deploy_layers.hpp"

#include <daypack/providers/aliyun_function.hpp>
#include <daypack/providers/aliyun_layer.hpp>

#include <algorithm>

namespace cli {

namespace {

using daypack::aliyun::Function;
using daypack::aliyun::LayerVersion;

daypack::aliyun::Access access_of(const DeployOptions& options) {
  return {.profile = options.access.profile,
          .region = options.access.region,
          .account = options.store.account,
          .endpoint = options.access.endpoint_url};
}

daypack::Deployment deploy_function(const DeployOptions& options, const daypack::Archive& archive,
                                    const daypack::Context& context) {
  const auto access = access_of(options);
  auto function = function_of<Function>(options, access);
  function.disk = options.service.ephemeral_storage;
  function.cpu = options.service.cpu;
  if (!options.layers.empty() || !archive.manifest().layers.empty()) {
    function.layers = published_layers<LayerVersion>(options, archive, access, context);
    std::ranges::reverse(*function.layers);  // there the first one wins
  }
  return deliver_by(function, archive, context);
}

}  // namespace

daypack::Deployment deploy_to_aliyun(const DeployOptions& options, const daypack::Archive& archive,
                                     const daypack::Context& context) {
  if (options.to == "function") return deploy_function(options, archive, context);
  auto layer = layer_of<LayerVersion>(options, options.name, access_of(options));
  layer.functions = options.service.attach;
  return deliver_by(layer, archive, context);
}

}  // namespace cli
