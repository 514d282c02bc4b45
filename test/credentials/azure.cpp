// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/credentials/azure.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/detail/text.hpp>

#include <boost/json.hpp>

#include "support/azure_lab.hpp"
#include "support/error_of.hpp"
#include "support/json_web_token.hpp"
#include "support/variable.hpp"

using namespace daypack;
using namespace std::chrono_literals;
using daypack::support::app_url;
using daypack::support::authority_refusal;
using daypack::support::authority_url;
using daypack::support::azure_secret;
using daypack::support::AzureLab;
using daypack::support::field_of;
using daypack::support::identity_answer;
using daypack::support::machine_url;
using daypack::support::management;
using daypack::support::noon;
using daypack::support::token_answer;
using daypack::testing::HttpFault;

BOOST_AUTO_TEST_SUITE(credentials_azure)

BOOST_AUTO_TEST_CASE(a_service_principal) {
  AzureLab lab;
  lab.principal();
  lab.http->answer(authority_url, {{.body = token_answer("T1")}});
  const azure::Token found = lab.found();
  BOOST_TEST(found.text == "T1");
  BOOST_TEST((found.expires == noon + 3599s));
  BOOST_TEST(found.source == "the environment's service principal");
  const auto request = lab.http->seen().at(0);
  BOOST_TEST(request.method == "POST");
  BOOST_TEST(request.body ==
             "grant_type=client_credentials&client_id=client-1&scope=https%3A%2F%2Fmanagement.azure.com%2F.default"
             "&client_secret=" +
                 azure_secret);
}

BOOST_AUTO_TEST_CASE(a_certificate) {
  AzureLab lab;
  lab.principal();
  lab.variables.erase("AZURE_CLIENT_SECRET");
  const std::string folder = lab.home.path().string();
  const std::string at = "cd " + folder + " && ";
  run_or_throw(at + "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=daypack -keyout key -out certificate");
  run_or_throw(at + "openssl x509 -in certificate -pubkey -noout > public && cat key certificate > both.pem");
  run_or_throw(at + "openssl x509 -in certificate -outform DER | openssl dgst -sha256 -binary > thumbprint");
  lab.variables["AZURE_CLIENT_CERTIFICATE_PATH"] = folder + "/both.pem";
  lab.http->answer(support::authority_url, {{.body = support::token_answer("T")}});
  BOOST_TEST(lab.found().source == "the certificate " + folder + "/both.pem");

  const std::string form = lab.http->seen().at(0).body;
  const std::string mark = "&client_assertion=";
  BOOST_TEST(form.find("&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&") !=
             std::string::npos);
  const auto parts = support::verified_token(form.substr(form.find(mark) + mark.size()), folder + "/public",
                                             "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest");
  const auto header = boost::json::parse(parts[0]).as_object(), claims = boost::json::parse(parts[1]).as_object();
  BOOST_TEST(header.at("alg").as_string() == "PS256");
  BOOST_TEST(support::base64url_decoded(std::string(header.at("x5t#S256").as_string())) ==
             detail::read_file(folder + "/thumbprint"));
  BOOST_TEST(claims.at("aud").as_string() == support::authority_url);
  BOOST_TEST(claims.at("sub").as_string() == "client-1");
  BOOST_TEST(claims.at("exp").as_int64() == 1795176600);

  run_or_throw(at + "openssl rsa -aes256 -passout pass:word -in key -out locked && cat certificate locked > both.pem");
  BOOST_TEST(error_of([&] { lab.found(); }).subject().ends_with("(no RSA key in PEM)"));
  lab.variables["AZURE_CLIENT_CERTIFICATE_PASSWORD"] = "word";
  BOOST_TEST(lab.found().text == "T");
  lab.variables["AZURE_CLIENT_CERTIFICATE_PATH"] = folder + "/key";
  BOOST_TEST((error_of([&] { lab.found(); }).code() == Errc::syntax));
}

BOOST_AUTO_TEST_CASE(a_workload_identity) {
  AzureLab lab;
  lab.workload();
  lab.http->answer(authority_url, {{.status = 503}, {.body = token_answer("T2")}});
  BOOST_TEST(lab.found().text == "T2");
  BOOST_TEST(lab.http->seen().back().body.ends_with(
      "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=" +
      azure_secret));
  lab.variables.erase("AZURE_CLIENT_ID");
  BOOST_TEST(lab.found({.client = "client-1"}).text == "T2");
  BOOST_TEST(error_of([&] { lab.found(); }).subject() ==
             "AZURE_FEDERATED_TOKEN_FILE without AZURE_TENANT_ID and AZURE_CLIENT_ID");
}

