// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <boost/test/unit_test.hpp>
#include <daypack/credentials/aliyun.hpp>
#include <functional>
#include <vector>

#include "support/aliyun_lab.hpp"
#include "support/error_of.hpp"

using namespace daypack;
using daypack::support::aliyun_keys;
using daypack::support::aliyun_profile;
using daypack::support::aliyun_refusal;
using daypack::support::aliyun_secret;
using daypack::support::AliyunLab;
using daypack::support::metadata_of;
using daypack::support::sts_answer;
using daypack::testing::FakeAnswer;
using daypack::testing::HttpFault;

// Every way in which credentials are not found, with a secret wherever one can stand: no message has it.
BOOST_AUTO_TEST_SUITE(credentials_aliyun_secrets)

namespace {

struct Failure {
  const char* name;
  std::function<void(AliyunLab&)> set;
};

std::function<void(AliyunLab&)> config_of(const std::string& profile) {
  return [profile](AliyunLab& lab) { lab.config(profile); };
}

std::function<void(AliyunLab&)> role_with(FakeAnswer answer) {
  return [answer](AliyunLab& lab) {
    lab.config(aliyun_profile("default", "RamRoleArn", aliyun_keys("LTAI") + R"(,"ram_role_arn":"acs:r")"));
    lab.http->answer(
        "https://sts.aliyuncs.com/?RoleArn=acs%3Ar&RoleSessionName=daypack-1795176000&DurationSeconds=3600", {answer});
  };
}

std::function<void(AliyunLab&)> oidc_with(FakeAnswer answer) {
  return [answer](AliyunLab& lab) {
    lab.file("token", aliyun_secret);
    lab.variables["ALIBABA_CLOUD_ROLE_ARN"] = lab.variables["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"] = "p";
    lab.variables["ALIBABA_CLOUD_OIDC_TOKEN_FILE"] = lab.home / "token";
    lab.http->answer(
        "https://sts.aliyuncs.com/?Action=AssumeRoleWithOIDC&Format=JSON&Version=2015-04-01&Timestamp="
        "2026-11-20T12%3A00%3A00Z&OIDCProviderArn=p&OIDCToken=" +
            aliyun_secret + "&RoleArn=p&RoleSessionName=daypack-1795176000&DurationSeconds=3600",
        {answer});
  };
}

std::function<void(AliyunLab&)> uri_with(FakeAnswer answer) {
  return [answer](AliyunLab& lab) {
    lab.variables["ALIBABA_CLOUD_CREDENTIALS_URI"] = "http://localhost/?token=" + aliyun_secret;
    lab.http->answer("http://localhost/?token=" + aliyun_secret, {answer});
  };
}

std::vector<Failure> failures() {
  const FakeAnswer refused{.status = 403, .body = aliyun_refusal("NoPermission", "not with " + aliyun_secret)};
  const FakeAnswer down{.fault = HttpFault::refuse}, nonsense{.body = aliyun_secret};
  return {
      {"no JSON", [](AliyunLab& lab) { lab.file(".aliyun/config.json", aliyun_secret); }},
      {"none", [](AliyunLab&) {}},
      {"half in the environment", [](AliyunLab& lab) { lab.variables["ALIBABA_CLOUD_ACCESS_KEY_ID"] = "A"; }},
      {"half in a profile",
       config_of(aliyun_profile("default", "AK", R"("access_key_secret":")" + aliyun_secret + '"'))},
      {"a session without a token", config_of(aliyun_profile("default", "StsToken", aliyun_keys("A")))},
      {"a mode that is none", config_of(aliyun_profile("default", "X", aliyun_keys("A")))},
      {"a login that has ended",
       config_of(aliyun_profile("default", "OAuth", aliyun_keys("A") + R"(,"sts_expiration":1)"))},
      {"no source", config_of(aliyun_profile("default", "ChainableRamRoleArn", aliyun_keys("A")))},
      {"no role", config_of(aliyun_profile("default", "RamRoleArn", aliyun_keys("A")))},
      {"no instance", config_of(aliyun_profile("default", "EcsRamRole", aliyun_keys("A")))},
      {"STS refuses", role_with(refused)},
      {"STS is down", role_with(down)},
      {"STS is something else", role_with(nonsense)},
      {"STS gives what has expired", role_with({.body = sts_answer("A", "2020-01-01T00:00:00Z")})},
      {"STS gives half", role_with({.body = sts_answer("A", "never")})},
      {"a token is refused", oidc_with(refused)},
      {"a token, and STS is down", oidc_with(down)},
      {"a token, and nonsense", oidc_with(nonsense)},
      {"a token without a file",
       [](AliyunLab& lab) {
         lab.variables["ALIBABA_CLOUD_ROLE_ARN"] = lab.variables["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"] = "p";
         lab.variables["ALIBABA_CLOUD_OIDC_TOKEN_FILE"] = "/none";
       }},
      {"a URI refuses", uri_with({.status = 401, .body = aliyun_secret})},
      {"a URI is down", uri_with(down)},
      {"a URI gives nonsense", uri_with(nonsense)},
      {"a URI gives what has expired", uri_with({.body = metadata_of("A", "2020-01-01T00:00:00Z")})},
  };
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_message_has_a_secret) {
  for (const Failure& failure : failures()) {
    BOOST_TEST_CONTEXT(failure.name) {
      AliyunLab lab;
      failure.set(lab);
      const Error error = error_of([&] { lab.found(); });
      BOOST_TEST((error.code() != Errc::failed));
      BOOST_TEST((error.code() == Errc::network || error.code() == Errc::unreadable || !error.hint().empty()));
      BOOST_TEST(std::string(error.what()).find(aliyun_secret.substr(0, 12)) == std::string::npos, error.what());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
