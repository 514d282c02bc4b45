// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/backends/azure.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/azure.hpp>
#include <daypack/deployment.hpp>
#include <daypack/providers/azure_blob.hpp>
#include <daypack/stages/upload.hpp>

#include <chrono>
#include <map>
#include <string>

namespace daypack::azure {

// Which function app is meant. It must be there already.
struct FunctionApp {
  std::string name = {};
  std::string resource_group = {};
  std::string slot = {};  // empty: the app itself. The subscription is Access's
};

// A package that is pushed to an app's deployment site: OneDeploy on the plan Flex Consumption, zip deployment on
// Premium and Dedicated plans. Nothing is built there. Upload{azure::ZipDeploy{.app = {"thumbnails", "my-group"}}}.
//
// The old plan Consumption takes finished packages by RunFromPackage alone.
struct ZipDeploy {
  using backend = Functions;
  static constexpr PackageKind delivers = PackageKind::function;

  FunctionApp app = {};
  int memory = 0;  // MB of an instance: 512, 2048 or 4096, on Flex Consumption alone; 0: as it is
  std::map<std::string, std::string> environment = {};  // app settings, added to what there is
  // A publish profile's file, in place of a login: then only the package is pushed, as zip deployment, and the name of
  // the app is all that has to be said of it.
  std::string publish_profile = {};
  std::string scm_url = {};            // of the deployment site; else as the app, or the profile, has it
  bool dry_run = false;                // read only; each change that would be asked for is a note
  std::chrono::seconds patience{900};  // for another deployment, and for this one
  Access access = {};

  // Deploys, unless these very bytes were the last that were deployed: then nothing is sent. What was interrupted is
  // found: a deployment of these bytes that still runs is waited for. Throws Error{usage} for options that the plan
  // does not have, Error{not_found} when there is no such app, Error{provider} with the last lines of its log when the
  // deployment fails, ServiceError, Error{network}, Error{cancelled}.
  DAYPACK_DECL Deployment deliver(const Archive& archive, Context& context) const;
};

// A package in Blob storage from which an app runs (WEBSITE_RUN_FROM_PACKAGE), for the plans Consumption, Premium and
// Dedicated.
struct RunFromPackage {
  using backend = Functions;
  static constexpr PackageKind delivers = PackageKind::function;

  FunctionApp app = {};
  // Where the package goes; without a storage account of its own, to that of the app's AzureWebJobsStorage.
  std::string container = "function-releases";
  std::string prefix = {};
  // The app reads by its own identity, in place of a signed URL: "SystemAssigned", or the resource id of one that a
  // user has assigned.
  std::string identity = {};
  std::chrono::days life{3650};                         // of the signed URL
  std::map<std::string, std::string> environment = {};  // app settings, added to what there is
  bool dry_run = false;                                 // read only; each change that would be asked for is a note
  Access access = {};

  // Puts the package, unless it lies there, and points the app to it, unless it runs from it; then its triggers are
  // read anew. Throws as ZipDeploy::deliver.
  DAYPACK_DECL Deployment deliver(const Archive& archive, Context& context) const;
};

}  // namespace daypack::azure

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/azure_functions.ipp>
#endif
