// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "deploy.hpp"
#include "console.hpp"
#include "deliver.hpp"
#include "options.hpp"

#include <daypack/archive_file.hpp>
#include <daypack/providers/local.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

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

// Where an option means something: l(ocal), f(unction), (la)y(er), s(3), g(s), o(ss), b(lobs of Azure).
constexpr std::array<std::pair<std::string_view, std::string_view>, 34> places{{
    {"--handler", "lf"},       {"--memory", "lf"},
    {"--timeout", "lf"},       {"--env", "lf"},
    {"--layer", "lf"},         {"--profile", "fyso"},
    {"--region", "fyso"},      {"--endpoint-url", "fysgob"},
    {"--role", "f"},           {"--description", "fy"},
    {"--env-exact", "f"},      {"--ephemeral-storage", "f"},
    {"--subnet", "f"},         {"--tag", "f"},
    {"--snap-start", "f"},     {"--security-group", "f"},
    {"--publish", "f"},        {"--alias", "f"},
    {"--weight", "f"},         {"--smoke", "f"},
    {"--expect", "f"},         {"--bucket", "fy"},
    {"--prefix", "fy"},        {"--revision", "f"},
    {"--keep-versions", "fy"}, {"--attach", "y"},
    {"--licence", "y"},        {"--patience", "fy"},
    {"--key", "sgob"},         {"--storage-class", "sgo"},
    {"--kms-key", "so"},       {"--account", "b"},
    {"--metadata", "sgob"},    {"--dry-run", "fysgob"},
}};

void check_given(const DeployOptions& options) {
  const char place = options.to == "layer" ? 'y' : options.to.starts_with("az:") ? 'b' : options.to.front();
  for (const std::string& name : options.given) {
    const auto found = std::find_if(places.begin(), places.end(), [&](const auto& one) { return one.first == name; });
    if (found == places.end() || found->second.find(place) != std::string_view::npos) continue;
    throw daypack::Error(daypack::Errc::usage, "this option means nothing there", name + " with --to " + options.to,
                         "leave it out, or say where to: --to");
  }
}

void check_options(const DeployOptions& options) {
  const bool store = is_store(options.to);
  if (!store && options.to != "local" && options.to != "function" && options.to != "layer")
    throw daypack::Error(daypack::Errc::usage, "there is no such place", options.to,
                         "--to local, function, layer, s3://BUCKET/PREFIX, gs://, oss:// or az://");
  if (!store && options.name.empty())
    throw daypack::Error(daypack::Errc::usage, "the name is missing", "deploy " + options.archive,
                         "daypack deploy " + options.archive + " NAME");
  check_given(options);
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

int deploy(const DeployOptions& options, Everywhere everywhere) {
  check_options(options);
  if (options.dry_run) everywhere.verbose = std::max(everywhere.verbose, 1);  // its notes are what was asked for
  Console console(everywhere);
  const daypack::Archive archive = daypack::read_archive(options.archive);
  check_target(options, archive.manifest());
  const daypack::Context context = context_of(everywhere, console);
  const bool here = options.to == "local";
  const daypack::Deployment live = here ? deliver(archive, function_of(options, archive.manifest()), context)
                                   : is_store(options.to) ? deploy_to_store(options, archive, context)
                                                          : deploy_to_aws(options, archive, context);
  if (everywhere.json) {
    const boost::json::object answer{
        {"id", live.id}, {"version", live.version}, {"digest", live.digest}, {"unchanged", live.unchanged}};
    print(boost::json::serialize(answer));
  } else {
    print(live.id);
  }
  const std::string done = options.dry_run ? "nothing was changed" : live.unchanged ? "unchanged" : "deployed";
  console.say(done + (live.version.empty() ? "" : ": version " + live.version) + ", sha256 " + live.digest);
  if (here) console.say("next: daypack invoke " + options.name + " -d '{}'");
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

void add_access_options(CLI::App& command, AccessOptions& access) {
  command.add_option("--profile", access.profile, "The profile of the user's configuration (AWS, Aliyun)");
  command.add_option("--region", access.region, "The region, such as eu-central-1");
  command.add_option("--endpoint-url", access.endpoint_url, "Of another server that speaks as the provider's does");
}

void add_deploy(CLI::App& app, Run& run) {
  auto options = std::make_shared<DeployOptions>();
  CLI::App* command = app.add_subcommand("deploy", "Bring a package to where it runs");
  command->footer(
      "Examples:\n"
      "  daypack deploy out.zip thumbnails --to local --handler app.handler\n"
      "  daypack deploy out.zip thumbnails --to function --role ARN --alias live\n"
      "  daypack deploy layer.zip deps --to layer --attach thumbnails\n"
      "  daypack deploy out.zip --to s3://bucket/prefix");
  command->add_option("ARCHIVE", options->archive, "The zip that build made")->required();
  command->add_option("NAME", options->name, "The name of the function or layer");
  command->add_option("--backend,-b", options->backend, "Refuse a package that was built for another backend");
  command->add_option(
      "--to", options->to,
      "local, or of AWS: function, layer; or a store: s3://BUCKET/PREFIX, gs://, oss://, az:// (default: local)");
  command->add_option("--handler", options->handler,
                      "module.function (default: the one given to build, else app.handler)");
  command->add_option("--memory", options->memory, "MB (default: what is usual for the backend)")
      ->check(CLI::Range(64, 32768));
  command->add_option("--timeout", options->timeout, "Seconds (default: 30)")->check(CLI::Range(1, 86400));
  command->add_option("--env", options->environment, "K=V, repeatable")->allow_extra_args(false);
  command
      ->add_option("--layer", options->layers,
                   "A layer's zip, or of AWS the ARN of its version; repeatable; later ones win")
      ->allow_extra_args(false);
  command->add_flag("--dry-run", options->dry_run, "Read only, and tell what would be asked for");
  add_access_options(*command, options->access);
  add_store_options(*command, options->store);
  add_aws_options(*command, options->aws);
  command->callback([options, command, &run] {
    for (const CLI::Option* option : command->get_options()) {
      if (option->count() != 0) options->given.push_back(option->get_name());
    }
    run = [options](const Everywhere& everywhere) { return deploy(*options, everywhere); };
  });
}

}  // namespace cli
