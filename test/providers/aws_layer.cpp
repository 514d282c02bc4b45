// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/aws_layer.hpp>  // self-contained

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <daypack/daypack.hpp>

#include "support/deployed.hpp"
#include "support/error_of.hpp"

using namespace daypack;
using daypack::support::Deployer;
using daypack::testing::HttpFault;

static_assert(provider<aws::LayerVersion>);

BOOST_AUTO_TEST_SUITE(providers_aws_layer)

namespace {

const std::string versions_url = "https://lambda.eu-west-1.amazonaws.com/2018-10-31/layers/deps/versions";
const std::string list_url = versions_url + "?MaxItems=50";

std::string version_text(int number, const Archive& archive) {
  return R"({"Version":)" + std::to_string(number) + R"(,"LayerVersionArn":"arn:aws:lambda:eu-west-1:1:layer:deps:)" +
         std::to_string(number) + R"(","CompatibleRuntimes":["python3.12"],"CompatibleArchitectures":["x86_64"],)" +
         R"("Content":{"CodeSha256":")" + support::base64_sha256(archive) + R"("}})";
}

}  // namespace

BOOST_AUTO_TEST_CASE(new_content_is_published) {
  Deployer deployer;
  const Archive archive = support::archive_for("3.12", "");
  deployer.http->answer(list_url, {{.body = R"({"LayerVersions":[{"Version":1}]})"}});
  deployer.http->answer(versions_url + "/1", {{.body = version_text(1, support::archive_for("3.12", "other"))}});
  deployer.http->answer(versions_url, {{.status = 201, .body = version_text(2, archive)}});
  Context context = deployer.context();
  const Deployment live = aws::LayerVersion{.name = "deps", .licence = "MIT"}.deliver(archive, context);
  BOOST_TEST(live.version == "2");
  BOOST_TEST(live.id == "arn:aws:lambda:eu-west-1:1:layer:deps:2");
  const auto seen = deployer.http->seen();
  const boost::json::object body = boost::json::parse(seen.back().body).as_object();
  BOOST_TEST(body.at("Content").at("ZipFile").as_string() == support::base64_of_archive(archive));
  BOOST_TEST(body.at("CompatibleRuntimes").as_array().at(0).as_string() == "python3.12");
  BOOST_TEST(body.at("LicenseInfo").as_string() == "MIT");
}

BOOST_AUTO_TEST_CASE(content_that_is_there_is_not) {
  Deployer deployer;
  const Archive archive = support::archive_for("3.12", "");
  deployer.http->answer(list_url, {{.body = R"({"LayerVersions":[{"Version":1}]})"}});
  deployer.http->answer(versions_url + "/1", {{.body = version_text(1, archive)}});
  Context context = deployer.context();
  const Deployment live = aws::LayerVersion{.name = "deps"}.deliver(archive, context);
  BOOST_TEST(live.unchanged);
  BOOST_TEST(live.version == "1");
  BOOST_TEST(aws::LayerVersion({.name = "deps", .runtimes = {"python3.13"}, .dry_run = true})
                 .deliver(archive, context)
                 .version == "(next)");
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_lost_is_looked_for) {
  Deployer deployer;
  const Archive archive = support::archive_for("3.12", "");
  deployer.http->answer(list_url,
                        {{.body = R"({"LayerVersions":[]})"}, {.body = R"({"LayerVersions":[{"Version":1}]})"}});
  deployer.http->answer(versions_url + "/1", {{.body = version_text(1, archive)}});
  deployer.http->answer(versions_url, {{.body = "{}", .fault = HttpFault::reset}});
  Context context = deployer.context();
  BOOST_TEST(aws::LayerVersion{.name = "deps"}.deliver(archive, context).version == "1");
  int posts = 0;
  for (const auto& request : deployer.http->seen()) posts += request.method == "POST";
  BOOST_TEST(posts == 1);
}

BOOST_AUTO_TEST_CASE(what_the_service_would_refuse_is_refused_before_any_request) {
  const auto refused = [](const aws::LayerVersion& layer) {
    Deployer deployer;
    Context context = deployer.context();
    const Error error = error_of([&] { layer.deliver(support::archive_for("3.12", ""), context); });
    BOOST_TEST(deployer.http->seen().empty());
    return error.code();
  };
  BOOST_TEST((refused({.name = "a b"}) == Errc::usage));
  BOOST_TEST((refused({.name = "deps", .licence = std::string(513, 'x')}) == Errc::usage));
  BOOST_TEST((refused({.name = "deps", .runtimes = std::vector<std::string>(16, "python3.12")}) == Errc::usage));
  BOOST_TEST((refused({.name = "deps", .functions = {"a/b"}}) == Errc::usage));
}

BOOST_AUTO_TEST_SUITE_END()
