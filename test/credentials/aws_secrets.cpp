// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <boost/test/unit_test.hpp>
#include <daypack/credentials/aws.hpp>
#include <functional>
#include <vector>

#include "support/aws_lab.hpp"
#include "support/error_of.hpp"

using namespace daypack;
using daypack::support::assumed_answer;
using daypack::support::aws_secret;
using daypack::support::AwsLab;
using daypack::support::keys_text;
using daypack::support::metadata_answer;
using daypack::support::sts_of_eu;
using daypack::support::sts_refusal;
using daypack::testing::HttpFault;

// Every way in which credentials are not found, with a secret wherever one can stand: no message has it.
BOOST_AUTO_TEST_SUITE(credentials_aws_secrets)

namespace {

struct Failure {
  const char* name;
  std::function<void(AwsLab&)> set;
  const char* profile = "";
};

const std::string role_by_keys =
    "[default]\nregion=eu-west-1\nrole_arn=arn:r\nsource_profile=k\n[profile k]\n" + keys_text("AK");
const std::string sso_profile =
    "[default]\nsso_account_id=1\nsso_role_name=r\nsso_region=eu-west-1\nsso_start_url=https://corp\nsso_session=s\n"
    "[sso-session s]\nsso_region=eu-west-1\nsso_start_url=https://corp\n";
const std::string sso_cached = ".aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json";

void set_sso(AwsLab& lab, const std::string& expires, testing::FakeAnswer portal) {
  lab.config(sso_profile);
  lab.file(sso_cached, R"({"accessToken":")" + aws_secret + R"(","expiresAt":")" + expires +
                           R"(","clientId":"c","clientSecret":")" + aws_secret +
                           R"(","registrationExpiresAt":"2027-01-01T00:00:00Z","refreshToken":")" + aws_secret + "\"}");
  lab.http->answer("https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?role_name=r&account_id=1",
                   {std::move(portal)});
  lab.http->answer("https://oidc.eu-west-1.amazonaws.com/token",
                   {{.status = 400, .body = "bad refreshToken " + aws_secret}});
}

void set_container(AwsLab& lab, testing::FakeAnswer answer) {
  lab.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://localhost/";
  lab.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = aws_secret;
  lab.http->answer("http://localhost/", {std::move(answer)});
}

void set_process(AwsLab& lab, Finished finished) {
  lab.config("[default]\ncredential_process = tool --password " + aws_secret + "\n");
  lab.runner->answer({"tool"}, {std::move(finished)});
}

std::vector<Failure> failures_of_files() {
  return {
      {"no section", [](AwsLab& lab) { lab.config(aws_secret + "\n"); }},
      {"no value", [](AwsLab& lab) { lab.config("[default]\naws_secret_access_key " + aws_secret + "\n"); }},
      {"a value twice", [](AwsLab& lab) { lab.credentials("[default]\n" + keys_text("AK") + keys_text("AK")); }},
      {"nested", [](AwsLab& lab) { lab.config("[default]\na =\n " + aws_secret + "\n"); }},
      {"half in the environment", [](AwsLab& lab) { lab.variables["AWS_ACCESS_KEY_ID"] = "AK"; }},
      {"half in a file",
       [](AwsLab& lab) {
         lab.credentials("[default]\naws_access_key_id=\naws_secret_access_key=" + aws_secret + "\n");
       }},
      {"no such profile", [](AwsLab& lab) { lab.credentials("[default]\n" + keys_text("AK")); }, "none"},
      {"expired",
       [](AwsLab& lab) {
         lab.variables["AWS_ACCESS_KEY_ID"] = "AK";
         lab.variables["AWS_SECRET_ACCESS_KEY"] = lab.variables["AWS_SESSION_TOKEN"] = aws_secret;
         lab.variables["AWS_CREDENTIAL_EXPIRATION"] = "2020-01-01T00:00:00Z";
       }},
      {"a device",
       [](AwsLab& lab) { lab.config(role_by_keys + "[profile m]\nrole_arn=r\nsource_profile=k\nmfa_serial=1\n"); },
       "m"},
      {"a loop",
       [](AwsLab& lab) {
         lab.config("[profile a]\nrole_arn=r\nsource_profile=b\n[profile b]\nrole_arn=r\nsource_profile=a\nx=" +
                    aws_secret);
       },
       "a"},
      {"a login", [](AwsLab& lab) { lab.config("[default]\nlogin_session=s\n"); }},
      {"none", [](AwsLab&) {}},
  };
}

