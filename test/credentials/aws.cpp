// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/credentials/aws.hpp>  // self-contained

#include <boost/test/unit_test.hpp>
#include <thread>

#include "support/aws_lab.hpp"
#include "support/error_of.hpp"

using namespace daypack;
using namespace std::chrono_literals;
using daypack::support::aws_noon;
using daypack::support::AwsLab;
using daypack::support::keys_text;

BOOST_AUTO_TEST_SUITE(credentials_aws)

BOOST_AUTO_TEST_CASE(the_environment_comes_first) {
  AwsLab lab;
  lab.credentials("[default]\n" + keys_text("AKFILE"));
  BOOST_TEST(lab.found().keys.id == "AKFILE");
  lab.variables["AWS_ACCESS_KEY_ID"] = "AKENV";
  BOOST_TEST((error_of([&] { lab.found(); }).code() == Errc::usage));  // half of it
  lab.variables["AWS_SECRET_ACCESS_KEY"] = "secret";
  lab.variables["AWS_SESSION_TOKEN"] = "token";
  const aws::Credentials found = lab.found();
  BOOST_TEST((found.keys == aws::Keys{"AKENV", "secret", "token"}));
  BOOST_TEST(found.source == "the environment");
  BOOST_TEST(!found.expires);
  lab.variables["AWS_PROFILE"] = "default";
  BOOST_TEST(lab.found().keys.id == "AKENV");
  BOOST_TEST(lab.found({.profile = "default"}).keys.id == "AKFILE");  // who names a profile means it
  lab.variables["AWS_CREDENTIAL_EXPIRATION"] = "2026-11-20T11:59:59Z";
  BOOST_TEST(error_of([&] { lab.found(); }).message() == "credentials for AWS have expired");
}

BOOST_AUTO_TEST_CASE(files_are_read_as_pythons_configparser_does) {
  AwsLab lab;
  lab.config(
      "# a comment\r\n; another\n[default]\nREGION : eu-west-1\naws_access_key_id = A = B\n"
      "  # inside\n\n  and more\naws_secret_access_key=s\n"
      "[profile \"with blanks\"]\nregion=eu-west-2\n[profile three words here]\nregion=x\n[preview]\nregion=y\n"
      "[profile nested]\nregion = eu-west-3\ns3 =\n  use_dualstack_endpoint = true\n  addressing_style=path\n");
  BOOST_TEST(lab.session().region() == "eu-west-1");
  BOOST_TEST(lab.found().keys.id == "A = B\n\nand more");
  BOOST_TEST(lab.session({.profile = "with blanks"}).region() == "eu-west-2");
  BOOST_TEST(lab.session({.profile = "nested"}).endpoint("s3") == "https://s3.dualstack.eu-west-3.amazonaws.com");
  const Error none = error_of([&] { lab.session({.profile = "three"}); });
  BOOST_TEST((none.code() == Errc::usage));
  BOOST_TEST(none.hint() == "there are default, nested, with blanks");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_told_by_its_line_alone) {
  const auto refused = [](const std::string& text) {
    AwsLab lab;
    lab.config(text);
    const Error error = error_of([&] { lab.session(); });
    BOOST_TEST((error.code() == Errc::syntax), text);
    BOOST_TEST(std::string(error.what()).find("HIDDEN") == std::string::npos);
    return error.subject().substr(error.subject().rfind('/'));
  };
  BOOST_TEST(refused("a = HIDDEN\n") == "/config:1 (expected a section such as [default] before all else)");
  BOOST_TEST(refused("[default]\naws_secret_access_key HIDDEN\n") == "/config:2 (expected NAME = VALUE)");
  BOOST_TEST(refused("[default]\na=1\nA=HIDDEN\n") == "/config:3 (a stands there twice)");
  BOOST_TEST(refused("[default]\n[default]\n") == "/config:2 (a second section of one name)");
  BOOST_TEST(refused("[default]\ns3 =\n  HIDDEN\n") == "/config:2 (expected NAME = VALUE in the lines below s3)");
}

BOOST_AUTO_TEST_CASE(which_profile) {
  AwsLab lab;
  lab.config("[default]\nregion=eu-west-1\n[profile a]\nregion=eu-west-2\n[profile b]\nregion=eu-west-3\n");
  lab.credentials("[a]\n" + keys_text("AKA") + "[c]\n" + keys_text("AKC") + "region=eu-north-1\n");
  BOOST_TEST(lab.session().region() == "eu-west-1");
  lab.variables["AWS_DEFAULT_PROFILE"] = "b";
  BOOST_TEST(lab.session().region() == "eu-west-3");
  lab.variables["AWS_PROFILE"] = "a";
  BOOST_TEST(lab.session().region() == "eu-west-2");
  BOOST_TEST(lab.found().keys.id == "AKA");
  BOOST_TEST(lab.session({.profile = "c"}).region() == "eu-north-1");  // both files count
  lab.variables["AWS_PROFILE"] = "none";
  BOOST_TEST((error_of([&] { lab.session(); }).code() == Errc::usage));
  lab.file("elsewhere/c", "[profile none]\nregion=us-west-2\n");
  lab.variables["AWS_CONFIG_FILE"] = "${HOME}/elsewhere/c";
  BOOST_TEST(lab.session().region() == "us-west-2");
  lab.variables["AWS_CONFIG_FILE"] = "~/elsewhere/c";
  BOOST_TEST(lab.session().region() == "us-west-2");
}

