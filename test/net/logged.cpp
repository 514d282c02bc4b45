// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/net/logged.hpp>  // self-contained

#include <boost/test/unit_test.hpp>
#include <daypack/error.hpp>
#include <daypack/testing/fake_http.hpp>
#include <regex>
#include <vector>

using namespace daypack;
using daypack::testing::FakeHttp;
using daypack::testing::HttpFault;

BOOST_AUTO_TEST_SUITE(net_logged)

namespace {

struct Logged {
  std::shared_ptr<FakeHttp> fake = std::make_shared<FakeHttp>();
  std::vector<std::string> texts;
  LoggedHttp http{fake, [this](const std::string& text) { texts.push_back(text); }};
};

// Without what a clock says.
std::string timeless(const std::string& text) {
  return std::regex_replace(text, std::regex("[0-9]+\\.[0-9]{2} s"), "0.00 s");
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_request_and_its_answer) {
  Logged logged;
  const std::string url =
      "https://user:hidden@h/k?X-Amz-Signature=hidden&X-Amz-Credential=hidden/2026&x=1&X-Amz-Security-Token=hidden";
  logged.fake->answer(url, {{.headers = {{"x-amzn-RequestId", "4f1c"},
                                         {"Set-Cookie", "hidden"},
                                         {"ETag", "\"0a\""},
                                         {"Location", "https://h/?sig=hidden"}},
                             .body = "answer"}});
  const std::string body(1500, 'x');
  std::string poured;
  logged.http.send({.method = "PUT",
                    .url = url,
                    .headers = {{"authorization", "AWS4-HMAC-SHA256 Credential=hidden"},
                                {"x-amz-security-token", "hidden"},
                                {"x-amz-sso_bearer_token", "hidden"},
                                {"X-Functions-Key", "hidden"},
                                {"Content-Type", "text/plain"}},
                    .body = {as_bytes(body), as_bytes(body)}},
                   [&](ByteView bytes) { poured += as_text(bytes); }, {});
  BOOST_TEST(poured == "answer");
  BOOST_TEST_REQUIRE(logged.texts.size() == 1u);
  BOOST_TEST(timeless(logged.texts[0]) ==
             "[1] PUT https://***@h/k?X-Amz-Signature=***&X-Amz-Credential=***&x=1&X-Amz-Security-Token=***: 200, "
             "3,000 bytes sent, 6 received, 0.00 s, request id 4f1c\n"
             "  > authorization: ***\n  > x-amz-security-token: ***\n  > x-amz-sso_bearer_token: ***\n"
             "  > X-Functions-Key: ***\n  > Content-Type: text/plain\n"
             "  < x-amzn-RequestId: 4f1c\n  < Set-Cookie: ***\n  < ETag: \"0a\"\n  < Location: https://h/?sig=***\n"
             "  < Content-Length: 6");
}

BOOST_AUTO_TEST_CASE(answers_without_a_sink_and_failures) {
  Logged logged;
  logged.fake->answer("http://h/", {{.status = 404, .body = "no"}, {.fault = HttpFault::refuse}});
  BOOST_TEST(logged.http.send({.url = "http://h/"}).body == "no");
  BOOST_TEST(timeless(logged.texts.at(0)) ==
             "[1] GET http://h/: 404, 0 bytes sent, 2 received, 0.00 s\n  < Content-Length: 2");
  BOOST_CHECK_THROW(logged.http.send({.url = "http://h/", .headers = {{"Cookie", "hidden"}}}), Error);
  BOOST_TEST(timeless(logged.texts.at(1)) ==
             "[2] GET http://h/: failed after 0.00 s, cannot connect to a server: http://h/ (Connection refused)\n"
             "  > Cookie: ***");
}

BOOST_AUTO_TEST_CASE(which_fields_are_secret) {
  for (const char* name :
       {"Authorization", "Proxy-Authorization", "COOKIE", "Set-Cookie", "X-IDENTITY-HEADER", "X-Amz-Security-Token",
        "x-aws-ec2-metadata-token", "Ocp-Apim-Subscription-Key", "api_key", "X-Secret",
        "x-ms-copy-source-authorization", "x-acs-security-token", "x-oss-security-token"})
    BOOST_TEST(is_secret_field(name), name);
  for (const char* name : {"Content-Type", "ETag", "x-amz-date", "Host", "x-amz-content-sha256", "Range"})
    BOOST_TEST(!is_secret_field(name), name);
}

BOOST_AUTO_TEST_SUITE_END()
