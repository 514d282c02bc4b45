// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <sys/stat.h>
#include <boost/test/unit_test.hpp>
#include <daypack/credentials/aws.hpp>
#include <daypack/sign/sha256.hpp>

#include "support/aws_lab.hpp"
#include "support/error_of.hpp"

using namespace daypack;
using namespace std::chrono_literals;
using daypack::support::assumed_answer;
using daypack::support::aws_noon;
using daypack::support::aws_secret;
using daypack::support::AwsLab;
using daypack::support::field_of;
using daypack::support::keys_text;
using daypack::support::metadata_answer;
using daypack::support::sts_of_eu;
using daypack::support::sts_refusal;
using daypack::testing::HttpFault;

// Who gives credentials beside keys in files. The files' names of single sign-on and login are those that `printf %s
// NAME | sha1sum` and sha256sum give.
BOOST_AUTO_TEST_SUITE(credentials_aws_sources)

namespace {

const std::string sso_config =
    "[default]\nregion=eu-west-1\nsso_session=corp\nsso_account_id=123\nsso_role_name=Dev/Op\n"
    "[sso-session corp]\nsso_region=eu-west-2\nsso_start_url=https://corp.awsapps.com/start\n"
    "[profile old]\nsso_account_id=123\nsso_role_name=Dev/Op\nsso_region=eu-west-2\nsso_start_url=https://old/start\n";
const std::string sso_file = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
const std::string portal =
    "https://portal.sso.eu-west-2.amazonaws.com/federation/credentials?role_name=Dev%2FOp&account_id=123";
const std::string portal_answer =
    R"({"roleCredentials":{"accessKeyId":"AKSSO","secretAccessKey":"s","sessionToken":"t","expiration":1795182000000}})";

std::string sso_token_text(const std::string& expires) {
  return R"({"startUrl":"https://corp.awsapps.com/start","region":"eu-west-2","accessToken":"ACCESS","expiresAt":")" +
         expires + R"(","clientId":"id","clientSecret":")" + aws_secret +
         R"(","registrationExpiresAt":"2027-01-01T00:00:00Z","refreshToken":"REFRESH"})";
}

}  // namespace

