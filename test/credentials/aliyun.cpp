// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/credentials/aliyun.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/aliyun_lab.hpp"
#include "support/error_of.hpp"

using namespace daypack;
using namespace std::chrono_literals;
using daypack::support::aliyun_keys;
using daypack::support::aliyun_profile;
using daypack::support::aliyun_secret;
using daypack::support::AliyunLab;
using daypack::support::field_of;
using daypack::support::metadata_of;
using daypack::support::noon;
using daypack::support::sts_answer;
using daypack::testing::HttpFault;

BOOST_AUTO_TEST_SUITE(credentials_aliyun)

namespace {

const std::string instance = "http://100.100.100.200/latest/";
const std::string roles = instance + "meta-data/ram/security-credentials/";

std::string sts_url(const std::string& host, const std::string& role, const std::string& more = "") {
  return "https://" + host + "/?RoleArn=" + role + "&RoleSessionName=daypack-1795176000&DurationSeconds=3600" + more;
}

}  // namespace

BOOST_AUTO_TEST_CASE(keys_of_the_environment) {
  AliyunLab lab;
  lab.keys("LTAIENV");
  lab.config(aliyun_profile("default", "AK", aliyun_keys("LTAIFILE")));
  const aliyun::Credentials found = lab.found();
  BOOST_TEST((found.keys == aliyun::Keys{"LTAIENV", aliyun_secret, ""}));
  BOOST_TEST(found.source == "the environment");
  lab.variables["ALIBABA_CLOUD_SECURITY_TOKEN"] = "token";
  BOOST_TEST(lab.found().keys.token == "token");
  BOOST_TEST(lab.found({.profile = "default"}).keys.id == "LTAIFILE");  // one that is named goes before the environment
}

BOOST_AUTO_TEST_CASE(profiles_of_the_cli) {
  AliyunLab lab;
  lab.config(aliyun_profile("default", "AK", aliyun_keys("LTAIFIRST") + R"(,"region_id":"cn-beijing")") + ',' +
             aliyun_profile("work", "StsToken", aliyun_keys("STS.WORK") + R"(,"sts_token":"token")") + ',' +
             aliyun_profile("old", "", aliyun_keys("LTAIOLD")));
  BOOST_TEST(lab.found().keys.id == "LTAIFIRST");
  BOOST_TEST(lab.found().source == "profile default");
  BOOST_TEST((lab.found({.profile = "work"}).keys == aliyun::Keys{"STS.WORK", aliyun_secret, "token"}));
  BOOST_TEST(lab.found({.profile = "old"}).keys.id == "LTAIOLD");
  lab.variables["ALIBABA_CLOUD_PROFILE"] = "work";
  BOOST_TEST(lab.found().keys.id == "STS.WORK");
  lab.variables["ALIBABA_CLOUD_PROFILE"] = "none";
  const Error error = error_of([&] { lab.found(); });
  BOOST_TEST(error.message() == "there is no such profile of the aliyun CLI");
  BOOST_TEST(error.hint() == "take one of default, old, work");
  for (const auto& [variable, value] :
       {std::pair("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true"), std::pair("ALIBABA_CLOUD_IGNORE_PROFILE", "TRUE")}) {
    AliyunLab other;
    other.config("no JSON");
    other.variables[variable] = value;
    BOOST_TEST(error_of([&] { other.found(); }).message() == "no credentials for Alibaba Cloud are found");
  }
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read) {
  AliyunLab lab;
  lab.file(".aliyun/config.json", "{\"profiles\": [" + aliyun_secret);
  BOOST_TEST((error_of([&] { lab.found(); }).code() == Errc::syntax));
  lab.file(".aliyun/config.json", "{}");
  BOOST_TEST((error_of([&] { lab.found(); }).code() == Errc::usage));
  lab.config("", "gone");  // the current profile need not exist
  BOOST_TEST(error_of([&] { lab.found(); }).message() == "no credentials for Alibaba Cloud are found");
}

