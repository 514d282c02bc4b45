// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/aws_client.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/aws_lab.hpp"

using namespace daypack;
using namespace std::chrono_literals;
using daypack::testing::FakeAnswer;
using daypack::testing::HttpFault;

BOOST_AUTO_TEST_SUITE(providers_aws_client)

namespace {

const std::string lambda_url = "https://lambda.eu-west-1.amazonaws.com/x";

// A client of Lambda in Ireland with lasting keys.
struct Caller : support::AwsLab {
  explicit Caller(std::deque<FakeAnswer> answers) {
    variables["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE";
    variables["AWS_SECRET_ACCESS_KEY"] = support::aws_secret;
    variables["AWS_REGION"] = "eu-west-1";
    http->answer(lambda_url, std::move(answers));
  }

  aws::Client client() const {
    auto session = std::make_shared<aws::Session>(context(), aws::Access{}, [all = variables](const std::string& name) {
      const auto found = all.find(name);
      return found == all.end() ? std::string() : found->second;
    });
    return aws::Client(context(), std::move(session), "lambda");
  }
  HttpResponse operator()(bool once = false) const { return client().call(call(once)); }
  aws::ServiceError refusal(bool once = false) const {
    try {
      client().call(call(once));
    } catch (const aws::ServiceError& error) {
      return error;
    }
    throw std::logic_error("nothing was refused");
  }
  static aws::Call call(bool once) {
    return {.path = "/x", .permission = "lambda:GetX", .doing = "cannot get it", .subject = "x", .once = once};
  }
  std::size_t asked() const { return http->seen().size(); }
};

FakeAnswer json(int status, const std::string& type, const std::string& message) {
  return {.status = status,
          .headers = {{"x-amzn-ErrorType", type + ":http://internal/"}, {"x-amzn-RequestId", "r-1"}},
          .body = R"({"Type":"User","message":")" + message + "\"}"};
}

}  // namespace