BOOST_AUTO_TEST_CASE(roles_by_a_source_profile) {
  AwsLab lab;
  lab.config(
      "[default]\nregion=eu-west-1\nrole_arn=arn:aws:iam::1:role/a\nsource_profile=keys\nexternal_id=x y&z\n"
      "role_session_name=me\nduration_seconds=900\n[profile chain]\nrole_arn=arn:b\nsource_profile=default\n"
      "[profile keys]\n" +
      keys_text("AKSOURCE"));
  lab.http->answer(sts_of_eu, {{.body = assumed_answer("AKROLE")}});
  const aws::Credentials found = lab.found();
  BOOST_TEST((found.keys == aws::Keys{"AKROLE", aws_secret, "token of AKROLE"}));
  BOOST_TEST((found.expires == aws_noon + 1h));
  BOOST_TEST(found.source == "role arn:aws:iam::1:role/a of profile default");
  const auto request = lab.http->seen().at(0);
  BOOST_TEST(request.method == "POST");
  BOOST_TEST(request.body ==
             "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa&RoleSessionName=me"
             "&ExternalId=x%20y%26z&DurationSeconds=900");
  BOOST_TEST(
      field_of(request, "Authorization")
          .starts_with("AWS4-HMAC-SHA256 Credential=AKSOURCE/20261120/eu-west-1/sts/aws4_request, SignedHeaders="));

  // A role by a role: the second is asked for with the session of the first.
  lab.http->answer(sts_of_eu, {{.body = assumed_answer("AKFIRST")}, {.body = assumed_answer("AKSECOND")}});
  BOOST_TEST(lab.found({.profile = "chain", .region = "eu-west-1"}).keys.id == "AKSECOND");
  const auto second = lab.http->seen().at(2);
  BOOST_TEST(field_of(second, "Authorization").find("Credential=AKFIRST/") != std::string::npos);
  BOOST_TEST(field_of(second, "X-Amz-Security-Token") == "token of AKFIRST");
  BOOST_TEST(second.body.find("RoleSessionName=daypack-1795176000") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(roles_by_a_credential_source) {
  AwsLab lab;
  lab.config(
      "[profile env]\nregion=eu-west-1\nrole_arn=r\ncredential_source=Environment\n"
      "[profile ecs]\nregion=eu-west-1\nrole_arn=r\ncredential_source=EcsContainer\n"
      "[profile ec2]\nregion=eu-west-1\nrole_arn=r\ncredential_source=Ec2InstanceMetadata\n");
  lab.http->answer(sts_of_eu, {{.body = assumed_answer("AKROLE")}});
  lab.variables["AWS_ACCESS_KEY_ID"] = "AKENV";
  lab.variables["AWS_SECRET_ACCESS_KEY"] = "s";
  BOOST_TEST(lab.found({.profile = "env"}).keys.id == "AKROLE");
  lab.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/x";
  lab.http->answer("http://169.254.170.2/v2/x", {{.body = metadata_answer("AKECS")}});
  BOOST_TEST(lab.found({.profile = "ecs"}).keys.id == "AKROLE");
  BOOST_TEST(field_of(lab.http->seen().back(), "Authorization").find("Credential=AKECS/") != std::string::npos);
  BOOST_TEST((error_of([&] { lab.found({.profile = "ec2"}); }).code() == Errc::usage));
}

BOOST_AUTO_TEST_CASE(roles_without_a_region_or_elsewhere) {
  AwsLab lab;
  lab.config("[default]\nrole_arn=r\nsource_profile=keys\n[profile keys]\n" + keys_text("AK"));
  lab.http->answer("https://sts.amazonaws.com/", {{.body = assumed_answer("AKROLE")}});
  BOOST_TEST(lab.found().keys.id == "AKROLE");
  BOOST_TEST(field_of(lab.http->seen().at(0), "Authorization").find("/us-east-1/sts/") != std::string::npos);
  lab.variables["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:9/";
  lab.http->answer("http://127.0.0.1:9/", {{.body = assumed_answer("AKLOCAL")}});
  BOOST_TEST(lab.found({.endpoint_url = "http://minio"}).keys.id ==
             "AKLOCAL");  // who gives keys is not what they are for
}

BOOST_AUTO_TEST_CASE(roles_that_cannot_be) {
  AwsLab lab;
  lab.config(
      "[profile none]\nrole_arn=r\n[profile two]\nrole_arn=r\nsource_profile=a\ncredential_source=Environment\n"
      "[profile lost]\nrole_arn=r\nsource_profile=nowhere\n[profile a]\nrole_arn=r\nsource_profile=b\n"
      "[profile b]\nrole_arn=r\nsource_profile=a\n[profile self]\nrole_arn=r\nsource_profile=self\n"
      "[profile odd]\nrole_arn=r\ncredential_source=environment\n[profile empty]\nregion=x\n"
      "[profile bare]\nrole_arn=r\nsource_profile=empty\n[profile device]\nrole_arn=r\nsource_profile=keys\n"
      "mfa_serial=arn:mfa\n[profile keys]\n" +
      keys_text("AK"));
  const auto said = [&](const char* profile) {
    const Error error = error_of([&] { lab.found({.profile = profile}); });
    BOOST_TEST((error.code() == Errc::usage), profile);
    return error.subject();
  };
  BOOST_TEST(said("none") == "profile none (it names none)");
  BOOST_TEST(said("two") == "profile two (it has source_profile and credential_source)");
  BOOST_TEST(said("lost") == "profile lost (there is no source_profile nowhere)");
  BOOST_TEST(said("a") == "a -> b -> a");
  BOOST_TEST(said("self") == "self -> self");
  BOOST_TEST(said("odd").find("got environment, expected Environment") != std::string::npos);
  BOOST_TEST(said("bare") == "profile bare (source_profile empty has no credentials)");
  BOOST_TEST(said("device") == "profile device");
  BOOST_TEST(lab.http->seen().empty());
}

BOOST_AUTO_TEST_CASE(what_sts_refuses) {
  AwsLab lab;
  lab.config("[default]\nregion=eu-west-1\nrole_arn=arn:r\nsource_profile=k\n[profile k]\n" + keys_text("AK"));
  lab.http->answer(sts_of_eu, {{.status = 403, .body = sts_refusal("AccessDenied", "User: u is not authorized")}});
  const Error denied = error_of([&] { lab.found(); });
  BOOST_TEST((denied.code() == Errc::provider));
  BOOST_TEST(denied.subject() == "arn:r (AccessDenied: User: u is not authorized)");
  BOOST_TEST(lab.http->seen().size() == 1u);
  lab.http->answer(
      sts_of_eu,
      {{.status = 500}, {.status = 400, .body = sts_refusal("Throttling", "")}, {.body = assumed_answer("AK2")}});
  BOOST_TEST(lab.found().keys.id == "AK2");
  lab.http->answer(sts_of_eu, {{.body = "<html>a proxy's page</html>"}});
  BOOST_TEST(error_of([&] { lab.found(); }).message() == "STS answers without credentials");
}

BOOST_AUTO_TEST_CASE(web_identities) {
  AwsLab lab;
  lab.file("token", "eyJ.a.b");
  lab.variables["AWS_REGION"] = "eu-west-1";
  lab.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = lab.home / "token";
  BOOST_TEST(error_of([&] { lab.found(); }).message() == "there is a web identity, but no role for it");
  lab.variables["AWS_ROLE_ARN"] = "arn:r";
  lab.variables["AWS_ROLE_SESSION_NAME"] = "pod";
  lab.http->answer(sts_of_eu, {{.body = assumed_answer("AKWEB", "AssumeRoleWithWebIdentity")}});
  BOOST_TEST(lab.found().keys.id == "AKWEB");
  const auto request = lab.http->seen().at(0);
  BOOST_TEST(request.body ==
             "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Ar&RoleSessionName=pod&WebIdentityToken="
             "eyJ.a.b");
  BOOST_TEST(field_of(request, "Authorization").empty());
  lab.config("[profile p]\nrole_arn=arn:p\nweb_identity_token_file=~/token\n");
  BOOST_TEST(lab.found({.profile = "p"}).source == "role arn:p by web identity");
}

BOOST_AUTO_TEST_CASE(single_sign_on) {
  AwsLab lab;
  lab.config(sso_config);
  BOOST_TEST(error_of([&] { lab.found(); }).hint() == "run `aws sso login --profile default`, then again");
  lab.file(sso_file, sso_token_text("2026-11-20T13:00:00Z"));
  lab.http->answer(portal, {{.body = portal_answer}});
  const aws::Credentials found = lab.found();
  BOOST_TEST((found.keys == aws::Keys{"AKSSO", "s", "t"}));
  BOOST_TEST((found.expires == aws_noon + 1h + 40min));
  BOOST_TEST(field_of(lab.http->seen().at(0), "x-amz-sso_bearer_token") == "ACCESS");
  lab.http->answer(portal, {{.status = 401, .body = R"({"message":"Session token not found or invalid"})"}});
  BOOST_TEST(error_of([&] { lab.found(); }).subject() == "profile default (its token is no longer accepted)");
  lab.http->answer(portal, {{.status = 403, .body = R"({"message":"No access"})"}});
  BOOST_TEST(error_of([&] { lab.found(); }).subject() == "role Dev/Op of account 123 (status 403: No access)");
}

BOOST_AUTO_TEST_CASE(tokens_of_single_sign_on_are_renewed_and_kept) {
  AwsLab lab;
  lab.config(sso_config);
  lab.file(sso_file, sso_token_text("2026-11-20T12:10:00Z"));
  lab.http->answer(portal, {{.body = portal_answer}});
  lab.http->answer("https://oidc.eu-west-2.amazonaws.com/token",
                   {{.body = R"({"accessToken":"NEXT","expiresIn":28800,"refreshToken":"AGAIN"})"}});
  lab.found();
  BOOST_TEST(lab.http->seen().at(0).body == R"({"grantType":"refresh_token","clientId":"id","clientSecret":")" +
                                                aws_secret + R"(","refreshToken":"REFRESH"})");
  BOOST_TEST(field_of(lab.http->seen().at(1), "x-amz-sso_bearer_token") == "NEXT");
  const std::string path = lab.home / sso_file;
  BOOST_TEST(detail::read_file(path) ==
             R"({"startUrl": "https://corp.awsapps.com/start", "region": "eu-west-2", "accessToken": "NEXT", )"
             R"("expiresAt": "2026-11-20T20:00:00Z", "clientId": "id", "clientSecret": ")" +
                 aws_secret + R"(", "registrationExpiresAt": "2027-01-01T00:00:00Z", "refreshToken": "AGAIN"})");
  struct stat facts{};
  BOOST_TEST_REQUIRE(::stat(path.c_str(), &facts) == 0);
  BOOST_TEST((facts.st_mode & 0777) == 0600);

  // What is refused leaves the old token, as long as it is good.
  lab.http->answer("https://oidc.eu-west-2.amazonaws.com/token",
                   {{.status = 400, .body = R"({"error":"invalid_grant"})"}});
  lab.file(sso_file, sso_token_text("2026-11-20T12:10:00Z"));
  lab.found();
  BOOST_TEST(field_of(lab.http->seen().back(), "x-amz-sso_bearer_token") == "ACCESS");
  lab.file(sso_file, sso_token_text("2026-11-20T11:59:00Z"));
  BOOST_TEST(error_of([&] { lab.found(); }).subject() == "profile default (its token has expired)");
}

