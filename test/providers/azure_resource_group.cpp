// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/azure_resource_group.hpp>  // self-contained

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "support/azure_lab.hpp"
#include "support/error_of.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(providers_azure_resource_group)

namespace {

const std::string group = "https://management.azure.com/subscriptions/sub-1/resourceGroups/g/providers/Microsoft.Web/";
const std::string version = "?api-version=2025-05-01";
// The hash is that of the app's name, so that a second run finds what a first has begun.
const std::string plan = group + "serverfarms/flex-7930e06c7ddb2c36" + version, site = group + "sites/maps" + version,
                  container = "https://acc.blob.core.windows.net/app-package-7930e06c7ddb2c36";

struct Owner : support::AzureLab {
  Owner() {
    principal();
    variables["AZURE_STORAGE_ACCOUNT"] = "acc";
    variables["AZURE_STORAGE_KEY"] = support::azure_secret;
    variables["AZURE_SUBSCRIPTION_ID"] = "sub-1";
    http->answer(support::authority_url, {{.body = support::token_answer("T1")}});
    http->answer(container + "?restype=container", {{.status = 201}});
    http->answer(plan, {{.body = "{}"},
                        {.body = R"({"properties":{"provisioningState":"InProgress"}})"},
                        {.body = R"({"properties":{"provisioningState":"Succeeded"}})"}});
  }
  azure::ResourceGroup group_of_apps() const {
    return {context(), std::make_shared<azure::Session>(context(), azure::Access{}, environment()), "g"};
  }
  boost::json::object put_to(const std::string& url) const {
    for (const auto& request : http->seen()) {
      if (request.method == "PUT" && request.url == url) return boost::json::parse(request.body).as_object();
    }
    return {};
  }
};

azure::FlexApp maps() {
  return {.app = {.name = "maps"},
          .location = "westeurope",
          .python = 3.12_py,
          .memory = 512,
          .tags = {{"team", "maps"}},
          .environment = {{"COLOUR", "red"}}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_app_is_made_with_its_container_and_plan) {
  const Owner owner;
  owner.http->answer(site,
                     {{.status = 404, .body = "{}"}, {.status = 202, .body = "{}"}, {.body = R"({"name":"maps"})"}});
  BOOST_TEST(owner.group_of_apps().make_app(maps()));
  BOOST_TEST(owner.put_to(plan).at("sku").at("name").as_string() == "FC1");
  const boost::json::object made = owner.put_to(site);
  BOOST_TEST(made.at("location").as_string() == "westeurope");
  BOOST_TEST(made.at("tags").at("team").as_string() == "maps");
  const auto& properties = made.at("properties");
  BOOST_TEST((std::string("https://management.azure.com") + properties.at("serverFarmId").as_string().c_str() +
              version) == plan);
  const auto& config = properties.at("functionAppConfig");
  BOOST_TEST(config.at("runtime").at("version").as_string() == "3.12");
  BOOST_TEST(config.at("scaleAndConcurrency").at("instanceMemoryMB").as_int64() == 512);
  BOOST_TEST(config.at("deployment").at("storage").at("value").as_string() == container);
  const std::string settings = boost::json::serialize(properties.at("siteConfig").at("appSettings"));
  for (const char* name : {"AzureWebJobsStorage", "DEPLOYMENT_STORAGE_CONNECTION_STRING", "COLOUR"})
    BOOST_TEST(settings.find(name) != std::string::npos, name);
  BOOST_TEST(settings.find("AccountName=acc;AccountKey=" + support::azure_secret +
                           ";EndpointSuffix=core.windows.net") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_app_that_is_there_stays_as_it_is) {
  const Owner owner;
  owner.http->answer(site, {{.body = R"({"name":"maps"})"}});
  BOOST_TEST(!owner.group_of_apps().make_app(maps()));
  BOOST_TEST(owner.put_to(site).empty());
}

BOOST_AUTO_TEST_CASE(what_azure_would_refuse_is_told_before) {
  const Owner owner;
  const auto refused = [&](auto change) {
    azure::FlexApp app = maps();
    change(app);
    return error_of([&] { owner.group_of_apps().make_app(app); }).code() == Errc::usage;
  };
  BOOST_TEST(refused([](auto& app) { app.app.name = "my_maps"; }));
  BOOST_TEST(refused([](auto& app) { app.memory = 256; }));
  BOOST_TEST(refused([](auto& app) { app.location.clear(); }));
  BOOST_TEST(refused([](auto& app) { app.environment["a b"] = "c"; }));
  BOOST_TEST(owner.http->seen().empty());
}

BOOST_AUTO_TEST_CASE(the_accounts_key_is_needed_and_never_told) {
  Owner owner;
  owner.variables.erase("AZURE_STORAGE_KEY");
  owner.http->answer(site, {{.status = 404, .body = "{}"}});
  const Error error = error_of([&] { owner.group_of_apps().make_app(maps()); });
  BOOST_TEST(error.hint().find("AZURE_STORAGE_KEY") != std::string::npos);
  BOOST_TEST(owner.put_to(plan).empty());
}

BOOST_AUTO_TEST_CASE(all_pages_are_listed) {
  const Owner owner;
  owner.http->answer(group + "sites" + version,
                     {{.body = R"({"value":[{"name":"b","tags":{"type":"x"},"properties":{"functionAppConfig":)"
                               R"({"scaleAndConcurrency":{"instanceMemoryMB":2048}}}}],"nextLink":")" +
                               group + "sites?page=2\"}"}});
  owner.http->answer(group + "sites?page=2", {{.body = R"({"value":[{"name":"a"}]})"}});
  const auto found = owner.group_of_apps().apps();
  BOOST_REQUIRE(found.size() == 2U);
  BOOST_TEST(found[0].name == "a");
  BOOST_TEST(found[0].memory == 0);
  BOOST_TEST(found[1].memory == 2048);
  BOOST_TEST(found[1].tags.at("type") == "x");
}

BOOST_AUTO_TEST_CASE(what_is_gone_is_deleted) {
  const Owner owner;
  owner.http->answer(site, {{.status = 200}, {.status = 404, .body = R"({"error":{"code":"ResourceNotFound"}})"}});
  owner.group_of_apps().remove_app("maps");
  owner.group_of_apps().remove_app("maps");
  BOOST_TEST(owner.http->seen().back().method == "DELETE");
}

BOOST_AUTO_TEST_SUITE_END()
