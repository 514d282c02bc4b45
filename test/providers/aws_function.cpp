// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/aws_function.hpp>  // self-contained

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <daypack/daypack.hpp>

#include "support/deployed.hpp"
#include "support/error_of.hpp"

using namespace daypack;
using daypack::support::Deployer;

static_assert(provider<aws::Function>);
static_assert(can_follow<Upload<aws::Function>, Zip<>>);

BOOST_AUTO_TEST_SUITE(providers_aws_function)

namespace {

const std::string function_url = "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions";

// What GetFunction says of a function that has this code.
std::string function_text(const Archive& archive, const std::string& more = "") {
  return R"({"Configuration":{"FunctionName":"f","FunctionArn":"arn:aws:lambda:eu-west-1:1:function:f","State":"Active",)"
         R"("LastUpdateStatus":"Successful","Runtime":"python3.12","Handler":"app.handler","MemorySize":256,"Timeout":30,)"
         R"("Architectures":["x86_64"],"RevisionId":"r1","CodeSha256":")" +
         support::base64_sha256(archive) + '"' + more + R"(},"Tags":{"team":"maps"}})";
}

const daypack::testing::FakeAnswer no_function{.status = 404,
                                               .headers = {{"x-amzn-ErrorType", "ResourceNotFoundException"}},
                                               .body = R"({"message":"Function not found"})"};

}  // namespace

BOOST_AUTO_TEST_CASE(a_new_function_is_created_with_all_that_is_said) {
  Deployer deployer;
  const Archive archive = support::archive_for("3.12", "app.handler");
  const std::string said = R"(,"Role":"arn:aws:iam::1:role/r","Environment":{"Variables":{"A":"1"}})";
  deployer.http->answer(function_url + "/f", {no_function, {.body = function_text(archive, said)}});
  deployer.http->answer(function_url, {{.status = 201, .body = "{}"}});
  Context context = deployer.context();
  const aws::Function function{.name = "f", .role = "arn:aws:iam::1:role/r", .environment = {{"A", "1"}}};
  const Deployment live = function.deliver(archive, context);
  BOOST_TEST(live.id == "arn:aws:lambda:eu-west-1:1:function:f");
  BOOST_TEST(!live.unchanged);
  const auto seen = deployer.http->seen();
  BOOST_REQUIRE(seen.size() >= 3);
  BOOST_TEST(seen[1].method == "POST");
  const boost::json::object body = boost::json::parse(seen[1].body).as_object();
  BOOST_TEST(body.at("FunctionName").as_string() == "f");
  BOOST_TEST(body.at("Runtime").as_string() == "python3.12");
  BOOST_TEST(body.at("MemorySize").as_int64() == 256);
  BOOST_TEST(body.at("Environment").at("Variables").at("A").as_string() == "1");
  BOOST_TEST(body.at("Code").at("ZipFile").as_string() == support::base64_of_archive(archive));
}

BOOST_AUTO_TEST_CASE(an_unchanged_function_costs_one_request) {
  Deployer deployer;
  const Archive archive = support::archive_for("3.12", "app.handler");
  deployer.http->answer(function_url + "/f", {{.body = function_text(archive)}});
  Context context = deployer.context();
  const aws::Function function{.name = "f", .tags = {{"team", "maps"}}};
  BOOST_TEST(function.deliver(archive, context).unchanged);
  BOOST_TEST(deployer.http->seen().size() == 1);
}

BOOST_AUTO_TEST_CASE(a_dry_run_changes_nothing) {
  Deployer deployer;
  const Archive archive = support::archive_for("3.13", "app.other");
  deployer.http->answer(function_url + "/f", {{.body = function_text(support::archive_for("3.12", "app.handler"))}});
  deployer.http->answer(function_url + "/f/versions?MaxItems=50", {{.body = R"({"Versions":[]})"}});
  Context context = deployer.context();
  const Deployment live = aws::Function{.name = "f", .publish = true, .dry_run = true}.deliver(archive, context);
  BOOST_TEST(live.version == "(next)");
  for (const auto& request : deployer.http->seen()) BOOST_TEST(request.method == "GET");
}

BOOST_AUTO_TEST_CASE(what_the_service_would_refuse_is_refused_before_any_request) {
  const Archive archive = support::archive_for("3.12", "app.handler");
  const auto refused = [&](const aws::Function& function) {
    Deployer deployer;
    Context context = deployer.context();
    const Error error = error_of([&] { function.deliver(archive, context); });
    BOOST_TEST(deployer.http->seen().empty());
    return error.code();
  };
  BOOST_TEST((refused({.name = ""}) == Errc::usage));
  BOOST_TEST((refused({.name = "a b"}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .role = "runner"}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .handler = "app handler"}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .memory = 127}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .timeout = 901}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .ephemeral_storage = 511}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .environment = {{"AWS_REGION", "x"}}}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .environment = {{"A", std::string(4096, 'x')}}}) == Errc::over_limit));
  BOOST_TEST((refused({.name = "f", .layers = {{"deps"}}}) == Errc::usage));
  const std::string layer = "arn:aws:lambda:eu-west-1:1:layer:l:1";
  BOOST_TEST((refused({.name = "f", .layers = {{layer, layer, layer, layer, layer, layer}}}) == Errc::over_limit));
  BOOST_TEST((refused({.name = "f", .alias = "12"}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .alias = "live", .weight = 1.5}) == Errc::usage));
  BOOST_TEST((refused({.name = "f", .weight = 0.5}) == Errc::usage));
}

BOOST_AUTO_TEST_CASE(a_state_that_failed_is_told) {
  Deployer deployer;
  const Archive archive = support::archive_for("3.12", "app.handler");
  std::string failed = function_text(support::archive_for("3.12", "app.other"));
  deployer.http->answer(
      function_url + "/f",
      {{.body = failed}, {.body = function_text(archive, R"(,"State":"Failed","StateReasonCode":"InvalidSubnet")")}});
  deployer.http->answer(function_url + "/f/code", {{.body = "{}"}});
  Context context = deployer.context();
  const Error error = error_of([&] { aws::Function{.name = "f"}.deliver(archive, context); });
  BOOST_TEST(error.message() == "the function cannot run");
  BOOST_TEST(error.subject() == "f (InvalidSubnet)");
}

BOOST_AUTO_TEST_CASE(there_is_nothing_to_go_back_to) {
  Deployer deployer;
  deployer.http->answer(function_url + "/f", {{.body = function_text(support::archive_for("3.12", "app.handler"))}});
  deployer.http->answer(function_url + "/f/versions?MaxItems=50",
                        {{.body = R"({"Versions":[{"Version":"$LATEST"}]})"}});
  deployer.http->answer(function_url + "/f/aliases/live", {no_function});
  Context context = deployer.context();
  BOOST_TEST((error_of([&] { aws::Rollback{.name = "f"}.run(context); }).code() == Errc::not_found));
  BOOST_TEST((error_of([&] { aws::Rollback{.name = "f", .alias = "live"}.run(context); }).code() == Errc::not_found));
  BOOST_TEST((error_of([&] { aws::Rollback{.name = "f g"}.run(context); }).code() == Errc::usage));
}

BOOST_AUTO_TEST_SUITE_END()