BOOST_AUTO_TEST_CASE(calls_are_signed) {
  const Caller caller({{.body = "{}"}});
  BOOST_TEST(caller().status == 200);
  const auto seen = caller.http->seen();
  BOOST_REQUIRE(seen.size() == 1);
  std::string authorization;
  for (const auto& [name, value] : seen[0].headers) {
    if (name == "Authorization") authorization = value;
  }
  BOOST_TEST(
      authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261120/eu-west-1/lambda/aws4_request"));
}

BOOST_AUTO_TEST_CASE(what_may_pass_is_tried_three_times) {
  for (const FakeAnswer& answer :
       {json(500, "ServiceException", ""), json(503, "", ""), json(429, "TooManyRequestsException", ""),
        json(400, "ThrottlingException", ""), FakeAnswer{.fault = HttpFault::refuse}}) {
    const Caller twice({answer, answer, {.body = "{}"}});
    BOOST_TEST(twice().status == 200);
    BOOST_TEST(twice.asked() == 3);
    const Caller always({answer});
    BOOST_CHECK_THROW(always(), Error);
    BOOST_TEST(always.asked() == 3);
  }
}

BOOST_AUTO_TEST_CASE(what_lasts_is_not_tried_again) {
  for (const int status : {400, 403, 404, 409, 412, 413}) {
    const Caller caller({json(status, "SomeException", "no")});
    const aws::ServiceError refusal = caller.refusal();
    BOOST_TEST(caller.asked() == 1);
    BOOST_TEST(refusal.is("SomeException"));
    BOOST_TEST(refusal.answer().status == status);
    BOOST_TEST((refusal.code() == (status == 413 ? Errc::over_limit : Errc::provider)));
    BOOST_TEST(refusal.subject() == "x (SomeException, status " + std::to_string(status) + ": no; request r-1)");
  }
}

BOOST_AUTO_TEST_CASE(what_must_arrive_once_is_tried_again_only_when_it_was_not_begun) {
  for (const FakeAnswer& answer :
       {json(500, "ServiceException", ""), FakeAnswer{.body = "{}", .fault = HttpFault::reset},
        FakeAnswer{.fault = HttpFault::refuse}}) {
    const Caller caller({answer, {.body = "{}"}});
    BOOST_CHECK_THROW(caller(true), Error);
    BOOST_TEST(caller.asked() == 1);
  }
  const Caller throttled({json(429, "TooManyRequestsException", ""), {.body = "{}"}});
  BOOST_TEST(throttled(true).status == 200);
}

BOOST_AUTO_TEST_CASE(the_clock_of_the_service_counts) {
  FakeAnswer skewed = json(403, "InvalidSignatureException", "Signature expired");
  skewed.headers.emplace_back("Date", "Fri, 20 Nov 2026 14:00:00 GMT");
  const Caller caller({skewed, {.body = "{}"}});
  BOOST_TEST(caller().status == 200);
  const auto seen = caller.http->seen();
  BOOST_REQUIRE(seen.size() == 2);
  const auto date = [](const daypack::testing::SeenRequest& request) {
    for (const auto& [name, value] : request.headers) {
      if (name == "X-Amz-Date") return value;
    }
    return std::string();
  };
  BOOST_TEST(date(seen[0]) == "20261120T120000Z");
  BOOST_TEST(date(seen[1]) == "20261120T140000Z");

  skewed.headers.back().second = "Fri, 20 Nov 2026 12:00:01 GMT";  // a wrong secret: the clocks agree
  const Caller wrong({skewed});
  BOOST_TEST(wrong.refusal().is("InvalidSignatureException"));
  BOOST_TEST(wrong.asked() == 1);
}

BOOST_AUTO_TEST_CASE(ways_out) {
  const auto hint = [](const FakeAnswer& answer) { return Caller({answer}).refusal().hint(); };
  BOOST_TEST(hint(json(403, "AccessDeniedException", "")).starts_with("allow lambda:GetX to whom the keys of "));
  BOOST_TEST(hint(json(403, "ExpiredTokenException", "")).starts_with("log in again"));
  BOOST_TEST(hint(json(403, "UnrecognizedClientException", "")).ends_with("check the profile and the account"));
  BOOST_TEST(hint(json(403, "SignatureDoesNotMatch", "")).ends_with("does not belong to its access key: correct it"));
  BOOST_TEST(hint(json(400, "CodeStorageExceededException", "")) == "delete old versions of functions and layers");
  for (const char* type : {"AccessDeniedException", "SignatureDoesNotMatch", "ExpiredTokenException"}) {
    const std::string all = Caller({json(403, type, "")}).refusal().what();
    BOOST_TEST(all.find(support::aws_secret) == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(answers_of_each_kind_are_read) {
  const auto read = [](std::string body, HttpHeaders headers = {}) {
    return aws::service_answer({.status = 400, .headers = std::move(headers), .body = std::move(body)});
  };
  aws::ServiceError::Answer answer = read(
      "<?xml version=\"1.0\"?><Error><Code>PermanentRedirect</Code><Message>elsewhere</Message>"
      "<Region>eu-central-1</Region><RequestId>q</RequestId></Error>");
  BOOST_TEST(answer.code == "PermanentRedirect");
  BOOST_TEST(answer.message == "elsewhere");
  BOOST_TEST(answer.region == "eu-central-1");
  BOOST_TEST(answer.request_id == "q");
  answer = read(
      "<ErrorResponse xmlns=\"https://sts.amazonaws.com/\"><Error><Code>InvalidClientTokenId</Code>"
      "<Message>m</Message></Error><RequestId>i</RequestId></ErrorResponse>");
  BOOST_TEST(answer.code == "InvalidClientTokenId");
  BOOST_TEST(answer.request_id == "i");
  answer = read("<ErrorResponse><Errors><Error><Code>SignatureDoesNotMatch</Code></Error></Errors></ErrorResponse>");
  BOOST_TEST(answer.code == "SignatureDoesNotMatch");
  answer = read(R"({"__type":"com.amazon#ResourceNotFoundException","Message":"none"})");
  BOOST_TEST(answer.code == "ResourceNotFoundException");
  BOOST_TEST(answer.message == "none");
  answer = read("", {{"x-amz-bucket-region", "eu-west-2"}});
  BOOST_TEST(answer.region == "eu-west-2");
  for (const char* odd : {"<", "{", "[]", "<a><b></a>", "{\"message\":1}", "plain"}) {
    BOOST_TEST(read(odd).code == "");
    BOOST_TEST(read(odd).status == 400);
  }
}

BOOST_AUTO_TEST_CASE(another_region_and_endpoint) {
  const Caller caller({{.body = "{}"}});
  const aws::Client client = caller.client();
  BOOST_TEST(client.region() == "eu-west-1");
  BOOST_TEST(client.endpoint() == "https://lambda.eu-west-1.amazonaws.com");
  BOOST_TEST(client.in_region("us-east-2").endpoint() == "https://lambda.us-east-2.amazonaws.com");
  BOOST_TEST(client.in_region("us-east-2").region() == "us-east-2");
  BOOST_TEST(client.at_endpoint("http://127.0.0.1:9").endpoint() == "http://127.0.0.1:9");
  BOOST_TEST(client.region() == "eu-west-1");
}

BOOST_AUTO_TEST_SUITE_END()