std::vector<Failure> failures_of_services() {
  const auto sts = [](testing::FakeAnswer answer) {
    return [answer](AwsLab& lab) {
      lab.config(role_by_keys);
      lab.http->answer(sts_of_eu, {answer});
    };
  };
  const auto web = [](testing::FakeAnswer answer) {
    return [answer](AwsLab& lab) {
      lab.file("token", aws_secret + "\n");
      lab.config("[default]\nregion=eu-west-1\nrole_arn=arn:r\nweb_identity_token_file=~/token\n");
      lab.http->answer(sts_of_eu, {answer});
    };
  };
  return {
      {"STS refuses", sts({.status = 403, .body = sts_refusal("AccessDenied", "not with " + aws_secret)})},
      {"STS is down", sts({.fault = HttpFault::refuse})},
      {"STS is something else", sts({.body = aws_secret})},
      {"STS gives half", sts({.body = assumed_answer("AK", "AssumeRole", "never")})},
      {"STS gives what has expired", sts({.body = assumed_answer("AK", "AssumeRole", "2020-01-01T00:00:00Z")})},
      {"a web identity",
       web({.status = 400, .body = sts_refusal("InvalidIdentityToken", "what is " + aws_secret + "?")})},
      {"a web identity, no file",
       [](AwsLab& lab) { lab.config("[default]\nrole_arn=r\nweb_identity_token_file=/none\n"); }},
      {"no token", [](AwsLab& lab) { lab.config(sso_profile); }},
      {"a token that is none",
       [](AwsLab& lab) {
         lab.config(sso_profile);
         lab.file(sso_cached, aws_secret);
       }},
      {"a token that expired", [](AwsLab& lab) { set_sso(lab, "2026-11-20T11:00:00Z", {}); }},
      {"a token that is refused", [](AwsLab& lab) { set_sso(lab, "2026-11-20T18:00:00Z", {.status = 401}); }},
      {"a role that is refused",
       [](AwsLab& lab) {
         set_sso(lab, "2026-11-20T12:10:00Z", {.status = 403, .body = R"({"message":"not with )" + aws_secret + "\"}"});
       }},
      {"no role", [](AwsLab& lab) { set_sso(lab, "2026-11-20T18:00:00Z", {.body = "{}"}); }},
      {"a container", [](AwsLab& lab) { set_container(lab, {.status = 400, .body = aws_secret}); }},
      {"a container that is gone", [](AwsLab& lab) { set_container(lab, {.fault = HttpFault::refuse}); }},
      {"a container's half", [](AwsLab& lab) { set_container(lab, {.body = metadata_answer("AK", "never")}); }},
      {"a container's token",
       [](AwsLab& lab) {
         set_container(lab, {});
         lab.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] += "\nX: y";
       }},
      {"a process that fails",
       [](AwsLab& lab) { set_process(lab, {.exit_code = 1, .out = aws_secret, .err = "bad " + aws_secret}); }},
      {"a process that talks", [](AwsLab& lab) { set_process(lab, {.exit_code = 0, .out = aws_secret}); }},
      {"a process of half",
       [](AwsLab& lab) {
         set_process(lab, {.exit_code = 0, .out = R"({"Version":1,"SecretAccessKey":")" + aws_secret + "\"}"});
       }},
      {"a process that is missing",
       [](AwsLab& lab) { lab.config("[default]\ncredential_process=gone " + aws_secret + "\n"); }},
      {"an open quote", [](AwsLab& lab) { lab.config("[default]\ncredential_process=tool '" + aws_secret + "\n"); }},
  };
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_message_has_a_secret) {
  std::vector<Failure> all = failures_of_files();
  for (Failure& one : failures_of_services()) all.push_back(std::move(one));
  for (const Failure& failure : all) {
    BOOST_TEST_CONTEXT(failure.name) {
      AwsLab lab;
      failure.set(lab);
      const Error error = error_of([&] { lab.found({.profile = failure.profile}); });
      BOOST_TEST((error.code() != Errc::failed));
      BOOST_TEST((error.code() == Errc::network || !error.hint().empty()));
      BOOST_TEST(std::string(error.what()).find(aws_secret.substr(0, 12)) == std::string::npos, error.what());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