BOOST_AUTO_TEST_CASE(single_sign_on_of_the_older_kind) {
  AwsLab lab;
  lab.config(sso_config);
  lab.http->answer(portal, {{.body = portal_answer}});
  lab.file(".aws/sso/cache/85096cd4931eb1372a63d460a9c91b7600c9ba2b.json",
           R"({"accessToken":"OLD","expiresAt":"2026-11-20T12:10:00UTC"})");
  BOOST_TEST(lab.found({.profile = "old"}).keys.id == "AKSSO");
  BOOST_TEST(field_of(lab.http->seen().at(0), "x-amz-sso_bearer_token") == "OLD");
}

BOOST_AUTO_TEST_CASE(a_login) {
  AwsLab lab;
  lab.config("[default]\nlogin_session=arn:aws:iam::1:user/me\n");
  BOOST_TEST(error_of([&] { lab.found(); }).hint() == "run `aws login --profile default`, then again");
  const std::string name = sha256_of(as_bytes("arn:aws:iam::1:user/me")).hex() + ".json";
  const auto token = [](const std::string& expires) {
    return R"({"accessToken":{"accessKeyId":"AKLOGIN","secretAccessKey":"s","sessionToken":"t","accountId":"1","expiresAt":")" +
           expires + "\"}}";
  };
  lab.file(".aws/login/cache/" + name, token("2026-11-20T12:10:00Z"));
  BOOST_TEST(lab.found().keys.id == "AKLOGIN");
  lab.file("elsewhere/" + name, token("2026-11-20T11:00:00Z"));
  lab.variables["AWS_LOGIN_CACHE_DIRECTORY"] = "~/elsewhere";
  BOOST_TEST(error_of([&] { lab.found(); }).subject() == "profile default (its credentials have expired)");
}

