// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/sha1.hpp>
#include <daypack/impl/providers/azure_site.ipp>
#include <daypack/providers/azure_blob.hpp>
#include <daypack/providers/azure_resource_group.hpp>

#include <algorithm>

// The apps of a resource group, and what an app on Flex Consumption needs before it is one (Microsoft.Web, azure-cli
// 2.91.0, functionapp create; read on 2026-11-22).
namespace daypack::detail::azure_app {

// The apps and plans of a group, as the resource manager knows them.
class Group {
 public:
  Group(const Context& context, const std::shared_ptr<azure::Session>& session, const std::string& group,
        const std::string& subject)
      : arm_(AppClient(context, session, session->management_url()), context, subject, false),
        manager_(session->management_url()),
        path_("/subscriptions/" + uri_encoded(session->subscription()) + "/resourceGroups/" + uri_encoded(group) +
              "/providers/Microsoft.Web/") {}

  const Arm& arm() const { return arm_; }
  std::string site(const std::string& name) const { return path_ + "sites/" + name; }
  std::string plan(const std::string& name) const { return path_ + "serverfarms/" + name; }

  std::optional<json::object> find(const std::string& path) const {
    return arm_.find(path + arm_version, "Microsoft.Web/sites/read", "cannot look at the function app", "");
  }

  std::vector<json::object> sites() const {
    std::vector<json::object> all;
    std::string next = path_ + "sites" + arm_version;
    while (!next.empty()) {
      const auto page = arm_.find(next, "Microsoft.Web/sites/read", "cannot list the function apps", "");
      if (!page) break;
      if (const json::value* found = page->if_contains("value"); found && found->is_array()) {
        for (const json::value& one : found->get_array()) {
          if (one.is_object()) all.push_back(one.get_object());
        }
      }
      next = member_text(*page, "nextLink");
      if (next.starts_with(manager_)) next.erase(0, manager_.size());
    }
    return all;
  }

  // Puts it, and waits until it is there.
  void put(const std::string& path, const json::object& body, const std::string& permission, const std::string& doing) {
    arm_.change(Change{.method = "PUT", .path = path + arm_version, .permission = permission, .doing = doing}, body);
    arm_.poll(
        std::chrono::minutes(10), "Azure has made it", [&] { return find(path).value_or(json::object()); },
        [](const json::object& now) {
          const std::string state = member_text(object_at(now, "properties"), "provisioningState");
          return !now.empty() && (state.empty() || state == "Succeeded");
        });
  }

 private:
  Arm arm_;
  std::string manager_, path_;
};

// The same for every run, so that what was interrupted is found: names with a hash of the app's.
inline std::string name_beside(std::string_view prefix, const std::string& app) {
  return std::string(prefix) + sha1_hex(ascii_lowered(app)).substr(0, 16);
}

// As Azure's own tools write it into settings of apps.
inline std::string connection_string(const azure::StorageAccess& storage) {
  if (!storage.has_key())
    throw Error(Errc::usage, "an app that is made keeps the key of its storage account", storage.account,
                "give the account's key (AZURE_STORAGE_KEY, or a connection string)");
  std::string text = "DefaultEndpointsProtocol=https;AccountName=" + storage.account + ";AccountKey=" + storage.key.key;
  const std::string usual = "https://" + storage.account + ".blob.";
  if (storage.blob_url.starts_with(usual)) return text + ";EndpointSuffix=" + storage.blob_url.substr(usual.size());
  return text + ";BlobEndpoint=" + storage.blob_url + ";QueueEndpoint=" + storage.queue_url;
}

inline json::object flex_config(const azure::FlexApp& wanted, const std::string& container_url) {
  return {{"deployment",
           json::object{
               {"storage", json::object{{"type", "blobContainer"},
                                        {"value", container_url},
                                        {"authentication", json::object{{"type", "StorageAccountConnectionString"},
                                                                        {"storageAccountConnectionStringName",
                                                                         "DEPLOYMENT_STORAGE_CONNECTION_STRING"}}}}}}},
          {"runtime", json::object{{"name", "python"}, {"version", to_string(wanted.python)}}},
          {"scaleAndConcurrency", json::object{{"instanceMemoryMB", wanted.memory}, {"maximumInstanceCount", 100}}}};
}

inline json::object site_body(const azure::FlexApp& wanted, const std::string& plan, const std::string& container,
                              const azure::StorageAccess& storage) {
  const std::string connection = connection_string(storage);
  std::map<std::string, std::string> settings = wanted.environment;
  settings["AzureWebJobsStorage"] = settings["DEPLOYMENT_STORAGE_CONNECTION_STRING"] = connection;
  json::array listed_settings;
  for (const auto& [name, value] : settings) listed_settings.push_back(json::object{{"name", name}, {"value", value}});
  return {{"kind", "functionapp,linux"},
          {"location", wanted.location},
          {"tags", json::value_from(wanted.tags)},
          {"properties", json::object{{"serverFarmId", plan},
                                      {"sku", "FlexConsumption"},
                                      {"siteConfig", json::object{{"appSettings", std::move(listed_settings)}}},
                                      {"functionAppConfig", flex_config(wanted, storage.blob_url + '/' + container)}}}};
}

inline void check_flex_app(const azure::FlexApp& wanted) {
  check_app(wanted.app, true);
  check_memory(wanted.memory);
  check_settings(wanted.environment);
  if (wanted.location.empty())
    throw Error(Errc::usage, "an app is made in a region", wanted.app.name, "say which one, e.g. westeurope");
}

}  // namespace daypack::detail::azure_app

