// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/azure_functions.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/testing/context.hpp>

#include "support/azure_platform.hpp"
#include "support/error_of.hpp"
#include "support/still_clock.hpp"
#include "support/temporary_folder.hpp"
#include "support/variable.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(providers_azure_functions)

namespace {

const std::string hidden = "aGlkZGVuLXNlY3JldC0x";

Archive archive_of(std::string text) {
  const daypack::Blob all = blob_of(std::move(text));
  return Archive({all}, sha256_of(all.bytes), {});
}
const Archive& package() {
  static const Archive archive = archive_of("PK the package");
  return archive;
}

// Azure, a user who is logged in, and what was told on the way.
struct AppLab {
  std::shared_ptr<AzurePlatform> azure = std::make_shared<AzurePlatform>();
  std::shared_ptr<StillClock> clock =
      std::make_shared<StillClock>(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20));
  std::vector<std::string> remarks;
  support::Variable subscription{"AZURE_SUBSCRIPTION_ID", "sub-1"};
  support::Variable endpoint{"IDENTITY_ENDPOINT", "http://localhost/token"};
  support::Variable header{"IDENTITY_HEADER", hidden};
  support::Variable secret{"AZURE_CLIENT_SECRET", nullptr};
  support::Variable account{"AZURE_STORAGE_ACCOUNT", nullptr};

  template <class Provider>
  Deployment deliver(const Provider& to, const Archive& archive = package()) {
    Context context = testing::context(Services{.http = azure, .clock = clock, .observer = [this](const Event& event) {
                                                  if (const auto* remark = std::get_if<Remark>(&event))
                                                    remarks.push_back(remark->message);
                                                }});
    return to.deliver(archive, context);
  }
  template <class Provider>
  Error refused(const Provider& to) {
    const Error error = error_of([&] { deliver(to); });
    BOOST_TEST(std::string(error.what()).find(hidden) == std::string::npos, error.what());
    return error;
  }
  bool was_told(std::string_view words) const {
    return std::ranges::any_of(remarks, [&](const auto& remark) { return remark.find(words) != std::string::npos; });
  }
};

const azure::ZipDeploy to_app{.app = {"app", "group"}};
const azure::RunFromPackage by_url{.app = {"app", "group"}};

bool is_push(const HttpRequest& request) {
  return request.url.find("/api/publish") != std::string::npos ||
         request.url.find("/api/zipdeploy") != std::string::npos;
}

using Requests = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(flex_consumption) {
  AppLab lab;
  lab.azure->unknown_for = 3;
  const Deployment done = lab.deliver(to_app);
  BOOST_TEST(done.id == "app");
  BOOST_TEST(done.url == "https://app-x1.azurewebsites.net");
  BOOST_TEST(done.version == "d1");
  BOOST_TEST(done.digest == package().sha256().hex());
  BOOST_TEST(!done.unchanged);
  BOOST_TEST(lab.azure->deployments.at(0).body == "PK the package");
  BOOST_TEST(lab.azure->settings.at("DAYPACK_PACKAGE") == package().sha256().hex() + " d1");
  BOOST_TEST(lab.azure->settings.at("THEIRS") == "stays");
  BOOST_TEST(!lab.azure->settings.contains("SCM_DO_BUILD_DURING_DEPLOYMENT"));
  lab.azure->taken();
  BOOST_TEST(lab.deliver(to_app).unchanged);
  BOOST_TEST(lab.azure->taken() ==
             (Requests{"GET sites/app", "POST sites/app/config/appsettings/list", "GET /api/deployments/latest"}));
  BOOST_TEST(!lab.deliver(to_app, archive_of("PK another")).unchanged);
  // By other means: what the setting says is old.
  lab.azure->deployments.push_back({.id = "theirs"});
  BOOST_TEST(!lab.deliver(to_app, archive_of("PK another")).unchanged);
}