BOOST_AUTO_TEST_CASE(which_region) {
  AwsLab lab;
  BOOST_TEST((error_of([&] { lab.session().region(); }).code() == Errc::usage));
  lab.config("[default]\nregion=eu-west-1\n");
  lab.variables["AWS_DEFAULT_REGION"] = "eu-west-2";
  BOOST_TEST(lab.session().region() == "eu-west-2");
  lab.variables["AWS_REGION"] = "eu-west-3";
  BOOST_TEST(lab.session().region() == "eu-west-3");
  BOOST_TEST(lab.session({.region = "us-east-2"}).region() == "us-east-2");
  BOOST_TEST((error_of([&] { lab.session().endpoint("lambda", "evil.example/"); }).code() == Errc::usage));
  for (const char* region : {"evil.example/", "-a", "a b", "a@b"})
    BOOST_TEST((error_of([&] { lab.session({.region = region}).region(); }).code() == Errc::usage), region);
}

BOOST_AUTO_TEST_CASE(endpoints_that_somebody_names) {
  AwsLab lab;
  lab.config(
      "[default]\nregion=eu-west-1\nendpoint_url=http://profile/\nservices=mine\n[services mine]\nlambda =\n"
      "  endpoint_url = http://section\nsso_oidc =\n  endpoint_url = http://oidc\n[profile plain]\nregion=eu-west-1\n"
      "[profile lost]\nservices=none\n");
  BOOST_TEST(lab.session().endpoint("lambda") == "http://section");
  BOOST_TEST(lab.session().endpoint("sso-oidc") == "http://oidc");
  BOOST_TEST(lab.session().endpoint("s3", "us-west-2") == "http://profile");
  BOOST_TEST(lab.session().has_own_endpoint("s3"));
  BOOST_TEST(!lab.session({.profile = "plain"}).has_own_endpoint("s3"));
  BOOST_TEST((error_of([&] { lab.session({.profile = "lost"}).endpoint("s3"); }).code() == Errc::usage));
  lab.variables["AWS_ENDPOINT_URL"] = "http://all:1/path/";
  BOOST_TEST(lab.session().endpoint("lambda") == "http://all:1/path");
  lab.variables["AWS_ENDPOINT_URL_LAMBDA"] = "http://lambda";
  BOOST_TEST(lab.session().endpoint("lambda") == "http://lambda");
  BOOST_TEST(lab.session({.endpoint_url = "http://given/"}).endpoint("lambda") == "http://given");
  lab.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "True";
  BOOST_TEST(lab.session().endpoint("lambda") == "https://lambda.eu-west-1.amazonaws.com");
  BOOST_TEST(lab.session({.endpoint_url = "http://given"}).endpoint("lambda") == "http://given");
  BOOST_TEST((error_of([&] { lab.session({.endpoint_url = "ftp://h"}).endpoint("s3"); }).code() == Errc::usage));
}

BOOST_AUTO_TEST_CASE(endpoints_of_aws) {
  AwsLab lab;
  const auto at = [&](const char* service, const char* region) {
    return lab.session().endpoint(service, region).substr(8);
  };
  BOOST_TEST(at("lambda", "eu-west-1") == "lambda.eu-west-1.amazonaws.com");
  BOOST_TEST(at("lambda", "cn-north-1") == "lambda.cn-north-1.amazonaws.com.cn");
  BOOST_TEST(at("sts", "eusc-de-east-1") == "sts.eusc-de-east-1.amazonaws.eu");
  BOOST_TEST(at("sts", "us-isob-east-1") == "sts.us-isob-east-1.sc2s.sgov.gov");
  BOOST_TEST(at("sso", "us-gov-west-1") == "portal.sso.us-gov-west-1.amazonaws.com");
  BOOST_TEST(at("s3", "us-east-1") == "s3.amazonaws.com");
  BOOST_TEST(at("s3", "us-east-2") == "s3.us-east-2.amazonaws.com");
  lab.variables["AWS_USE_DUALSTACK_ENDPOINT"] = "true";
  BOOST_TEST(at("lambda", "eu-west-1") == "lambda.eu-west-1.api.aws");
  BOOST_TEST(at("s3", "us-east-1") == "s3.dualstack.us-east-1.amazonaws.com");
  lab.variables["AWS_USE_FIPS_ENDPOINT"] = "true";
  BOOST_TEST(at("lambda", "us-east-1") == "lambda-fips.us-east-1.api.aws");
  lab.variables.erase("AWS_USE_DUALSTACK_ENDPOINT");
  BOOST_TEST(at("s3", "us-east-1") == "s3-fips.us-east-1.amazonaws.com");
  BOOST_TEST(at("sts", "us-gov-west-1") == "sts.us-gov-west-1.amazonaws.com");
  BOOST_TEST(at("lambda", "us-gov-west-1") == "lambda-fips.us-gov-west-1.amazonaws.com");
  BOOST_TEST((error_of([&] { at("s3", "cn-north-1"); }).code() == Errc::usage));
  lab.variables["AWS_S3_US_EAST_1_REGIONAL_ENDPOINT"] = "regional";
  lab.variables.erase("AWS_USE_FIPS_ENDPOINT");
  BOOST_TEST(at("s3", "us-east-1") == "s3.us-east-1.amazonaws.com");
}

