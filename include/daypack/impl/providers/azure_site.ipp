// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/azure_app_client.ipp>
#include <daypack/impl/providers/function_options.ipp>
#include <daypack/providers/azure_functions.hpp>

#include <algorithm>
#include <map>
#include <optional>

// A function app as the resource manager knows it (Microsoft.Web, azure-mgmt-web 11.0.1; read on 2026-11-20).
namespace daypack::detail::azure_app {

inline constexpr const char* arm_version = "?api-version=2025-05-01";

enum class Plan { flex, consumption, other };

inline void check_app(const azure::FunctionApp& app, bool needs_group) {
  const auto fine = [](char c) { return is_ascii_alnum(c) || c == '-'; };
  if (app.name.size() < 2 || app.name.size() > 60 || !std::ranges::all_of(app.name, fine) ||
      !std::ranges::all_of(app.slot, fine))
    throw Error(Errc::usage, "a function app cannot have this name", "'" + app.name + "'",
                "take 2 to 60 letters, digits and '-'");
  if (needs_group && app.resource_group.empty())
    throw Error(Errc::usage, "a function app lies in a resource group", app.name, "say which one");
}

// App settings become variables of the process.
inline void check_settings(const std::map<std::string, std::string>& environment) {
  for (const auto& [name, value] : environment) {
    const auto fine = [](char c) {
      return is_ascii_alnum(c) || std::string_view("_.:-").find(c) != std::string_view::npos;
    };
    if (name.empty() || !std::ranges::all_of(name, fine))
      throw Error(Errc::usage, "an app setting cannot have this name", "'" + name + "'",
                  "take letters, digits, '_', '.', ':' and '-'");
  }
}

using Settings = std::map<std::string, std::string>;

class App {
 public:
  App(const azure::FunctionApp& app, const std::shared_ptr<azure::Session>& session, const Context& context,
      bool dry_run)
      : arm_(AppClient(context, session, session->management_url()), context, app.name, dry_run),
        path_("/subscriptions/" + uri_encoded(session->subscription()) + "/resourceGroups/" +
              uri_encoded(app.resource_group) + "/providers/Microsoft.Web/sites/" + app.name +
              (app.slot.empty() ? "" : "/slots/" + app.slot)) {
    const auto found =
        arm_.find(path_ + arm_version, "Microsoft.Web/sites/read", "cannot look at the function app", "");
    if (!found) {
      throw Error(Errc::not_found, "there is no such function app",
                  app.name + " in the resource group " + app.resource_group,
                  "create it (az functionapp create), or correct its name, group and subscription");
    }
    site_ = *found;
  }

  const Arm& arm() const { return arm_; }
  const json::object& properties() const { return object_at(site_, "properties"); }

  Plan plan() const {
    const std::string sku = member_text(properties(), "sku");
    return sku == "FlexConsumption" ? Plan::flex : sku == "Dynamic" ? Plan::consumption : Plan::other;
  }

  std::string url() const {
    const std::string host = member_text(properties(), "defaultHostName");
    return host.empty() ? "" : "https://" + host;
  }

  // Names of newer apps end in random words, which nobody can guess.
  std::string scm_url() const {
    const json::value* const states = properties().if_contains("hostNameSslStates");
    if (states && states->is_array()) {
      for (const json::value& state : states->get_array()) {
        if (state.is_object() && member_text(state.get_object(), "hostType") == "Repository")
          return "https://" + member_text(state.get_object(), "name");
      }
    }
    return "https://" + arm_.subject() + ".scm.azurewebsites.net";
  }

  Settings settings() const {
    const HttpResponse response = arm_.client().call({.method = "POST",
                                                      .path = path_ + "/config/appsettings/list" + arm_version,
                                                      .permission = "Microsoft.Web/sites/config/list/action",
                                                      .doing = "cannot read the app's settings",
                                                      .subject = arm_.subject()});
    const auto said = answers::object_in(response.body).value_or(json::object());
    Settings all;
    for (const auto& [name, value] : object_at(said, "properties"))
      all[std::string(name)] = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
    return all;
  }

  // What is there stays; whether anything had to be changed. The API replaces all settings by those that it is given.
  bool merge(const Settings& there, const Settings& wanted) const {
    std::vector<std::string> names;
    Settings all = there;
    for (const auto& [name, value] : wanted) {
      const auto found = there.find(name);
      if (found != there.end() && found->second == value) continue;
      all[name] = value;
      names.push_back(name);
    }
    if (names.empty()) return false;
    json::object properties;
    for (const auto& [name, value] : all) properties[name] = value;
    arm_.change({.method = "PUT",
                 .path = path_ + "/config/appsettings" + arm_version,
                 .permission = "Microsoft.Web/sites/config/write",
                 .doing = "cannot change the app's settings",
                 .planned = "set " + listed(names)},
                json::object{{"properties", properties}});
    return true;
  }

  // As az sets it: the whole site is put back with the one number changed.
  bool set_memory(int memory) const {
    const auto& scale = object_at(object_at(properties(), "functionAppConfig"), "scaleAndConcurrency");
    if (memory == 0 || json_api::number_at(scale, "instanceMemoryMB") == memory) return false;
    json::object site = site_;
    json::value& own = site["properties"].as_object()["functionAppConfig"];
    if (!own.is_object()) own = json::object();
    json::value& there = own.get_object()["scaleAndConcurrency"];
    if (!there.is_object()) there = json::object();
    there.get_object()["instanceMemoryMB"] = memory;
    arm_.change({.method = "PUT",
                 .path = path_ + arm_version,
                 .permission = "Microsoft.Web/sites/write",
                 .doing = "cannot set the memory of instances",
                 .planned = "set the memory of instances to " + std::to_string(memory) + " MB"},
                site);
    return true;
  }

  void sync_triggers() const {
    arm_.change(Change{.method = "POST",
                       .path = path_ + "/syncfunctiontriggers" + arm_version,
                       .permission = "Microsoft.Web/sites/syncfunctiontriggers/action",
                       .doing = "cannot read the app's triggers anew",
                       .planned = "read the triggers anew"});
  }

 private:
  Arm arm_;
  std::string path_;
  json::object site_ = {};
};

inline void check_memory(int memory) {
  if (memory == 0 || memory == 512 || memory == 2048 || memory == 4096) return;
  throw Error(Errc::usage, "instances of Azure Functions cannot have so much memory",
              std::to_string(memory) + " MB (expected 512, 2048 or 4096)");
}

inline void check_memory_of_plan(int memory, Plan plan, const std::string& app) {
  if (memory == 0 || plan == Plan::flex) return;
  throw Error(Errc::usage, "the memory of this app cannot be set",
              app + (plan == Plan::consumption ? " (its plan, Consumption, has 1536 MB)" : " (its plan decides it)"),
              "leave out the memory, or move the app to the plan Flex Consumption");
}

}  // namespace daypack::detail::azure_app