BOOST_AUTO_TEST_CASE(premium_and_dedicated) {
  AppLab lab;
  lab.azure->sku = "ElasticPremium";
  azure::ZipDeploy to = to_app;
  to.environment = {{"MINE", "1"}};
  BOOST_TEST(lab.deliver(to).version == "d1");
  BOOST_TEST(lab.azure->deployments.at(0).message == "daypack " + package().sha256().hex());
  BOOST_TEST(lab.azure->settings.at("SCM_DO_BUILD_DURING_DEPLOYMENT") == "false");
  BOOST_TEST(lab.azure->settings.at("ENABLE_ORYX_BUILD") == "false");
  BOOST_TEST(lab.azure->settings.at("MINE") == "1");
  BOOST_TEST(lab.azure->settings.at("THEIRS") == "stays");
  lab.azure->taken();
  BOOST_TEST(lab.deliver(to).unchanged);
  BOOST_TEST(lab.azure->changes().empty());
  to.environment = {{"MINE", "2"}};
  BOOST_TEST(!lab.deliver(to).unchanged);
  BOOST_TEST(lab.azure->changes() == (Requests{"PUT sites/app/config/appsettings"}));
  to.app.slot = "blue";
  lab.azure->taken();
  lab.deliver(to);
  BOOST_TEST(lab.azure->taken().front() == "GET sites/app/slots/blue");
}

BOOST_AUTO_TEST_CASE(memory) {
  AppLab lab;
  azure::ZipDeploy to = to_app;
  to.memory = 4096;
  lab.deliver(to);
  BOOST_TEST(lab.azure->memory == 4096);
  lab.azure->taken();
  BOOST_TEST(lab.deliver(to).unchanged);
  BOOST_TEST(lab.azure->changes().empty());
  for (const char* sku : {"Dynamic", "ElasticPremium", "PremiumV3"}) {
    lab.azure->sku = sku;
    BOOST_TEST(lab.refused(to).message() == "the memory of this app cannot be set");
  }
  to.memory = 1024;
  BOOST_TEST((lab.refused(to).code() == Errc::usage));
  BOOST_TEST(lab.azure->changes().empty());
}

BOOST_AUTO_TEST_CASE(plans_that_take_it_in_another_way) {
  AppLab lab;
  lab.azure->sku = "Dynamic";
  BOOST_TEST(lab.refused(to_app).hint().find("RunFromPackage") != std::string::npos);
  lab.azure->sku = "ElasticPremium";
  lab.azure->settings["WEBSITE_RUN_FROM_PACKAGE"] = "https://acc.blob.core.windows.net/c/b?sig=" + hidden;
  BOOST_TEST(lab.refused(to_app).message() == "the app runs from a URL, and takes no other package");
  lab.azure->sku = "FlexConsumption";
  BOOST_TEST(lab.refused(by_url).hint() == "deploy by ZipDeploy");
  BOOST_TEST(lab.azure->changes().empty());
}

BOOST_AUTO_TEST_CASE(how_deployments_end) {
  for (const std::string sku : {"FlexConsumption", "ElasticPremium"}) {
    for (const auto& [state, words] : std::map<int, std::string>{{-1, "the deployment was cancelled"},
                                                                 {3, "the deployment has failed"},
                                                                 {5, "another deployment has taken the place"},
                                                                 {6, "the deployment was a success in part alone"}}) {
      AppLab lab;
      lab.azure->sku = sku;
      lab.azure->next_states = {0, 2, state};
      lab.azure->log = R"([{"message":"one"},{"message":"two"},{"message":"no space, AccountKey=)" + hidden + R"("}])";
      const Error error = lab.refused(to_app);
      BOOST_TEST(error.message().find(words) == 0U);
      BOOST_TEST((error.subject().find("one | two | no space") != std::string::npos) == (state == 3 || state == 6));
      BOOST_TEST(!lab.azure->settings.contains("DAYPACK_PACKAGE"));
      lab.azure->next_states = {4};
      BOOST_TEST(!lab.deliver(to_app).unchanged);  // what has failed is no reason to skip
    }
  }
}

BOOST_AUTO_TEST_CASE(a_site_that_goes_away_is_done) {
  AppLab lab;
  int looks = 0;
  lab.azure->next_states = {1};
  lab.azure->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.url.ends_with("/api/deployments/d1") && ++looks > 3) return HttpResponse{.status = 404};
    return std::nullopt;
  };
  BOOST_TEST(lab.deliver(to_app).version == "d1");
}

BOOST_AUTO_TEST_CASE(what_never_ends_is_given_up) {
  for (const bool found : {true, false}) {
    AppLab lab;
    lab.azure->next_states = {1};
    if (!found) lab.azure->unknown_for = 1000;
    const Error error = lab.refused(to_app);
    BOOST_TEST(error.message() == (found ? "the deployment takes too long" : "the deployment is not to be found"));
    BOOST_TEST((error.code() == Errc::provider));
  }
}