BOOST_AUTO_TEST_CASE(a_role_by_keys) {
  AliyunLab lab;
  lab.config(aliyun_profile("default", "RamRoleArn",
                            aliyun_keys("LTAISOURCE") +
                                R"(,"ram_role_arn":"acs:ram::1:role/a","ram_session_name":"me",)"
                                R"("expired_seconds":900,"external_id":"x y","sts_region":"cn-hangzhou")"));
  const std::string url =
      "https://sts.cn-hangzhou.aliyuncs.com/?RoleArn=acs%3Aram%3A%3A1%3Arole%2Fa&RoleSessionName=me&DurationSeconds=900"
      "&ExternalId=x%20y";
  lab.http->answer(url, {{.status = 503}, {.body = sts_answer("STS.ROLE")}});
  const aliyun::Credentials found = lab.found();
  BOOST_TEST((found.keys == aliyun::Keys{"STS.ROLE", aliyun_secret, "token of STS.ROLE"}));
  BOOST_TEST((found.expires == noon + 1h));
  BOOST_TEST(found.source == "role acs:ram::1:role/a of profile default");
  const auto first = lab.http->seen().at(0), second = lab.http->seen().at(1);
  BOOST_TEST(first.method == "POST");
  BOOST_TEST(field_of(first, "x-acs-action") == "AssumeRole");
  BOOST_TEST(field_of(first, "x-acs-version") == "2015-04-01");
  BOOST_TEST(field_of(first, "Authorization").starts_with("ACS3-HMAC-SHA256 Credential=LTAISOURCE,SignedHeaders="));
  // STS takes a nonce once.
  BOOST_TEST(field_of(first, "x-acs-signature-nonce") != field_of(second, "x-acs-signature-nonce"));
}

BOOST_AUTO_TEST_CASE(a_role_by_a_role) {
  AliyunLab lab;
  lab.config(aliyun_profile("default", "ChainableRamRoleArn", R"("source_profile":"mid","ram_role_arn":"second")") +
             ',' + aliyun_profile("mid", "RamRoleArn", aliyun_keys("LTAI") + R"(,"ram_role_arn":"first")") + ',' +
             aliyun_profile("a", "ChainableRamRoleArn", R"("source_profile":"b","ram_role_arn":"r")") + ',' +
             aliyun_profile("b", "ChainableRamRoleArn", R"("source_profile":"a","ram_role_arn":"r")"));
  lab.http->answer(sts_url("sts.aliyuncs.com", "first"), {{.body = sts_answer("STS.FIRST")}});
  lab.http->answer(sts_url("sts.aliyuncs.com", "second"), {{.body = sts_answer("STS.SECOND")}});
  BOOST_TEST(lab.found().keys.id == "STS.SECOND");
  BOOST_TEST(field_of(lab.http->seen().at(1), "x-acs-security-token") == "token of STS.FIRST");
  BOOST_TEST(error_of([&] { lab.found({.profile = "a"}); }).subject() == "a -> b -> a");
}

BOOST_AUTO_TEST_CASE(a_role_by_a_token_of_kubernetes) {
  AliyunLab lab;
  lab.file("token", "header.body.signature\n");
  lab.variables["ALIBABA_CLOUD_ROLE_ARN"] = "acs:r";
  lab.variables["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"] = "acs:p";
  lab.variables["ALIBABA_CLOUD_OIDC_TOKEN_FILE"] = lab.home / "token";
  lab.variables["ALIBABA_CLOUD_ROLE_SESSION_NAME"] = "pod";
  lab.variables["ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"] = "true";
  lab.variables["ALIBABA_CLOUD_STS_REGION"] = "eu-central-1";
  const std::string url =
      "https://sts-vpc.eu-central-1.aliyuncs.com/?Action=AssumeRoleWithOIDC&Format=JSON&Version=2015-04-01"
      "&Timestamp=2026-11-20T12%3A00%3A00Z&OIDCProviderArn=acs%3Ap&OIDCToken=header.body.signature&RoleArn=acs%3Ar"
      "&RoleSessionName=pod&DurationSeconds=3600";
  lab.http->answer(url, {{.body = sts_answer("STS.POD")}});
  BOOST_TEST(lab.found().keys.id == "STS.POD");
  BOOST_TEST(field_of(lab.http->seen().at(0), "Authorization").empty());
  // The same of a profile.
  AliyunLab other;
  other.file("token", "header.body.signature");
  other.config(aliyun_profile("default", "OIDC",
                              R"("ram_role_arn":"acs:r","oidc_provider_arn":"acs:p","ram_session_name":"pod",)"
                              R"("sts_region":"eu-central-1","enable_vpc":true,"oidc_token_file":")" +
                                  (other.home / "token") + '"'));
  other.http->answer(url, {{.body = sts_answer("STS.POD")}});
  BOOST_TEST(other.found().source == "role acs:r by OIDC");
}

