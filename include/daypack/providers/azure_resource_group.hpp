// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/azure.hpp>
#include <daypack/providers/azure_functions.hpp>
#include <daypack/python.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace daypack::azure {

// An app to make, on the plan Flex Consumption.
struct FlexApp {
  FunctionApp app = {};       // without a slot
  std::string location = {};  // "westeurope"
  Python python = {};
  int memory = 2048;  // MB of an instance: 512, 2048 or 4096
  std::map<std::string, std::string> tags = {};
  std::map<std::string, std::string> environment = {};  // app settings
};

// An app that is there.
struct ListedApp {
  std::string name = {};
  int memory = 0;  // MB of an instance; 0 where the plan has no such choice
  std::map<std::string, std::string> tags = {};
};

// The function apps of a resource group (Microsoft.Web 2025-05-01; azure-cli 2.91.0, functionapp create; read on
// 2026-11-22). All throw ServiceError, Error{usage}, Error{network}, Error{cancelled}.
class ResourceGroup {
 public:
  // Keeps a copy of the context. The session's storage account becomes that of the apps that are made: it has to be
  // opened by its key.
  DAYPACK_DECL ResourceGroup(Context context, std::shared_ptr<Session> session, std::string resource_group);

  // All pages of the list, sorted by name.
  DAYPACK_DECL std::vector<ListedApp> apps() const;
  // Makes the app, its plan and the container of its packages; whether it was not there. What an earlier run has begun
  // is gone on with.
  DAYPACK_DECL bool make_app(const FlexApp& wanted) const;
  // Deletes the app, and its plan when no other app is on it. There being none is no error.
  DAYPACK_DECL void remove_app(const std::string& name) const;

 private:
  Context context_;
  std::shared_ptr<Session> session_;
  std::string group_;
};

}  // namespace daypack::azure

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/azure_resource_group.ipp>
#endif
