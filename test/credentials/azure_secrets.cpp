// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <boost/test/unit_test.hpp>
#include <daypack/credentials/azure.hpp>
#include <functional>
#include <vector>

#include "support/azure_lab.hpp"
#include "support/error_of.hpp"

using namespace daypack;
using daypack::support::app_url;
using daypack::support::authority_refusal;
using daypack::support::authority_url;
using daypack::support::azure_secret;
using daypack::support::AzureLab;
using daypack::support::identity_answer;
using daypack::support::machine_url;
using daypack::support::token_answer;
using daypack::testing::FakeAnswer;
using daypack::testing::HttpFault;

// Every way in which a token is not found, with a secret wherever one can stand: no message has it.
BOOST_AUTO_TEST_SUITE(credentials_azure_secrets)

namespace {

struct Failure {
  std::string name;
  std::function<void(AzureLab&)> set;
};

// What each of those who give tokens may answer.
void add_answers(std::vector<Failure>& all, const std::string& who, const std::function<void(AzureLab&)>& set,
                 const std::string& url) {
  const auto with = [&](const char* name, FakeAnswer answer) {
    all.push_back({who + ' ' + name, [set, url, answer](AzureLab& lab) {
                     set(lab);
                     lab.http->answer(url, {answer});
                   }});
  };
  with("refuses", {.status = 401, .body = authority_refusal("invalid_client", "not with " + azure_secret)});
  with("refuses in another way", {.status = 400, .body = azure_secret});
  with("is down", {.fault = HttpFault::refuse});
  with("is busy", {.status = 503, .body = azure_secret});
  with("is something else", {.body = azure_secret});
  with("gives no end", {.body = R"({"access_token":")" + azure_secret + "\"}"});
  with("gives what has expired", {.body = identity_answer(azure_secret, "1")});
  with("gives an odd end", {.body = identity_answer(azure_secret, "never")});
}

std::function<void(AzureLab&)> cli_with(Finished finished) {
  return [finished](AzureLab& lab) { lab.runner->answer({"az"}, {finished}); };
}

std::vector<Failure> failures() {
  std::vector<Failure> all{
      {"none", [](AzureLab&) {}},
      {"a secret alone", [](AzureLab& lab) { lab.variables["AZURE_CLIENT_SECRET"] = azure_secret; }},
      {"a certificate", [](AzureLab& lab) { lab.variables["AZURE_CLIENT_CERTIFICATE_PATH"] = "c.pem"; }},
      {"a token's file alone", [](AzureLab& lab) { lab.variables["AZURE_FEDERATED_TOKEN_FILE"] = "/none"; }},
      {"a token without a file",
       [](AzureLab& lab) {
         lab.workload();
         lab.variables["AZURE_FEDERATED_TOKEN_FILE"] = "/none";
       }},
      {"az fails", cli_with({.exit_code = 1, .out = azure_secret, .err = "ERROR: AADSTS70043: " + azure_secret})},
      {"az hangs", cli_with({.timed_out = true, .out = azure_secret})},
      {"az talks", cli_with({.exit_code = 0, .out = azure_secret})},
      {"az gives no end", cli_with({.exit_code = 0, .out = R"({"accessToken":")" + azure_secret + "\"}"})},
      {"az gives what has expired",
       cli_with({.exit_code = 0, .out = R"({"expires_on":1,"accessToken":")" + azure_secret + "\"}"})},
  };
  add_answers(all, "the authority", [](AzureLab& lab) { lab.principal(); }, authority_url);
  add_answers(all, "the authority of a workload", [](AzureLab& lab) { lab.workload(); }, authority_url);
  add_answers(all, "an app's identity", [](AzureLab& lab) { lab.app(); }, app_url);
  add_answers(all, "a machine's identity", [](AzureLab&) {}, machine_url);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_message_has_a_secret) {
  for (const Failure& failure : failures()) {
    BOOST_TEST_CONTEXT(failure.name) {
      AzureLab lab;
      failure.set(lab);
      const Error error = error_of([&] { lab.found(); });
      BOOST_TEST((error.code() != Errc::failed));
      BOOST_TEST((error.code() == Errc::network || error.code() == Errc::not_found || !error.hint().empty()));
      BOOST_TEST(std::string(error.what()).find(azure_secret.substr(0, 12)) == std::string::npos, error.what());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