BOOST_AUTO_TEST_CASE(the_role_of_an_instance) {
  AliyunLab lab;
  lab.variables.erase("ALIBABA_CLOUD_ECS_METADATA_DISABLED");
  lab.http->answer(instance + "api/token", {{.body = "metadata-token"}});
  lab.http->answer(roles, {{.body = "worker\n"}});
  lab.http->answer(roles + "worker", {{.body = metadata_of("STS.ECS")}});
  BOOST_TEST(lab.found().keys.id == "STS.ECS");
  BOOST_TEST(lab.found().source == "the instance's role worker");
  BOOST_TEST(lab.http->seen().at(0).method == "PUT");
  BOOST_TEST(field_of(lab.http->seen().at(0), "X-aliyun-ecs-metadata-token-ttl-seconds") == "21600");
  BOOST_TEST(field_of(lab.http->seen().at(2), "X-aliyun-ecs-metadata-token") == "metadata-token");
  lab.variables["ALIBABA_CLOUD_ECS_METADATA"] = "worker";  // its name is not asked for
  const auto before = lab.http->seen().size();
  BOOST_TEST(lab.found().keys.id == "STS.ECS");
  BOOST_TEST(lab.http->seen().size() == before + 2);
  lab.config(aliyun_profile("default", "EcsRamRole", R"("ram_role_name":"other")"));
  lab.http->answer(roles + "other", {{.body = metadata_of("STS.OTHER")}});
  BOOST_TEST(lab.found().keys.id == "STS.OTHER");
}