BOOST_AUTO_TEST_CASE(the_identity_of_an_app) {
  AzureLab lab;
  lab.app();
  lab.http->answer(app_url, {{.body = identity_answer("T3")}});
  const azure::Token found = lab.found();
  BOOST_TEST(found.text == "T3");
  BOOST_TEST((found.expires == std::chrono::system_clock::from_time_t(1795180000)));
  BOOST_TEST(field_of(lab.http->seen().at(0), "X-IDENTITY-HEADER") == azure_secret);
  lab.variables["AZURE_CLIENT_ID"] = "mine";
  lab.http->answer(app_url + "&client_id=mine", {{.body = identity_answer("T4")}});
  BOOST_TEST(lab.found().text == "T4");
}

BOOST_AUTO_TEST_CASE(the_identity_of_a_machine) {
  AzureLab lab;
  lab.http->answer(machine_url, {{.status = 410}, {.status = 404, .body = "{}"}, {.body = identity_answer("T5")}});
  BOOST_TEST(lab.found().text == "T5");
  BOOST_TEST(field_of(lab.http->seen().at(0), "Metadata") == "true");
  lab.variables["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = "http://127.0.0.1:9/";
  lab.http->answer("http://127.0.0.1:9" + machine_url.substr(machine_url.find("/metadata")),
                   {{.body = identity_answer("T6")}});
  BOOST_TEST(lab.found().text == "T6");
}

// A machine of another cloud, or one without an identity, is passed over, unless an identity is named.
BOOST_AUTO_TEST_CASE(no_identity_of_a_machine) {
  for (const int status : {400, 403, 404}) {
    AzureLab lab;
    lab.http->answer(machine_url, {{.status = status, .body = "<html>"}});
    lab.http->answer(
        machine_url + "&client_id=mine",
        {{.status = status, .body = R"({"error":"invalid_request","error_description":"Identity not found"})"}});
    BOOST_TEST(error_of([&] { lab.found(); }).message() == "no credentials for Azure are found");
    BOOST_TEST(lab.http->seen().size() == 1U);
    BOOST_TEST(error_of([&] { lab.found({.client = "mine"}); }).message() == "the machine's identity gives no token");
  }
}

BOOST_AUTO_TEST_CASE(the_azure_cli) {
  AzureLab lab;
  lab.runner->answer(
      {"az", "account", "get-access-token"},
      {{.exit_code = 0, .out = R"({"accessToken":"T7","expiresOn":"2026-11-20 14:00:00.0","expires_on":1795180000})"}});
  BOOST_TEST((lab.found().expires == std::chrono::system_clock::from_time_t(1795180000)));
  BOOST_TEST(detail::listed(lab.runner->seen().at(0).argv, " ") ==
             "az account get-access-token --output json --resource https://management.azure.com");
  lab.found({.tenant = "tenant-2"});
  BOOST_TEST(detail::listed(lab.runner->seen().at(1).argv, " ").ends_with(" --tenant tenant-2"));
}

// Older CLIs tell the end in the time zone of the host alone.
BOOST_AUTO_TEST_CASE(the_azure_cli_of_older_days) {
  const support::Variable zone("TZ", "CET-1");
  AzureLab lab;
  lab.runner->answer({"az"},
                     {{.exit_code = 0, .out = R"({"accessToken":"T","expiresOn":"2026-11-20 14:00:00.123456"})"}});
  BOOST_TEST((lab.found().expires == noon + 1h));
}

BOOST_AUTO_TEST_CASE(nobody_gives_a_token) {
  AzureLab lab;
  lab.runner->answer({"az"}, {{.exit_code = 1, .err = "ERROR: Please run 'az login' to setup account."}});
  const Error error = error_of([&] { lab.found(); });
  BOOST_TEST((error.code() == Errc::usage));
  BOOST_TEST(error.subject() ==
             "looked at AZURE_CLIENT_SECRET and AZURE_CLIENT_CERTIFICATE_PATH; AZURE_FEDERATED_TOKEN_FILE; "
             "IDENTITY_ENDPOINT and IDENTITY_HEADER; the "
             "machine's identity; az account get-access-token");
  BOOST_TEST(error.hint().starts_with("run `az login`"));
}

BOOST_AUTO_TEST_CASE(the_ways_may_be_restricted) {
  AzureLab lab;
  lab.principal();
  lab.app();
  lab.http->answer(authority_url, {{.body = token_answer("principal")}});
  lab.http->answer(app_url + "&client_id=client-1", {{.body = identity_answer("app")}});
  lab.runner->answer({"az"}, {{.exit_code = 0, .out = R"({"accessToken":"az","expires_on":1795180000})"}});
  for (const auto& [wish, token] : std::map<std::string, std::string>{
           {"", "principal"}, {"prod", "principal"}, {"dev", "az"}, {"ManagedIdentityCredential", "app"}}) {
    lab.variables["AZURE_TOKEN_CREDENTIALS"] = wish;
    BOOST_TEST(lab.found().text == token);
  }
  lab.variables["AZURE_TOKEN_CREDENTIALS"] = "all";
  BOOST_TEST((error_of([&] { lab.found(); }).code() == Errc::usage));
}

// One for each resource, renewed by whoever asks when its end is near.
BOOST_AUTO_TEST_CASE(tokens_are_kept_and_renewed) {
  AzureLab lab;
  lab.principal();
  lab.http->answer(authority_url, {{.body = token_answer("T1")}, {.body = token_answer("T2")}, {.status = 400}});
  azure::Session session = lab.session();
  BOOST_TEST(session.token(management).text == "T1");
  BOOST_TEST(session.token(management).text == "T1");
  BOOST_TEST(session.token(azure::storage_resource).text == "T2");
  BOOST_TEST(lab.http->seen().size() == 2U);
  lab.clock->sleep(46min, {});
  BOOST_TEST(session.token(management).text == "T1");  // refused, and still good for a while
  BOOST_TEST(lab.http->seen().size() == 3U);
  lab.http->answer(authority_url, {{.body = token_answer("T3")}});
  BOOST_TEST(session.token(management).text == "T3");
  lab.http->answer(authority_url, {{.body = token_answer("T4")}});
  session.forget_tokens();
  BOOST_TEST(session.token(management).text == "T4");
}

BOOST_AUTO_TEST_CASE(what_the_authority_refuses) {
  AzureLab lab;
  lab.principal();
  lab.http->answer(
      authority_url,
      {{.status = 401, .body = authority_refusal("invalid_client", "AADSTS7000215: Invalid client secret.")}});
  const Error error = error_of([&] { lab.found(); });
  BOOST_TEST((error.code() == Errc::provider));
  BOOST_TEST(error.subject() == "client client-1 (status 401, invalid_client: AADSTS7000215: Invalid client secret.)");
  BOOST_TEST(error.hint() == "the secret is not the application's: give its value, not its id");
  BOOST_TEST(lab.http->seen().size() == 1U);
  lab.http->answer(authority_url, {{.body = "<html>a proxy's page</html>"}});
  BOOST_TEST(error_of([&] { lab.found(); }).message() == "Azure answers without a token");
}

BOOST_AUTO_TEST_CASE(clouds) {
  AzureLab lab;
  BOOST_TEST(lab.session().management_url() == "https://management.azure.com");
  BOOST_TEST(lab.storage({.storage_account = "acc"}).blob_url == "https://acc.blob.core.windows.net");
  lab.variables["AZURE_AUTHORITY_HOST"] = "login.chinacloudapi.cn";
  BOOST_TEST(lab.session().management_url() == "https://management.chinacloudapi.cn");
  BOOST_TEST(lab.storage({.storage_account = "acc"}).blob_url == "https://acc.blob.core.chinacloudapi.cn");
  BOOST_TEST(lab.session({.authority = "https://login.microsoftonline.us/"}).management_url() ==
             "https://management.usgovcloudapi.net");
  BOOST_TEST(lab.session({.management_url = "http://127.0.0.1:1/"}).management_url() == "http://127.0.0.1:1");
  BOOST_TEST((error_of([&] { lab.session({.authority = "http://login.example.org"}); }).code() == Errc::usage));
  BOOST_TEST((error_of([&] { lab.session({.management_url = "http://arm.example.org"}); }).code() == Errc::usage));
  lab.principal();
  lab.variables["AZURE_TENANT_ID"] = "a/../b?";
  BOOST_TEST(error_of([&] { lab.found(); }).message() == "this is no tenant of Azure");
}

BOOST_AUTO_TEST_CASE(publish_profiles) {
  AzureLab lab;
  lab.file("p.xml",
           "<publishData><publishProfile publishMethod=\"MSDeploy\" publishUrl=\"a.scm.azurewebsites.net:443\" "
           "userName=\"$a\" userPWD=\"" +
               azure_secret +
               "\"/><publishProfile publishMethod=\"FTP\" publishUrl=\"ftps://x\" userName=\"a\\$a\" userPWD=\"x\"/>"
               "<publishProfile publishMethod=\"ZipDeploy\" publishUrl=\"z.scm.azurewebsites.net:443\" "
               "userName=\"$z\" userPWD=\"p&amp;w\"/></publishData>");
  const azure::PublishProfile found = azure::read_publish_profile(lab.home / "p.xml");
  BOOST_TEST(found.user == "$z");
  BOOST_TEST(found.password == "p&w");
  BOOST_TEST(found.scm_url == "https://z.scm.azurewebsites.net");
  lab.file("none.xml",
           "<publishData><publishProfile publishMethod=\"FTP\" userPWD=\"" + azure_secret + "\"/></publishData>");
  const Error error = error_of([&] { azure::read_publish_profile(lab.home / "none.xml"); });
  BOOST_TEST((error.code() == Errc::syntax));
  BOOST_TEST(std::string(error.what()).find(azure_secret) == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
