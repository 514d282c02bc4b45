// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "deploy.hpp"
#include "console.hpp"
#include "deliver.hpp"
#include "options.hpp"

#include <daypack/archive_file.hpp>
#include <daypack/providers/local.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <memory>
#include <string_view>

namespace cli {

namespace {

daypack::local::Function function_of(const DeployOptions& options, const daypack::Manifest& manifest) {
  daypack::local::Function function{.name = options.name, .memory = options.memory};
  if (options.timeout != 0) function.timeout = options.timeout;
  if (!manifest.handler.empty()) function.handler = manifest.handler;
  if (!options.handler.empty()) function.handler = options.handler;
  function.environment = assignments_of(options.environment);
  for (const LayerBeside& layer : layers_beside(options.archive, manifest)) function.layers.push_back(layer.path);
  function.layers.insert(function.layers.end(), options.layers.begin(), options.layers.end());
  return function;
}

void check_options(const DeployOptions& options) {
  const bool store = is_store(options.to);
  if (!store && options.to != "local" && options.to != "function" && options.to != "layer")
    throw daypack::Error(daypack::Errc::usage, "there is no such place", options.to,
                         "--to local, function, layer, s3://BUCKET/PREFIX, gs://, oss:// or az://");
  if (!store && options.name.empty())
    throw daypack::Error(daypack::Errc::usage, "the name is missing", "deploy " + options.archive,
                         "daypack deploy " + options.archive + " NAME");
}

// What the package was built for, as its manifest says.
void check_target(const DeployOptions& options, const daypack::Manifest& manifest) {
  if (manifest.backend.empty()) {
    throw daypack::Error(daypack::Errc::usage, "nothing says what the package was built for",
                         options.archive + " (there is no manifest beside it)",
                         "deploy the zip that daypack build wrote, with its .daypack.json");
  }
  if (options.backend.empty() || options.backend == manifest.backend) return;
  throw daypack::Error(daypack::Errc::usage, "the package was built for another backend",
                       options.archive + " (got " + manifest.backend + ", expected " + options.backend + ")",
                       "build it again with -b " + options.backend);
}

daypack::Deployment deliver(const daypack::Archive& archive, const daypack::local::Function& function,
                            const daypack::Context& context) {
  return deliver_by(function, archive, context, [](auto& wanted, const daypack::BackendPolicy& policy) {
    if (wanted.memory == 0) wanted.memory = policy.memory.usual;
  });
}

daypack::Deployment bring(const DeployOptions& options, const daypack::Archive& archive,
                          const daypack::Context& context) {
  if (is_store(options.to)) return deploy_to_store(options, archive, context);
  if (options.to == "local") return deliver(archive, function_of(options, archive.manifest()), context);
  const std::string& backend = archive.manifest().backend;
  if (backend.starts_with("aliyun_")) return deploy_to_aliyun(options, archive, context);
  if (backend.starts_with("azure_")) return deploy_to_azure(options, archive, context);
  return deploy_to_aws(options, archive, context);
}

int deploy(const DeployOptions& options, Everywhere everywhere) {
  check_options(options);
  if (options.dry_run) everywhere.verbose = std::max(everywhere.verbose, 1);  // its notes are what was asked for
  Console console(everywhere);
  const daypack::Archive archive = daypack::read_archive(options.archive);
  check_target(options, archive.manifest());
  check_given(options, archive.manifest().backend);
  const daypack::Context context = context_of(everywhere, console);
  const daypack::Deployment live = bring(options, archive, context);
  if (everywhere.json) {
    const boost::json::object answer{
        {"id", live.id}, {"version", live.version}, {"digest", live.digest}, {"unchanged", live.unchanged}};
    print(boost::json::serialize(answer));
  } else {
    print(live.id);
  }
  const std::string done = options.dry_run ? "nothing was changed" : live.unchanged ? "unchanged" : "deployed";
  console.say(done + (live.version.empty() ? "" : ": version " + live.version) + ", sha256 " + live.digest);
  if (options.to == "local") console.say("next: daypack invoke " + options.name + " -d '{}'");
  return 0;
}

}  // namespace

std::vector<LayerBeside> layers_beside(const std::string& archive, const daypack::Manifest& manifest) {
  std::vector<LayerBeside> found;
  for (const daypack::Manifest::Layer& layer : manifest.layers) {
    const std::string path = archive.substr(0, archive.rfind('/') + 1) + layer.file;
    const std::string got = daypack::read_archive(path).sha256().hex();
    if (got != layer.sha256) {
      throw daypack::Error(daypack::Errc::hash_mismatch, "a layer is not the one that the package was built with",
                           path + " (got " + got + ", expected " + layer.sha256 + ")", "build the package again");
    }
    found.push_back({layer.name, path});
  }
  return found;
}

daypack::Deployment deploy_locally(const std::string& path, const std::string& name, const daypack::Context& context) {
  const DeployOptions options{.archive = path, .name = name};
  const daypack::Archive archive = daypack::read_archive(path);
  return deliver(archive, function_of(options, archive.manifest()), context);
}

void add_deploy(CLI::App& app, Run& run) {
  auto options = std::make_shared<DeployOptions>();
  CLI::App* command = app.add_subcommand("deploy", "Bring a package to where it runs");
  command->footer(
      "Examples:\n"
      "  daypack deploy out.zip thumbnails --to local --handler app.handler\n"
      "  daypack deploy out.zip thumbnails --to function --role ARN --alias live\n"
      "  daypack deploy out.zip thumbnails --to function --resource-group my-group\n"
      "  daypack deploy layer.zip deps --to layer --attach thumbnails\n"
      "  daypack deploy out.zip --to s3://bucket/prefix");
  command->add_option("ARCHIVE", options->archive, "The zip that build made")->required();
  command->add_option("NAME", options->name, "The name of the function or layer");
  command->add_option("--backend,-b", options->backend, "Refuse a package that was built for another backend")
      ->configurable(false);
  command->add_option(
      "--to", options->to,
      "local; function, layer: of the provider; or a store: s3://BUCKET/PREFIX, gs://, oss://, az:// (default: local)");
  add_place_options(*command, *options);
  command->callback([options, command, &run] {
    // What a configuration says for all places may mean nothing at this one; what was typed may not.
    for (const CLI::Option* option : command->parse_order()) options->given.push_back(option->get_name());
    run = [options](const Everywhere& everywhere) { return deploy(*options, everywhere); };
  });
}

}  // namespace cli