BOOST_AUTO_TEST_CASE(another_deployment_is_waited_for) {
  AppLab lab;
  lab.azure->busy = 3;
  lab.deliver(to_app);
  BOOST_TEST(lab.was_told("another deployment runs; waiting for its end"));
  BOOST_TEST(lab.azure->deployments.size() == 1U);
  AppLab stuck;
  stuck.azure->busy = 1000;
  const Error error = stuck.refused(to_app);
  BOOST_TEST(error.hint().find("WEBSITE_RUN_FROM_PACKAGE") != std::string::npos);
  BOOST_TEST((stuck.clock->now() >= std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + to_app.patience));
}

// The site acts, and nobody hears of it, once: nothing is deployed twice.
BOOST_AUTO_TEST_CASE(lost_answers_are_made_up_for) {
  for (const std::string sku : {"FlexConsumption", "ElasticPremium"}) {
    for (const std::string part : {"sites/app?", "appsettings/list", "config/appsettings?", "/api/publish",
                                   "/api/zipdeploy", "/api/deployments/"}) {
      AppLab lab;
      lab.azure->sku = sku;
      int times = 0;
      lab.azure->lost = [&](const HttpRequest& request) {
        return request.url.find(part) != std::string::npos && ++times == 1;
      };
      BOOST_TEST(lab.deliver(to_app).version == "d1", sku + part);
      BOOST_TEST(lab.azure->deployments.size() == 1U);
    }
  }
}

BOOST_AUTO_TEST_CASE(pushes_that_do_not_arrive_are_sent_again) {
  for (const int status : {0, 502, 503}) {
    AppLab lab;
    int times = 0;
    lab.azure->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
      if (!is_push(request) || ++times > 2) return std::nullopt;
      if (status == 0) throw Error(Errc::network, "a server did not answer completely");
      return HttpResponse{.status = status};
    };
    BOOST_TEST(lab.deliver(to_app).version == "d1");
    BOOST_TEST(times == 3);
    times = -100;
    const Error error = error_of([&] { lab.deliver(to_app, archive_of("PK 2")); });
    BOOST_TEST((error.code() == (status == 0 ? Errc::network : Errc::provider)));
  }
}

// A run that was killed after its push: the next one waits for what it has begun.
BOOST_AUTO_TEST_CASE(a_deployment_that_runs_still_is_found) {
  AppLab lab;
  lab.azure->sku = "ElasticPremium";
  lab.azure->deployments.push_back(
      {.id = "d0", .message = "daypack " + package().sha256().hex(), .states = {1, 1, 2, 4}});
  BOOST_TEST(lab.deliver(to_app).version == "d0");
  BOOST_TEST(lab.azure->deployments.size() == 1U);
}

BOOST_AUTO_TEST_CASE(dry_runs_change_nothing) {
  for (const std::string sku : {"FlexConsumption", "ElasticPremium"}) {
    AppLab lab;
    lab.azure->sku = sku;
    azure::ZipDeploy to = to_app;
    to.environment = {{"MINE", hidden}};
    to.dry_run = true;
    BOOST_TEST(!lab.deliver(to).unchanged);
    BOOST_TEST(lab.azure->changes().empty());
    BOOST_TEST(lab.was_told("would deploy the package"));
    BOOST_TEST(lab.was_told("would set "));
    BOOST_TEST(!lab.was_told(hidden));
  }
}

BOOST_AUTO_TEST_CASE(publish_profiles) {
  AppLab lab;
  const TemporaryFolder folder;
  detail::write_file(
      folder / "p.xml",
      "<publishData><publishProfile publishMethod=\"ZipDeploy\" publishUrl=\"app.scm.azurewebsites.net:443\" "
      "userName=\"$app\" userPWD=\"password\"/></publishData>");
  azure::ZipDeploy to{.app = {"app"}, .publish_profile = folder / "p.xml"};
  BOOST_TEST(lab.deliver(to).version == "d1");
  BOOST_TEST(lab.azure->seen ==
             (Requests{"GET /api/deployments/latest", "GET /api/deployments/latest", "POST /api/zipdeploy",
                       "GET /api/deployments/latest", "GET /api/deployments/latest", "GET /api/deployments/latest",
                       "GET /api/deployments/latest"}));
  BOOST_TEST(lab.deliver(to).unchanged);
  lab.azure->fault = [](const HttpRequest&) { return HttpResponse{.status = 401}; };
  BOOST_TEST(lab.refused(to).hint().find("basic authentication") != std::string::npos);
  to.memory = 512;
  BOOST_TEST((lab.refused(to).code() == Errc::usage));
}

