// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "deliver.hpp"
#include "deploy.hpp"
#include "options.hpp"

#include <daypack/archive_file.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/providers/service.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace cli {

// A layer as the options say; providers have the same members.
template <class LayerVersion, class Access>
LayerVersion layer_of(const DeployOptions& options, std::string name, const Access& access) {
  LayerVersion layer;
  layer.name = std::move(name);
  layer.description = options.service.description;
  layer.licence = options.service.licence;
  layer.keep_versions = options.service.keep_versions;
  layer.bucket = options.service.bucket;
  layer.prefix = options.service.prefix;
  layer.dry_run = options.dry_run;
  layer.patience = std::chrono::seconds(options.service.patience);
  layer.access = access;
  return layer;
}

// JSON, or the file of @FILE.
inline std::string json_of(const std::string& text) {
  return text.starts_with('@') ? daypack::detail::read_file(text.substr(1)) : text;
}

// What functions of all providers have.
template <class Function, class Access>
Function function_of(const DeployOptions& options, const Access& access) {
  Function function;
  function.name = options.name;
  function.role = options.service.role;
  function.handler = options.handler;
  function.description = options.service.description;
  function.memory = options.memory;
  function.timeout = options.timeout;
  function.environment = assignments_of(options.environment);
  function.environment_exact = options.service.environment_exact;
  function.tags = assignments_of(options.service.tags);
  function.publish = options.service.publish;
  function.alias = options.service.alias;
  function.weight = options.service.weight;
  function.keep_versions = options.service.keep_versions;
  function.bucket = options.service.bucket;
  function.prefix = options.service.prefix;
  function.dry_run = options.dry_run;
  function.patience = std::chrono::seconds(options.service.patience);
  function.access = access;
  const ServiceOptions& told = options.service;
  if (!told.smoke.empty() || !told.expect.empty())
    function.smoke = daypack::Smoke{told.smoke.empty() ? "{}" : json_of(told.smoke), json_of(told.expect)};
  return function;
}

// Layers that were cut off the package become versions first, then those that were asked for follow: later ones win.
template <class LayerVersion, class Access>
std::vector<std::string> published_layers(const DeployOptions& options, const daypack::Archive& archive,
                                          const Access& access, const daypack::Context& context) {
  std::vector<std::string> arns;
  for (const LayerBeside& layer : layers_beside(options.archive, archive.manifest())) {
    auto version = layer_of<LayerVersion>(options, options.name + '-' + layer.name, access);
    version.description.clear();
    const std::string arn = deliver_by(version, daypack::read_archive(layer.path), context).id;
    if (!arn.empty()) arns.push_back(arn);
  }
  arns.insert(arns.end(), options.layers.begin(), options.layers.end());
  return arns;
}

}  // namespace cli