BOOST_AUTO_TEST_CASE(processes) {
  AwsLab lab;
  lab.config("[default]\ncredential_process = \"/opt/my tool\" --for 'a b' c\\ d\n");
  lab.runner->answer({"my tool"}, {{.exit_code = 0, .out = R"({"Version":1,"AccessKeyId":"AK","SecretAccessKey":"s"})"},
                                   {.exit_code = 0, .out = R"({"Version":2,"AccessKeyId":"AK","SecretAccessKey":"s"})"},
                                   {.exit_code = 0, .out = R"({"Version":1,"AccessKeyId":"AK"})"},
                                   {.exit_code = 0, .out = "AK"},
                                   {.exit_code = 3, .err = "the vault is locked\n"}});
  BOOST_TEST((lab.found().keys == aws::Keys{"AK", "s", ""}));
  BOOST_TEST((lab.runner->seen().at(0).argv == std::vector<std::string>{"/opt/my tool", "--for", "a b", "c d"}));
  for (const char* why : {"expected \"Version\": 1", "expected AccessKeyId and SecretAccessKey",
                          "expected a JSON object on its output", "exit code 3: the vault is locked"}) {
    const Error error = error_of([&] { lab.found(); });
    BOOST_TEST((error.code() == Errc::tool_failed));
    BOOST_TEST(error.subject() == "/opt/my tool of profile default (" + std::string(why) + ")");
  }
}