BOOST_AUTO_TEST_CASE(whose_certificates) {
  AwsLab lab;
  lab.config("[default]\nca_bundle=/profile.pem\n");
  BOOST_TEST(lab.session().authorities() == "/profile.pem");
  lab.variables["AWS_CA_BUNDLE"] = "/environment.pem";
  BOOST_TEST(lab.session().authorities() == "/environment.pem");
}

BOOST_AUTO_TEST_CASE(nobody_has_any) {
  AwsLab lab;
  const Error error = error_of([&] { lab.found(); });
  BOOST_TEST((error.code() == Errc::usage));
  BOOST_TEST(error.subject().find("AWS_ACCESS_KEY_ID; profile default in " + lab.home / ".aws/credentials") !=
             std::string::npos);
  BOOST_TEST(error.subject().find("the instance's metadata is disabled") != std::string::npos);
}

// A process that counts how often it is asked, and gives credentials that live for some time.
BOOST_AUTO_TEST_CASE(renewed_before_they_expire) {
  AwsLab lab;
  lab.config("[default]\ncredential_process = give me\n");
  int asked = 0;
  bool works = true;
  lab.runner->answer({"give", "me"}, [&](const Command&) -> Finished {
    if (!works) return {.exit_code = 1};
    const std::string end = ++asked == 1 ? "2026-11-20T13:00:00Z" : "2026-11-20T14:00:00+00:00";
    return {.exit_code = 0,
            .out = R"({"Version":1,"AccessKeyId":"AK)" + std::to_string(asked) +
                   R"(","SecretAccessKey":"s","Expiration":")" + end + "\"}"};
  });
  aws::Session session = lab.session();
  BOOST_TEST(session.credentials().keys.id == "AK1");
  lab.clock->sleep(44min, {});
  BOOST_TEST(session.credentials().keys.id == "AK1");
  works = false;
  lab.clock->sleep(2min, {});
  BOOST_TEST(session.credentials().keys.id == "AK1");  // there is time: the next call tries again
  works = true;
  BOOST_TEST(session.credentials().keys.id == "AK2");
  BOOST_TEST(asked == 2);
  session.forget_credentials();
  BOOST_TEST(session.credentials().keys.id == "AK3");
  works = false;
  lab.clock->sleep(65min, {});  // 9 minutes are left
  BOOST_TEST((error_of([&] { session.credentials(); }).code() == Errc::tool_failed));
}

BOOST_AUTO_TEST_CASE(one_thread_renews_while_the_others_go_on) {
  AwsLab lab;
  lab.config("[default]\ncredential_process = give me\n");
  std::atomic<int> asked = 0;
  std::atomic<bool> hold = false;
  lab.runner->answer({"give"}, [&](const Command&) -> Finished {
    const int number = ++asked;
    while (hold) std::this_thread::yield();
    return {.exit_code = 0,
            .out = R"({"Version":1,"AccessKeyId":"AK)" + std::to_string(number) +
                   R"(","SecretAccessKey":"s","Expiration":")" +
                   (number == 1 ? "2026-11-20T13:00:00Z" : "2026-11-20T15:00:00Z") + "\"}"};
  });
  aws::Session session = lab.session();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { session.credentials(); });
  }
  BOOST_TEST(asked == 1);
  lab.clock->sleep(47min, {});
  hold = true;
  {
    const std::jthread renewing([&] { session.credentials(); });
    while (asked == 1) std::this_thread::yield();
    BOOST_TEST(session.credentials().keys.id == "AK1");  // does not wait
    hold = false;
  }
  BOOST_TEST(session.credentials().keys.id == "AK2");
  BOOST_TEST(asked == 2);
}

BOOST_AUTO_TEST_CASE(files_are_read_again_when_credentials_are_forgotten) {
  AwsLab lab;
  lab.credentials("[default]\n" + keys_text("AKOLD"));
  aws::Session session = lab.session();
  BOOST_TEST(session.credentials().keys.id == "AKOLD");
  lab.credentials("[default]\n" + keys_text("AKNEW"));
  BOOST_TEST(session.credentials().keys.id == "AKOLD");
  session.forget_credentials();
  BOOST_TEST(session.credentials().keys.id == "AKNEW");
}

BOOST_AUTO_TEST_SUITE_END()
