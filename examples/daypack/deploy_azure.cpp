// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "deliver.hpp"
#include "deploy.hpp"
#include "options.hpp"

#include <daypack/providers/azure_functions.hpp>

#include <chrono>

namespace cli {

namespace {

daypack::azure::RunFromPackage run_from_package(const DeployOptions& options, const daypack::azure::FunctionApp& app,
                                                const daypack::azure::Access& access) {
  if (options.memory != 0 || !options.service.publish_profile.empty())
    throw daypack::Error(daypack::Errc::usage, "an app that runs from a package in Blob storage has no such option",
                         options.memory != 0 ? "--memory" : "--publish-profile",
                         options.memory != 0 ? "only the plan Flex Consumption lets memory be set; leave it out"
                                             : "log in with az login, or name a service principal");
  return {.app = app,
          .prefix = options.service.prefix,
          .identity = options.service.identity,
          .environment = assignments_of(options.environment),
          .dry_run = options.dry_run,
          .access = access};
}

daypack::azure::ZipDeploy zip_deploy(const DeployOptions& options, const daypack::azure::FunctionApp& app,
                                     const daypack::azure::Access& access) {
  if (!options.service.identity.empty())
    throw daypack::Error(daypack::Errc::usage, "--identity is for an app that runs from a package in Blob storage",
                         options.service.identity, "add --run-from-package, or leave it out");
  return {.app = app,
          .memory = options.memory,
          .environment = assignments_of(options.environment),
          .publish_profile = options.service.publish_profile,
          .dry_run = options.dry_run,
          .patience = std::chrono::seconds(options.service.patience),
          .access = access};
}

}  // namespace

daypack::Deployment deploy_to_azure(const DeployOptions& options, const daypack::Archive& archive,
                                    const daypack::Context& context) {
  const daypack::azure::FunctionApp app{options.name, options.service.resource_group, options.service.slot};
  daypack::azure::Access access;
  access.subscription = options.service.subscription;
  access.management_url = options.access.endpoint_url;
  access.storage_account = options.store.account;
  return options.service.run_from_package ? deliver_by(run_from_package(options, app, access), archive, context)
                                          : deliver_by(zip_deploy(options, app, access), archive, context);
}

}  // namespace cli
