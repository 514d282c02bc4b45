// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "runtime.hpp"
#include "runtime_session.hpp"

#include <memory>
#include <utility>

namespace cli {

namespace {

using Command = int (*)(RuntimeSession&);

std::shared_ptr<RuntimeOptions> add_command(CLI::App& group, Run& run, const char* name, const char* words,
                                            const char* example, Command command) {
  auto options = std::make_shared<RuntimeOptions>();
  CLI::App* const added = group.add_subcommand(name, words);
  added->footer(std::string("Example:\n  daypack runtime ") + example);
  add_runtime_options(*added, *options);
  added->add_option("--storage,-s", options->storage,
                    "The storage of Lithops, as its configuration calls it: aws_s3, ...");
  added->add_option("--endpoint-url", options->endpoint_url,
                    "The provider's API, or a server that speaks as it does (default: as its own tools find it)");
  added->callback([options, command, &run] {
    run = [options, command](const Everywhere& everywhere) {
      RuntimeSession session(*options, everywhere);
      return command(session);
    };
  });
  return options;
}

void add_package_options(CLI::App& command, RuntimeOptions& options) {
  command.add_option("--archive", options.archive,
                     "The package, where it is not the one that was built here under this name");
  command.add_option("--scm-url", options.scm_url, "On Azure: the app's deployment site (default: as the app has it)");
  command.add_option("--timeout", options.timeout, "Seconds that one call may take (default: the configuration's)");
}

}  // namespace

std::unique_ptr<Runtimes> runtimes_of(const LithopsBackend& backend, const LithopsConfig& config,
                                      const RuntimeOptions& options, const daypack::Context& context) {
  if (backend.name == "aws_lambda") return aws_runtimes(config, options, context);
  if (backend.name == "aliyun_fc") return aliyun_runtimes(config, options, context);
  return azure_runtimes(config, options, context);
}

void add_runtime_options(CLI::App& command, RuntimeOptions& options) {
  command.add_option("NAME", options.name, "The name of the runtime");
  command.add_option("--config,-c", options.config, "The configuration of Lithops (default: where Lithops finds it)")
      ->check(CLI::ExistingFile)
      ->configurable(false);
  command
      .add_option("--backend,-b", options.backend,
                  "aws_lambda, aliyun_fc or azure_functions (default: the configuration's)")
      ->configurable(false);
  command.add_flag("--debug,-d", options.debug, "Print notes too");
}

void add_runtime(CLI::App& app, Run& run) {
  CLI::App* const group = app.add_subcommand("runtime", "Build and deploy runtimes of Lithops, without Docker");
  group->require_subcommand(1);
  group->fallthrough();
  group->footer("Example:\n  daypack runtime build -f requirements.txt my_matplotlib_runtime");
  add_runtime_build(*group, run);
  const auto deployed = add_command(*group, run, "deploy", "Deploy a runtime that was built",
                                    "deploy my_matplotlib_runtime --memory 512", deploy_runtime);
  const auto listed =
      add_command(*group, run, "list", "List the runtimes that are deployed", "list -b aws_lambda", list_runtimes);
  const auto updated = add_command(*group, run, "update", "Deploy a runtime again wherever it is deployed",
                                   "update my_matplotlib_runtime", update_runtimes);
  const auto removed = add_command(*group, run, "delete", "Delete a runtime",
                                   "delete my_matplotlib_runtime --memory 256", delete_runtimes);
  for (const auto& [name, options] : {std::pair{"deploy", deployed}, {"update", updated}, {"delete", removed}}) {
    CLI::App& command = *group->get_subcommand(name);
    command.get_option("NAME")->required();
    command.add_flag("--dry-run", options->dry_run, "Change nothing; tell what would be");
  }
  for (const auto& [name, options] : {std::pair{"deploy", deployed}, {"update", updated}})
    add_package_options(*group->get_subcommand(name), *options);
  group->get_subcommand("deploy")->add_option("--memory", deployed->memory,
                                              "MB (default: the configuration's, or 256)");
  group->get_subcommand("deploy")->add_option("--role", deployed->role,
                                              "The role that it runs as (default: the configuration's)");
  group->get_subcommand("delete")->add_option("--memory,-m", removed->memory, "Only the one with so many MB");
  group->get_subcommand("delete")
      ->add_option("--version,-v", removed->version, "Only those of this version of Lithops")
      ->configurable(false);
}

}  // namespace cli