BOOST_AUTO_TEST_CASE(instances_of_the_first_version_and_hosts_that_are_none) {
  AliyunLab lab;
  lab.variables["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "";
  lab.http->answer(instance + "api/token", {{.status = 404}});
  lab.http->answer(roles, {{.body = "worker"}});
  lab.http->answer(roles + "worker", {{.body = metadata_of("STS.ECS")}});
  BOOST_TEST(lab.found().keys.id == "STS.ECS");
  lab.variables["ALIBABA_CLOUD_IMDSV1_DISABLED"] = "true";
  BOOST_TEST((error_of([&] { lab.found(); }).code() == Errc::usage));
  AliyunLab desktop;
  desktop.variables["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "";
  desktop.http->answer(instance + "api/token", {{.fault = HttpFault::refuse}});
  BOOST_TEST(error_of([&] { desktop.found(); }).message() == "no credentials for Alibaba Cloud are found");
}

BOOST_AUTO_TEST_CASE(a_credentials_uri) {
  AliyunLab lab;
  lab.variables["ALIBABA_CLOUD_CREDENTIALS_URI"] = "http://127.0.0.1:8080/credentials?for=me";
  lab.http->answer("http://127.0.0.1:8080/credentials?for=me", {{.status = 500}, {.body = metadata_of("STS.URI")}});
  BOOST_TEST(lab.found().keys.id == "STS.URI");
  AliyunLab other;
  other.config(aliyun_profile("default", "CredentialsURI", R"("credentials_uri":"http://localhost/")"));
  other.http->answer("http://localhost/", {{.body = metadata_of("STS.PROFILE")}});
  BOOST_TEST(other.found().keys.id == "STS.PROFILE");
}

// What only the CLI can renew is used while it is good.
BOOST_AUTO_TEST_CASE(logins_of_the_cli) {
  AliyunLab lab;
  const std::string session = aliyun_keys("STS.SSO") + R"(,"sts_token":"token","sts_expiration":)";
  lab.config(aliyun_profile("default", "CloudSSO", session + "1795179600") + ',' +
             aliyun_profile("old", "OAuth", session + "1795172400") + ',' + aliyun_profile("none", "External") + ',' +
             aliyun_profile("new", "Quantum"));
  BOOST_TEST(lab.found().keys.id == "STS.SSO");
  BOOST_TEST((lab.found().expires == noon + 1h));
  const Error error = error_of([&] { lab.found({.profile = "old"}); });
  BOOST_TEST(error.subject().find("its session has ended on 2026-11-20T11:00:00Z") != std::string::npos);
  BOOST_TEST(error.hint() == "let the aliyun CLI renew it: aliyun sts GetCallerIdentity --profile old");
  BOOST_TEST(error_of([&] { lab.found({.profile = "none"}); }).subject().find("it has no session") !=
             std::string::npos);
  BOOST_TEST(error_of([&] { lab.found({.profile = "new"}); }).subject().find("its mode is Quantum") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(credentials_are_kept_and_renewed) {
  AliyunLab lab;
  lab.variables["ALIBABA_CLOUD_CREDENTIALS_URI"] = "http://localhost/";
  lab.http->answer("http://localhost/", {{.body = metadata_of("STS.A")},
                                         {.body = metadata_of("STS.B", "2026-11-20T14:00:00Z")},
                                         {.body = metadata_of("STS.C", "2026-11-20T15:00:00Z")}});
  aliyun::Session session = lab.session();
  BOOST_TEST(session.credentials().keys.id == "STS.A");
  BOOST_TEST(session.credentials().keys.id == "STS.A");
  lab.clock->sleep(50min, {});
  BOOST_TEST(session.credentials().keys.id == "STS.B");
  session.forget_credentials();
  BOOST_TEST(session.credentials().keys.id == "STS.C");
  BOOST_TEST(lab.http->seen().size() == 3U);
}

BOOST_AUTO_TEST_CASE(regions) {
  AliyunLab lab;
  BOOST_TEST((error_of([&] { (void)lab.session().region(); }).code() == Errc::usage));
  lab.config(aliyun_profile("default", "AK", aliyun_keys("A") + R"(,"region_id":"cn-beijing")") + ',' +
             aliyun_profile("bare", "AK", aliyun_keys("B")));
  BOOST_TEST(lab.session().region() == "cn-beijing");
  lab.variables["ALIBABA_CLOUD_REGION_ID"] = "eu-central-1";
  BOOST_TEST(lab.session().region() == "eu-central-1");
  BOOST_TEST(lab.session({.profile = "default"}).region() == "cn-beijing");
  BOOST_TEST(lab.session({.profile = "bare"}).region() == "eu-central-1");
  BOOST_TEST(lab.session({.region = "ap-southeast-1"}).region() == "ap-southeast-1");
  BOOST_TEST((error_of([&] { (void)lab.session({.region = "a.b/c"}).region(); }).code() == Errc::usage));
}

BOOST_AUTO_TEST_CASE(endpoints) {
  AliyunLab lab;
  const auto fc = [&](aliyun::Access access) { return lab.session(std::move(access)).endpoint("fc"); };
  BOOST_TEST(fc({.region = "cn-hangzhou"}) == "https://fcv3.cn-hangzhou.aliyuncs.com");
  BOOST_TEST(fc({.region = "me-central-1"}) == "https://me-central-1.fc.aliyuncs.com");
  BOOST_TEST(fc({.region = "cn-hangzhou", .account = "123"}) == "https://123.cn-hangzhou.fc.aliyuncs.com");
  BOOST_TEST(lab.session({.region = "cn-hangzhou"}).endpoint("oss") == "https://oss-cn-hangzhou.aliyuncs.com");
  BOOST_TEST(!lab.session({.region = "cn-hangzhou"}).has_own_endpoint("oss"));
  lab.variables["ALIBABA_CLOUD_ENDPOINT_TYPE"] = "vpc";
  BOOST_TEST(fc({.region = "cn-hangzhou", .account = "123"}) == "https://123.cn-hangzhou-internal.fc.aliyuncs.com");
  BOOST_TEST((error_of([&] { fc({.region = "cn-hangzhou"}); }).code() == Errc::usage));
  BOOST_TEST(lab.session({.region = "cn-hangzhou"}).endpoint("oss") == "https://oss-cn-hangzhou-internal.aliyuncs.com");
  lab.variables["OSS_ENDPOINT"] = "oss.example.test/";
  lab.variables["ALIBABA_CLOUD_ENDPOINT"] = "http://127.0.0.1:9";
  BOOST_TEST(lab.session().endpoint("oss") == "https://oss.example.test");
  BOOST_TEST(lab.session().has_own_endpoint("oss"));
  BOOST_TEST(fc({}) == "http://127.0.0.1:9");
  BOOST_TEST(fc({.endpoint = "https://mine.test"}) == "https://mine.test");
}

BOOST_AUTO_TEST_SUITE_END()
