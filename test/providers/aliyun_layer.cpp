// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/aliyun_layer.hpp>  // self-contained

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <daypack/daypack.hpp>

#include "support/aliyun_deployer.hpp"
#include "support/error_of.hpp"

using namespace daypack;
using daypack::support::AliyunDeployer;
using daypack::support::archive_for;
using daypack::support::fc_url;
using daypack::support::xz_checksum;

static_assert(provider<aliyun::LayerVersion>);

BOOST_AUTO_TEST_SUITE(providers_aliyun_layer)

namespace {

const std::string versions = fc_url + "layers/deps/versions";
const std::string listing = versions + "?limit=100";
const daypack::testing::FakeAnswer no_layer{.status = 404, .body = R"({"Code":"LayerNotFound","Message":"none"})"};

std::string version_text(const Archive& archive, int number, const std::string& runtime = "python3.10") {
  const std::string text = std::to_string(number);
  return R"({"version":)" + text + R"(,"layerVersionArn":"acs:fc:cn-hangzhou:1:layers/deps/versions/)" + text +
         R"(","compatibleRuntime":[")" + runtime + R"("],"codeChecksum":")" + xz_checksum(archive) + "\"}";
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_version_is_published_once) {
  AliyunDeployer deployer;
  const Archive archive = archive_for("3.10", "");
  deployer.http->answer(listing, {no_layer, {.body = R"({"layers":[)" + version_text(archive, 1) + "]}"}});
  deployer.http->answer(versions, {{.body = version_text(archive, 1)}});
  Context context = deployer.context();
  const aliyun::LayerVersion layer{.name = "deps", .licence = "MIT"};
  const Deployment first = layer.deliver(archive, context);
  BOOST_TEST(first.id == "acs:fc:cn-hangzhou:1:layers/deps/versions/1");
  BOOST_TEST(first.version == "1");
  BOOST_TEST(!first.unchanged);
  const auto request = deployer.http->seen().at(1);
  BOOST_TEST(support::field_of(request, "x-acs-action") == "CreateLayerVersion");
  const boost::json::value body = boost::json::parse(request.body);
  BOOST_TEST((body.at("compatibleRuntime") == boost::json::array{"python3.10"}));
  BOOST_TEST(body.at("license").as_string() == "MIT");
  BOOST_TEST(body.at("code").at("checksum").as_string() == xz_checksum(archive));
  BOOST_TEST(layer.deliver(archive, context).unchanged);
  BOOST_TEST(deployer.http->seen().size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_version_whose_answer_was_lost_is_found) {
  AliyunDeployer deployer;
  const Archive archive = archive_for("3.10", "");
  const std::string old = version_text(archive_for("3.10", "old"), 1);
  deployer.http->answer(listing, {{.body = R"({"layers":[)" + old + "]}"},
                                  {.body = R"({"layers":[)" + version_text(archive, 2) + ',' + old + "]}"}});
  deployer.http->answer(versions, {{.fault = daypack::testing::HttpFault::refuse}});
  Context context = deployer.context();
  BOOST_TEST(aliyun::LayerVersion{.name = "deps"}.deliver(archive, context).version == "2");
  BOOST_TEST(std::ranges::count(deployer.http->seen(), "POST", &daypack::testing::SeenRequest::method) == 1);
}

BOOST_AUTO_TEST_CASE(other_runtimes_are_another_version) {
  AliyunDeployer deployer;
  const Archive archive = archive_for("3.10", "");
  deployer.http->answer(listing, {{.body = R"({"layers":[)" + version_text(archive, 1, "python3.9") + "]}"}});
  deployer.http->answer(versions, {{.body = version_text(archive, 2)}});
  Context context = deployer.context();
  BOOST_TEST(aliyun::LayerVersion{.name = "deps"}.deliver(archive, context).version == "2");
}

// The first layer wins, so a new one goes before all others.
BOOST_AUTO_TEST_CASE(functions_get_it_in_its_place) {
  AliyunDeployer deployer;
  const Archive archive = archive_for("3.10", "");
  const std::string arn = "acs:fc:cn-hangzhou:1:layers/deps/versions/";
  deployer.http->answer(listing, {{.body = R"({"layers":[)" + version_text(archive, 2) + "]}"}});
  const auto function = [](const std::string& layers) { return R"({"layers":[)" + layers + "]}"; };
  deployer.http->answer(fc_url + "functions/f",
                        {{.body = function(R"({"arn":"x/versions/9"},{"arn":")" + arn + "1\"}")},
                         {.body = "{}"},
                         {.body = function(R"({"arn":"x/versions/9"},{"arn":")" + arn + "2\"}")}});
  Context context = deployer.context();
  const aliyun::LayerVersion layer{.name = "deps", .functions = {"f"}};
  // What stands there already is no version of a layer of ours: it is refused before anything is sent.
  BOOST_TEST((error_of([&] { layer.deliver(archive, context); }).code() == Errc::usage));
  const std::string other = "acs:fc:cn-hangzhou:1:layers/other/versions/9";
  deployer.http->answer(fc_url + "functions/f",
                        {{.body = function(R"({"arn":")" + other + "\"}")},
                         {.body = "{}"},
                         {.body = function(R"({"arn":")" + arn + R"(2"},{"arn":")" + other + "\"}")}});
  BOOST_TEST(!layer.deliver(archive, context).unchanged);
  const auto sent = deployer.http->seen();
  const auto put = std::ranges::find(sent, "PUT", &daypack::testing::SeenRequest::method);
  BOOST_REQUIRE((put != sent.end()));
  BOOST_TEST(put->body == R"({"layers":[")" + arn + R"(2",")" + other + "\"]}");
}

BOOST_AUTO_TEST_CASE(names_are_judged) {
  AliyunDeployer deployer;
  Context context = deployer.context();
  for (const aliyun::LayerVersion& layer :
       {aliyun::LayerVersion{.name = "1 b"}, aliyun::LayerVersion{.name = "deps", .functions = {"a b"}}})
    BOOST_TEST((error_of([&] { layer.deliver(archive_for("3.10", ""), context); }).code() == Errc::usage));
  BOOST_TEST(deployer.http->seen().empty());
}

BOOST_AUTO_TEST_SUITE_END()
