// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "deploy.hpp"
#include "options.hpp"

#include <daypack/providers/aws_function.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <memory>

namespace cli {

namespace {

int roll_back(const daypack::aws::Rollback& rollback, Everywhere everywhere) {
  if (rollback.dry_run) everywhere.verbose = std::max(everywhere.verbose, 1);  // its notes are what was asked for
  Console console(everywhere);
  daypack::Context context = context_of(everywhere, console);
  const daypack::Deployment live = rollback.run(context);
  if (everywhere.json) {
    print(boost::json::serialize(
        boost::json::object{{"id", live.id}, {"version", live.version}, {"unchanged", live.unchanged}}));
  } else {
    print(live.id);
  }
  console.say(rollback.dry_run ? "nothing was changed"
              : live.unchanged ? "unchanged"
                               : "now it runs version " + live.version);
  return 0;
}

}  // namespace

void add_rollback(CLI::App& app, Run& run) {
  auto rollback = std::make_shared<daypack::aws::Rollback>();
  auto access = std::make_shared<AccessOptions>();
  auto backend = std::make_shared<std::string>("aws_lambda");
  CLI::App* command = app.add_subcommand("rollback", "Bring a deployed function back to an earlier version");
  command->footer("Examples:\n  daypack rollback thumbnails --alias live\n  daypack rollback thumbnails --version 3");
  command->add_option("NAME", rollback->name, "The function's name")->required();
  command->add_option("--backend,-b", *backend, "aws_lambda")
      ->check(CLI::IsMember({"aws_lambda"}))
      ->configurable(false);
  command->add_option("--alias", rollback->alias, "The alias that goes back; without it $LATEST does");
  command->add_option("--version", rollback->version, "The version (default: the one before)")->configurable(false);
  add_access_options(*command, *access);
  command->add_flag("--dry-run", rollback->dry_run, "Read only, and tell what would be asked for");
  command->callback([rollback, access, backend, &run] {
    rollback->access = access->aws();
    run = [rollback](const Everywhere& everywhere) { return roll_back(*rollback, everywhere); };
  });
}

}  // namespace cli