namespace daypack {

DAYPACK_DECL azure::ResourceGroup::ResourceGroup(Context context, std::shared_ptr<Session> session,
                                                 std::string resource_group)
    : context_(std::move(context)), session_(std::move(session)), group_(std::move(resource_group)) {}

DAYPACK_DECL std::vector<azure::ListedApp> azure::ResourceGroup::apps() const {
  using daypack::detail::json_api::object_at;
  std::vector<ListedApp> found;
  for (const boost::json::object& site :
       daypack::detail::azure_app::Group(context_, session_, group_, group_).sites()) {
    ListedApp app{.name = daypack::detail::answers::member_text(site, "name")};
    const auto& scale = object_at(object_at(object_at(site, "properties"), "functionAppConfig"), "scaleAndConcurrency");
    app.memory = static_cast<int>(daypack::detail::json_api::number_at(scale, "instanceMemoryMB"));
    app.tags = daypack::detail::json_api::text_map_at(site, "tags");
    found.push_back(std::move(app));
  }
  std::ranges::sort(found, {}, &ListedApp::name);
  return found;
}

DAYPACK_DECL bool azure::ResourceGroup::make_app(const FlexApp& wanted) const {
  namespace own = daypack::detail::azure_app;
  FlexApp app = wanted;
  app.app.resource_group = group_;
  own::check_flex_app(app);
  own::Group group(context_, session_, group_, app.app.name);
  if (group.find(group.site(app.app.name))) return false;
  const std::string plan = group.plan(own::name_beside("flex-", app.app.name));
  const std::string container = own::name_beside("app-package-", app.app.name);
  const boost::json::object body = own::site_body(app, plan, container, session_->storage());
  make_container(container, session_, context_);
  group.put(
      plan,
      {{"location", app.location},
       {"kind", "functionapp"},
       {"sku", boost::json::object{{"name", "FC1"}, {"tier", "FlexConsumption"}, {"size", "FC"}, {"family", "FC"}}},
       {"properties", boost::json::object{{"reserved", true}}}},
      "Microsoft.Web/serverfarms/write", "cannot make the app's plan");
  group.put(group.site(app.app.name), body, "Microsoft.Web/sites/write", "cannot make the function app");
  return true;
}

DAYPACK_DECL void azure::ResourceGroup::remove_app(const std::string& name) const {
  namespace own = daypack::detail::azure_app;
  own::Group group(context_, session_, group_, name);
  try {
    group.arm().change(own::Change{.method = "DELETE",
                                   .path = group.site(name) + own::arm_version,
                                   .permission = "Microsoft.Web/sites/delete",
                                   .doing = "cannot delete the function app"});
  } catch (const ServiceError& error) {
    if (error.answer().status != 404) throw;
  }
}

}  // namespace daypack
