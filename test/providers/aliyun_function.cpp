// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/aliyun_function.hpp>  // self-contained

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <daypack/daypack.hpp>

#include "support/aliyun_deployer.hpp"
#include "support/error_of.hpp"

using namespace daypack;
using daypack::support::AliyunDeployer;
using daypack::support::archive_for;
using daypack::support::base64_of_archive;
using daypack::support::fc_url;
using daypack::support::no_function;
using daypack::support::xz_checksum;
using Wanted = aliyun::Function;

static_assert(provider<Wanted>);
static_assert(can_follow<Upload<Wanted>, Zip<>>);

BOOST_AUTO_TEST_SUITE(providers_aliyun_function)

namespace {

const std::string functions = fc_url + "functions";

// What GetFunction says of a function that has this code.
std::string function_text(const Archive& archive, const std::string& more = "") {
  return R"({"functionName":"f","functionArn":"acs:fc:cn-hangzhou:1:functions/f","runtime":"python3.10",)"
         R"("handler":"app.handler","memorySize":256,"cpu":0.15,"timeout":30,"diskSize":512,"codeChecksum":")" +
         xz_checksum(archive) + '"' + more + "}";
}

boost::json::object body_of(const testing::SeenRequest& request) {
  return boost::json::parse(request.body).as_object();
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_new_function_is_created_with_all_that_is_said) {
  AliyunDeployer deployer;
  const Archive archive = archive_for("3.10", "app.handler");
  deployer.http->answer(functions + "/f",
                        {no_function, {.body = function_text(archive, R"(,"environmentVariables":{"A":"1"})")}});
  deployer.http->answer(functions, {{.body = "{}"}});
  Context context = deployer.context();
  const Wanted function{.name = "f", .environment = {{"A", "1"}}, .tags = {{"team", "maps"}}};
  const Deployment live = function.deliver(archive, context);
  BOOST_TEST(live.id == "acs:fc:cn-hangzhou:1:functions/f");
  BOOST_TEST(!live.unchanged);
  const auto seen = deployer.http->seen();
  BOOST_REQUIRE(seen.size() == 3U);
  BOOST_TEST(seen[1].method == "POST");
  BOOST_TEST(support::field_of(seen[1], "x-acs-action") == "CreateFunction");
  const boost::json::object body = body_of(seen[1]);
  BOOST_TEST(body.at("functionName").as_string() == "f");
  BOOST_TEST(body.at("runtime").as_string() == "python3.10");
  BOOST_TEST(body.at("memorySize").as_int64() == 256);
  BOOST_TEST(body.at("cpu").as_double() == 0.15);
  BOOST_TEST(body.at("timeout").as_int64() == 30);
  BOOST_TEST(body.at("environmentVariables").at("A").as_string() == "1");
  BOOST_TEST(body.at("tags").at(0).at("Key").as_string() == "team");
  BOOST_TEST(body.at("code").at("zipFile").as_string() == base64_of_archive(archive));
  BOOST_TEST(body.at("code").at("checksum").as_string() == xz_checksum(archive));
}

BOOST_AUTO_TEST_CASE(an_unchanged_function_costs_one_request) {
  AliyunDeployer deployer;
  const Archive archive = archive_for("3.10", "app.handler");
  deployer.http->answer(functions + "/f", {{.body = function_text(archive)}});
  Context context = deployer.context();
  BOOST_TEST(Wanted{.name = "f"}.deliver(archive, context).unchanged);
  BOOST_TEST(deployer.http->seen().size() == 1U);
}

