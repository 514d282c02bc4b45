// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/credentials/gcp.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <boost/json.hpp>

#include "support/aws_lab.hpp"
#include "support/error_of.hpp"
#include "support/json_web_token.hpp"

using namespace daypack;
using namespace std::chrono_literals;
using daypack::testing::FakeAnswer;
using daypack::testing::HttpFault;

BOOST_AUTO_TEST_SUITE(credentials_gcp)

namespace {

const std::string token_uri = "https://oauth2.googleapis.com/token";
const std::string metadata_uri =
    "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token";

FakeAnswer token(const std::string& text) {
  return {.body = R"({"access_token":")" + text + R"(","expires_in":3600,"token_type":"Bearer"})"};
}

// A user of Google Cloud; the key pair is made for the test.
struct GoogleLab : support::AwsLab {
  gcp::Session session(gcp::Access access = {}) const {
    return gcp::Session(context(), std::move(access), [all = variables](const std::string& name) {
      const auto found = all.find(name);
      return found == all.end() ? std::string() : found->second;
    });
  }
  gcp::Credentials found(gcp::Access access = {}) const { return session(std::move(access)).credentials(); }
  std::string path(const std::string& name) const { return home / name; }

  std::string account(const std::string& key) const {
    file("account.json", boost::json::serialize(boost::json::object{{"type", "service_account"},
                                                                    {"client_email", "deploy@p.example"},
                                                                    {"private_key_id", "key-1"},
                                                                    {"private_key", key},
                                                                    {"token_uri", token_uri}}));
    return path("account.json");
  }
  std::string new_key() const {
    run_or_throw("openssl genrsa -out " + path("key.pem") + " 2048 && openssl rsa -in " + path("key.pem") +
                 " -pubout -out " + path("public.pem"));
    return detail::read_file(path("key.pem"));
  }
  void login(const std::string& folder) const {
    file(folder + "/application_default_credentials.json",
         R"({"type":"authorized_user","client_id":"me","client_secret":"hidden secret","refresh_token":"1//again"})");
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_service_account_shows_what_it_has_signed) {
  GoogleLab lab;
  lab.variables["GOOGLE_APPLICATION_CREDENTIALS"] = lab.account(lab.new_key());
  lab.http->answer(token_uri, {token("ya29.first")});
  const gcp::Credentials found = lab.found();
  BOOST_TEST(found.token == "ya29.first");
  BOOST_TEST(found.source == "the service account deploy@p.example");
  BOOST_TEST((found.expires == support::aws_noon + 1h));

  const std::string form = lab.http->seen().at(0).body;
  const std::string prefix = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
  BOOST_REQUIRE(form.starts_with(prefix));
  const auto parts = support::verified_token(form.substr(prefix.size()), lab.path("public.pem"));
  BOOST_TEST(parts[0] == R"({"kid":"key-1","typ":"JWT","alg":"RS256"})");
  BOOST_TEST(
      parts[1] ==
      R"({"iat":1795176000,"exp":1795179600,"iss":"deploy@p.example","aud":"https://oauth2.googleapis.com/token",)"
      R"("scope":"https://www.googleapis.com/auth/devstorage.read_write"})");
}

BOOST_AUTO_TEST_CASE(the_login_of_gcloud) {
  GoogleLab lab;
  lab.login(".config/gcloud");
  lab.http->answer(token_uri, {token("ya29.user")});
  BOOST_TEST(lab.found().token == "ya29.user");
  BOOST_TEST(lab.http->seen().at(0).body ==
             "grant_type=refresh_token&client_id=me&client_secret=hidden%20secret&refresh_token=1%2F%2Fagain");
  GoogleLab moved;
  moved.login("elsewhere");
  moved.variables["CLOUDSDK_CONFIG"] = moved.path("elsewhere");
  moved.http->answer(token_uri, {token("ya29.moved")});
  BOOST_TEST(moved.found().token == "ya29.moved");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_named_goes_before_others) {
  GoogleLab lab;
  lab.login(".config/gcloud");
  lab.http->answer(token_uri, {token("ya29.first")});
  const std::string account = lab.account(lab.new_key());
  BOOST_TEST(lab.found({.credentials_file = account}).source == "the service account deploy@p.example");
  lab.variables["GOOGLE_APPLICATION_CREDENTIALS"] = lab.path("nowhere.json");
  BOOST_CHECK_THROW(lab.found(), Error);  // and no other is looked for
  BOOST_TEST(lab.found({.credentials_file = account}).token == "ya29.first");
}

BOOST_AUTO_TEST_CASE(the_machines_account) {
  GoogleLab lab;
  lab.http->answer(metadata_uri, {token("ya29.machine")});
  BOOST_TEST(lab.found().token == "ya29.machine");
  BOOST_TEST(lab.http->seen().at(0).headers.at(0).second == "Google");
  GoogleLab named;
  named.variables["GCE_METADATA_HOST"] = "127.0.0.1:99";
  named.http->answer("http://127.0.0.1:99/computeMetadata/v1/instance/service-accounts/default/token",
                     {{.status = 503}, token("ya29.named")});
  BOOST_TEST(named.found().token == "ya29.named");
}

BOOST_AUTO_TEST_CASE(nobody_has_any) {
  GoogleLab lab;
  lab.http->answer(metadata_uri, {FakeAnswer{.fault = HttpFault::refuse}});
  const Error error = error_of([&] { lab.found(); });
  BOOST_TEST((error.code() == Errc::usage));
  BOOST_TEST(error.message() == "there are no credentials for Google Cloud");
  BOOST_TEST(lab.http->seen().size() == 1u);
  lab.variables["NO_GCE_CHECK"] = "true";
  BOOST_CHECK_THROW(lab.found(), Error);
  BOOST_TEST(lab.http->seen().size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_emulator_wants_none) {
  GoogleLab lab;
  BOOST_TEST(lab.session().endpoint() == "https://storage.googleapis.com");
  lab.variables["STORAGE_EMULATOR_HOST"] = "127.0.0.1:4443/";
  BOOST_TEST(lab.session().endpoint() == "http://127.0.0.1:4443");
  BOOST_TEST(lab.found().token == "");
  BOOST_TEST(lab.session({.endpoint_url = "https://store.example.com/"}).endpoint() == "https://store.example.com");
}

BOOST_AUTO_TEST_CASE(tokens_are_renewed_before_they_end) {
  GoogleLab lab;
  lab.login(".config/gcloud");
  lab.http->answer(token_uri, {token("first"), token("second"), FakeAnswer{.status = 500}});
  gcp::Session session = lab.session();
  BOOST_TEST(session.credentials().token == "first");
  BOOST_TEST(session.credentials().token == "first");
  lab.clock->sleep(46min, {});
  BOOST_TEST(session.credentials().token == "second");
  lab.clock->sleep(46min, {});
  BOOST_TEST(session.credentials().token == "second");  // Google is not well, and there is time
  session.forget_credentials();
  BOOST_CHECK_THROW(session.credentials(), Error);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_without_secrets) {
  GoogleLab lab;
  const auto told = [&](const std::string& text, Errc code) {
    lab.file("x.json", text);
    const Error error = error_of([&] { lab.found({.credentials_file = lab.path("x.json")}); });
    BOOST_TEST((error.code() == code));
    for (const char* secret : {"hidden secret", "1//again", "PRIVATE"}) {
      for (const std::string& words : {error.message(), error.subject(), error.hint()})
        BOOST_TEST(words.find(secret) == std::string::npos);
    }
    return error;
  };
  told("no json", Errc::syntax);
  told(R"({"type":"external_account"})", Errc::usage);
  BOOST_TEST(told(R"({"type":"service_account"})", Errc::syntax).subject().ends_with("(no client_email)"));
  told(R"({"type":"service_account","client_email":"a","private_key":"-----PRIVATE","token_uri":"https://x/"})",
       Errc::syntax);
  lab.http->answer(
      token_uri,
      {{.status = 400, .body = R"({"error":"invalid_grant","error_description":"no: 1//again, hidden secret"})"}});
  const Error refused =
      told(R"({"type":"authorized_user","client_id":"me","client_secret":"hidden secret","refresh_token":"1//again"})",
           Errc::provider);
  BOOST_TEST(refused.subject().find("invalid_grant") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
