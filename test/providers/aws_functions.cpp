// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/aws_functions.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/aws_lab.hpp"
#include "support/error_of.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(providers_aws_functions)

namespace {

const std::string functions_url = "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/";

struct Caller : support::AwsLab {
  Caller() {
    variables["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE";
    variables["AWS_SECRET_ACCESS_KEY"] = support::aws_secret;
    variables["AWS_REGION"] = "eu-west-1";
  }
  std::shared_ptr<aws::Session> user() const {
    return std::make_shared<aws::Session>(context(), aws::Access{}, environment());
  }
  aws::Functions functions() const { return {context(), user()}; }
};

std::string function_text(const std::string& name, int memory) {
  return R"({"FunctionName":")" + name + R"(","FunctionArn":"arn:)" + name + R"(","MemorySize":)" +
         std::to_string(memory) + "}";
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_pages_are_listed_and_names_begin_so) {
  const Caller caller;
  caller.http->answer(functions_url + "?MaxItems=50",
                      {{.body = R"({"Functions":[)" + function_text("a-2", 512) + "," + function_text("other", 128) +
                                R"(],"NextMarker":"m/1"})"}});
  caller.http->answer(functions_url + "?MaxItems=50&Marker=m%2F1",
                      {{.body = R"({"Functions":[)" + function_text("a-1", 256) + "]}"}});
  const auto found = caller.functions().list("a-");
  BOOST_REQUIRE(found.size() == 2U);
  BOOST_TEST(found[0].name == "a-1");
  BOOST_TEST(found[0].memory == 256);
  BOOST_TEST(found[1].arn == "arn:a-2");
}

BOOST_AUTO_TEST_CASE(tags_are_read_by_the_arn) {
  const Caller caller;
  caller.http->answer("https://lambda.eu-west-1.amazonaws.com/2017-03-31/tags/arn%3Aa%3Ab",
                      {{.body = R"({"Tags":{"team":"maps"}})"}});
  const auto tags = caller.functions().tags({.name = "b", .arn = "arn:a:b"});
  BOOST_TEST(tags.at("team") == "maps");
}

BOOST_AUTO_TEST_CASE(an_answer_tells_whether_the_function_has_failed) {
  const Caller caller;
  caller.http->answer(
      functions_url + "f/invocations",
      {{.body = "7"}, {.headers = {{"X-Amz-Function-Error", "Unhandled"}}, .body = R"({"errorMessage":"no"})"}});
  const FunctionAnswer first = caller.functions().invoke("f", R"({"x":1})");
  BOOST_TEST(first.body == "7");
  BOOST_TEST(!first.failed);
  BOOST_TEST(caller.functions().invoke("f", "{}").failed);
  BOOST_TEST(caller.http->seen()[0].body == R"({"x":1})");
}

BOOST_AUTO_TEST_CASE(what_is_gone_is_deleted_and_what_is_refused_is_told) {
  const Caller caller;
  caller.http->answer(
      functions_url + "f",
      {{.status = 204},
       {.status = 404, .headers = {{"x-amzn-ErrorType", "ResourceNotFoundException"}}, .body = "{}"},
       {.status = 403, .headers = {{"x-amzn-ErrorType", "AccessDeniedException"}}, .body = R"({"Message":"no"})"}});
  caller.functions().remove("f");
  caller.functions().remove("f");
  const Error error = error_of([&] { caller.functions().remove("f"); });
  BOOST_TEST(error.hint().find("lambda:DeleteFunction") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_user_is_known_by_sts) {
  const Caller caller;
  caller.http->answer(support::sts_of_eu,
                      {{.body = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                                "<GetCallerIdentityResult><UserId>AROAEXAMPLE:me</UserId></GetCallerIdentityResult>"
                                "</GetCallerIdentityResponse>"},
                       {.body = "<html>login</html>"}});
  BOOST_TEST(aws::user_id(caller.context(), caller.user()) == "AROAEXAMPLE:me");
  const Error error = error_of([&] { aws::user_id(caller.context(), caller.user()); });
  BOOST_TEST((error.code() == Errc::network));
}

BOOST_AUTO_TEST_SUITE_END()