BOOST_AUTO_TEST_CASE(containers) {
  AwsLab lab;
  lab.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://localhost:1234/get";
  lab.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Basic x";
  lab.http->answer("http://localhost:1234/get",
                   {{.status = 500}, {.fault = HttpFault::refuse}, {.body = metadata_answer("AKECS")}});
  const aws::Credentials found = lab.found();
  BOOST_TEST((found.keys == aws::Keys{"AKECS", aws_secret, "token of AKECS"}));
  BOOST_TEST(found.source == "the container's role");
  BOOST_TEST((lab.clock->slept() == std::vector<std::chrono::milliseconds>{1s, 1s}));
  BOOST_TEST(field_of(lab.http->seen().at(0), "Authorization") == "Basic x");
  lab.file("token", "from a file");
  lab.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = lab.home / "token";
  lab.found();
  BOOST_TEST(field_of(lab.http->seen().back(), "Authorization") == "from a file");
  lab.file("token", "two\nlines");
  BOOST_TEST((error_of([&] { lab.found(); }).code() == Errc::usage));
  lab.variables.erase("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  for (const char* url :
       {"http://example.org/", "http://10.0.0.1/", "http://[fd00:ec2::24]/", "http://127.0.0.1.example.org/"}) {
    lab.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    BOOST_TEST((error_of([&] { lab.found(); }).code() == Errc::usage), url);
  }
  for (const char* url : {"https://example.org/", "http://127.9.9.9/", "http://[::1]/", "http://[fd00:ec2::23]/v1"}) {
    lab.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    lab.http->answer(url, {{.body = metadata_answer("AK")}});
    BOOST_TEST(lab.found().keys.id == "AK", url);
  }
  lab.http->answer("http://[fd00:ec2::23]/v1", {{.status = 403}});
  BOOST_TEST((error_of([&] { lab.found(); }).code() == Errc::provider));
}

BOOST_AUTO_TEST_CASE(instances) {
  AwsLab lab;
  const std::string base = "http://169.254.169.254/latest/";
  const std::string folder = base + "meta-data/iam/security-credentials/";
  lab.http->answer(base + "api/token", {{.body = "TOKEN"}});
  lab.http->answer(folder, {{.body = "my-role"}});
  lab.http->answer(folder + "my-role", {{.body = metadata_answer("AKEC2")}});
  BOOST_TEST(error_of([&] { lab.found(); }).message() == "no credentials for AWS are found");
  BOOST_TEST(lab.http->seen().empty());
  lab.variables.erase("AWS_EC2_METADATA_DISABLED");
  const aws::Credentials found = lab.found();
  BOOST_TEST(found.keys.id == "AKEC2");
  BOOST_TEST(found.source == "the instance's role my-role");
  BOOST_TEST((found.expires == aws_noon + 6h));
  const auto seen = lab.http->seen();
  BOOST_TEST_REQUIRE(seen.size() == 3u);
  BOOST_TEST(seen[0].method == "PUT");
  BOOST_TEST(field_of(seen[0], "x-aws-ec2-metadata-token-ttl-seconds") == "21600");
  for (const std::size_t i : {1u, 2u}) BOOST_TEST(field_of(seen[i], "x-aws-ec2-metadata-token") == "TOKEN");

  lab.http->answer(folder + "my-role", {{.body = metadata_answer("AKSTALE", "2026-11-20T11:00:00Z")}});
  const aws::Credentials stale = lab.found();  // AWS cannot renew them, so they are used on
  BOOST_TEST(stale.keys.id == "AKSTALE");
  BOOST_TEST((stale.expires >= aws_noon + 17min && stale.expires <= aws_noon + 25min));

  lab.http->answer(base + "api/token", {{.status = 403}});  // version 1
  BOOST_TEST(lab.found().keys.id == "AKSTALE");
  BOOST_TEST(field_of(lab.http->seen().back(), "x-aws-ec2-metadata-token").empty());
  lab.variables["AWS_EC2_METADATA_V1_DISABLED"] = "true";
  BOOST_TEST((error_of([&] { lab.found(); }).code() == Errc::usage));
}