BOOST_AUTO_TEST_CASE(run_from_package) {
  AppLab lab;
  lab.azure->sku = "Dynamic";
  azure::RunFromPackage to = by_url;
  to.environment = {{"MINE", "1"}};
  const Deployment done = lab.deliver(to);
  const std::string name = package().sha256().hex() + ".zip";
  BOOST_TEST(done.version == name);
  BOOST_TEST(lab.azure->blobs.blobs.at("/function-releases/" + name).body == "PK the package");
  const auto& settings = lab.azure->settings;
  BOOST_TEST(settings.at("WEBSITE_RUN_FROM_PACKAGE")
                 .starts_with("https://acc.blob.core.windows.net/function-releases/" + name +
                              "?st=2026-11-19T23%3A50%3A00Z&se=2036-11-17T00%3A00%3A00Z&sp=r&sv=2022-11-02&sr=b&sig="));
  BOOST_TEST(settings.at("WEBSITE_MOUNT_ENABLED") == "1");
  BOOST_TEST(settings.at("MINE") == "1");
  BOOST_TEST(settings.at("THEIRS") == "stays");
  BOOST_TEST(lab.azure->seen.back() == "POST sites/app/syncfunctiontriggers");
  lab.azure->taken();
  BOOST_TEST(lab.deliver(to).unchanged);
  BOOST_TEST(lab.azure->taken() ==
             (Requests{"GET sites/app", "POST sites/app/config/appsettings/list", "HEAD /function-releases/" + name,
                       "POST sites/app/syncfunctiontriggers"}));
  lab.clock->sleep(std::chrono::hours(24 * 3630), {});  // the URL is about to end
  lab.azure->tokens_end *= 2;
  BOOST_TEST(!lab.deliver(to).unchanged);
}

BOOST_AUTO_TEST_CASE(run_from_package_by_identity) {
  AppLab lab;
  lab.azure->sku = "ElasticPremium";
  azure::RunFromPackage to = by_url;
  to.identity = "SystemAssigned";
  lab.deliver(to);
  BOOST_TEST(lab.azure->settings.at("WEBSITE_RUN_FROM_PACKAGE").ends_with(".zip"));
  BOOST_TEST(lab.azure->settings.at("WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID") == "SystemAssigned");
  BOOST_TEST(lab.deliver(to).unchanged);
  to.identity.clear();
  BOOST_TEST(!lab.deliver(to).unchanged);
  to.dry_run = true;
  lab.azure->taken();
  lab.deliver(to, archive_of("PK other"));
  BOOST_TEST(lab.azure->changes().empty());
  BOOST_TEST(lab.was_told("would put the package to acc/function-releases/"));
}

BOOST_AUTO_TEST_CASE(tokens_that_have_ended_are_renewed) {
  AppLab lab;
  lab.azure->good_token = "T2";
  lab.deliver(to_app);
  BOOST_TEST(lab.azure->given_tokens == 2);
}

BOOST_AUTO_TEST_CASE(refusals) {
  AppLab lab;
  azure::ZipDeploy to = to_app;
  to.app.name = "none";
  BOOST_TEST((lab.refused(to).code() == Errc::not_found));
  lab.azure->fault = [](const HttpRequest&) {
    return HttpResponse{.status = 403, .body = R"({"error":{"code":"AuthorizationFailed","message":"may not"}})"};
  };
  const Error error = lab.refused(to_app);
  BOOST_TEST(error.subject() == "app (AuthorizationFailed, status 403: may not)");
  BOOST_TEST(error.hint().find("Microsoft.Web/sites/read") != std::string::npos);
  lab.azure->taken();
  for (const azure::FunctionApp& app :
       std::vector<azure::FunctionApp>{{"a", "g"}, {"a b", "g"}, {"app", ""}, {"app", "g", "x/y"}}) {
    to.app = app;
    BOOST_TEST((lab.refused(to).code() == Errc::usage));
  }
  to = to_app;
  to.environment = {{"A=B", "1"}};
  BOOST_TEST((lab.refused(to).code() == Errc::usage));
  BOOST_TEST(lab.azure->seen.empty());
  const support::Variable none("AZURE_SUBSCRIPTION_ID", nullptr);
  BOOST_TEST(lab.refused(to_app).message() == "no subscription of Azure is named");
}

BOOST_AUTO_TEST_SUITE_END()