BOOST_AUTO_TEST_CASE(one_call_changes_code_and_settings) {
  AliyunDeployer deployer;
  const Archive archive = archive_for("3.10", "app.handler");
  const std::string variables =
      R"(,"environmentVariables":{"OLD":"1"},"layers":[{"arn":"acs:fc:r:1:layers/l/versions/1"}])";
  deployer.http->answer(
      functions + "/f",
      {{.body = function_text(archive_for("3.10", "old.handler"), variables)},
       {.body = "{}"},
       {.body = R"({"state":"Active","lastUpdateStatus":"InProgress"})"},
       {.body = function_text(archive, R"(,"memorySize":1024,"cpu":0.5,"environmentVariables":{"OLD":"1","A":"2"})")}});
  Context context = deployer.context();
  const Error error = error_of([&] {
    Wanted{.name = "f", .memory = 1024, .environment = {{"A", "2"}}, .layers = {{"acs:fc:r:1:layers/l/versions/2"}}}
        .deliver(archive, context);
  });
  // Which never comes to be as it is wanted, for somebody else changes it back.
  BOOST_TEST(error.message() == "somebody else changes the function at the same time");
  const auto seen = deployer.http->seen();
  BOOST_TEST(seen[1].method == "PUT");
  BOOST_TEST(support::field_of(seen[1], "x-acs-action") == "UpdateFunction");
  const boost::json::object body = body_of(seen[1]);
  BOOST_TEST(body.size() == 5U);
  BOOST_TEST(body.at("memorySize").as_int64() == 1024);
  BOOST_TEST(body.at("cpu").as_double() == 0.5);  // those that there were would be too few
  BOOST_TEST((body.at("environmentVariables") == boost::json::object{{"OLD", "1"}, {"A", "2"}}));
  BOOST_TEST((body.at("layers") == boost::json::array{"acs:fc:r:1:layers/l/versions/2"}));
  BOOST_TEST(body.at("code").as_object().contains("zipFile"));
}

BOOST_AUTO_TEST_CASE(states_that_nobody_tells_are_final_and_failures_are_told) {
  AliyunDeployer deployer;
  const Archive archive = archive_for("3.10", "app.handler");
  deployer.http->answer(functions + "/f",
                        {{.body = function_text(archive, R"(,"state":"Failed","stateReasonCode":"BadCode")")}});
  Context context = deployer.context();
  const Error error = error_of([&] { Wanted{.name = "f"}.deliver(archive, context); });
  BOOST_TEST(error.message() == "the function cannot run");
  BOOST_TEST(error.subject() == "f (BadCode)");
  deployer.http->answer(functions + "/f", {{.body = function_text(archive, R"(,"state":"Pending")")}});
  BOOST_TEST(error_of([&] { Wanted{.name = "f", .patience = std::chrono::seconds(5)}.deliver(archive, context); })
                 .message()
                 .starts_with("it takes too long until Function Compute has finished with it"));
}

BOOST_AUTO_TEST_CASE(a_dry_run_changes_nothing) {
  AliyunDeployer deployer;
  deployer.http->answer(functions + "/f", {no_function});
  deployer.http->answer(functions + "/f/versions?limit=100", {no_function});
  Context context = deployer.context();
  const Deployment live =
      Wanted{.name = "f", .publish = true, .dry_run = true}.deliver(archive_for("3.10", "app.handler"), context);
  BOOST_TEST(live.version == "(next)");
  for (const auto& request : deployer.http->seen()) BOOST_TEST(request.method == "GET");
}

BOOST_AUTO_TEST_CASE(what_the_service_would_refuse_is_refused_before_any_request) {
  const Archive archive = archive_for("3.10", "app.handler");
  const auto refused = [&](const Wanted& function) {
    AliyunDeployer deployer;
    Context context = deployer.context();
    const Error error = error_of([&] { function.deliver(archive, context); });
    BOOST_TEST(deployer.http->seen().empty());
    return error.code();
  };
  BOOST_TEST((refused({.name = ""}) == Errc::usage));
  BOOST_TEST((refused({.name = "1f"}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .role = "runner"}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .handler = "app handler"}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .memory = 100}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .memory = 300}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .memory = 256, .cpu = 0.3}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .cpu = 0.07}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .timeout = 86401}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .disk = 1024}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .environment = {{"FC_REGION", "x"}}}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .environment = {{"A", std::string(4096, 'x')}}}) == Errc::over_limit));
  BOOST_TEST((refused({.name = "f", .layers = {{"deps"}}}) == Errc::usage));
  const std::string layer = "acs:fc:cn-hangzhou:1:layers/l/versions/1";
  BOOST_TEST((refused({.name = "f", .layers = {{layer, layer, layer, layer, layer, layer}}}) == Errc::over_limit));
  BOOST_TEST((refused({.name = "f", .alias = "1"}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .alias = "live", .weight = 1.5}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .weight = 0.5}) == Errc::usage));
}

// For every memory that there is, the usual vCPU are ones that the service takes.
BOOST_AUTO_TEST_CASE(vcpu_follow_the_memory) {
  for (int memory = 128; memory <= 32768; memory += 64) {
    AliyunDeployer deployer;
    deployer.http->answer(functions + "/f", {no_function});
    Context context = deployer.context();
    BOOST_CHECK_NO_THROW(
        (Wanted{.name = "f", .memory = memory, .dry_run = true}.deliver(archive_for("3.10", ""), context)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