// Not by a proxy, which would be another machine's metadata; to nowhere else; and with no login that is not meant.
BOOST_AUTO_TEST_CASE(how_they_are_asked) {
  struct Noting : Http {
    std::vector<HttpRequest> requests;
    HttpResponse send(const HttpRequest& request, const BodySink&, std::stop_token) override {
      requests.push_back(request);
      return {.status = 404};
    }
  };
  const auto noting = std::make_shared<Noting>();
  AwsLab lab;
  lab.variables.erase("AWS_EC2_METADATA_DISABLED");
  const auto ask = [&] {
    const auto variables = lab.variables;
    aws::Session session(testing::context(Services{.http = noting, .clock = lab.clock}), {},
                         [variables](const std::string& name) {
                           const auto found = variables.find(name);
                           return found == variables.end() ? std::string() : found->second;
                         });
    BOOST_CHECK_THROW(session.credentials(), Error);
    for (const HttpRequest& request : noting->requests) {
      BOOST_TEST(request.redirects == 0);
      BOOST_TEST(!request.netrc);
      BOOST_TEST(request.total_timeout.count() != 0);
    }
    const HttpRequest last = noting->requests.back();
    noting->requests.clear();
    return last;
  };
  const HttpRequest instance = ask();
  BOOST_TEST(!instance.proxied);
  BOOST_TEST((instance.connect_timeout == 1s && instance.idle_timeout == 1s));
  lab.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
  const HttpRequest container = ask();
  BOOST_TEST(!container.proxied);
  BOOST_TEST((container.connect_timeout == 2s));
  lab.config("[default]\nregion=eu-west-1\nca_bundle=/ca.pem\nrole_arn=r\nsource_profile=k\n[profile k]\n" +
             keys_text("AK"));
  const HttpRequest sts = ask();
  BOOST_TEST(sts.proxied);
  BOOST_TEST(sts.authorities == "/ca.pem");
}

BOOST_AUTO_TEST_CASE(instances_elsewhere_and_hosts_that_are_none) {
  AwsLab lab;
  lab.variables.erase("AWS_EC2_METADATA_DISABLED");
  lab.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "IPv6";
  lab.http->answer("http://[fd00:ec2::254]/latest/api/token", {{.fault = HttpFault::refuse}});
  lab.http->answer("http://[fd00:ec2::254]/latest/meta-data/iam/security-credentials/", {{.fault = HttpFault::refuse}});
  BOOST_TEST((error_of([&] { lab.found(); }).code() == Errc::usage));
  BOOST_TEST(lab.http->seen().size() == 2u);
  lab.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:9/x/";
  lab.http->answer("http://127.0.0.1:9/x/latest/api/token", {{.status = 400}});
  BOOST_TEST((error_of([&] { lab.found(); }).code() == Errc::usage));
  BOOST_TEST(lab.http->seen().size() == 3u);
  lab.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "IPv5";
  BOOST_TEST(error_of([&] { lab.found(); }).subject() == "ipv5");
}

BOOST_AUTO_TEST_SUITE_END()
