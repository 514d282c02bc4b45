// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/aliyun_functions.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/aliyun_deployer.hpp"
#include "support/error_of.hpp"

using namespace daypack;
using daypack::support::AliyunDeployer;
using daypack::support::fc_url;
using daypack::support::no_function;

BOOST_AUTO_TEST_SUITE(providers_aliyun_functions)

namespace {

struct Caller : AliyunDeployer {
  aliyun::Functions functions() const {
    return {context(), std::make_shared<aliyun::Session>(context(), aliyun::Access{})};
  }
  std::string action(std::size_t which) const { return support::field_of(http->seen()[which], "x-acs-action"); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(all_pages_are_listed_and_names_begin_so) {
  const Caller caller;
  caller.http->answer(
      fc_url + "functions?limit=100&prefix=a-",
      {{.body = R"({"functions":[{"functionName":"a-2","functionArn":"arn:2","memorySize":512}],"nextToken":"t"})"}});
  caller.http->answer(
      fc_url + "functions?limit=100&prefix=a-&nextToken=t",
      {{.body = R"({"functions":[{"functionName":"a-1","memorySize":256},{"functionName":"b","memorySize":1}]})"}});
  const auto found = caller.functions().list("a-");
  BOOST_REQUIRE(found.size() == 2U);
  BOOST_TEST(found[0].name == "a-1");
  BOOST_TEST(found[0].memory == 256);
  BOOST_TEST(found[1].arn == "arn:2");
  BOOST_TEST(caller.action(0) == "ListFunctions");
}

BOOST_AUTO_TEST_CASE(an_answer_tells_whether_the_function_has_failed) {
  const Caller caller;
  caller.http->answer(fc_url + "functions/f/invocations",
                      {{.body = "7"}, {.headers = {{"X-Fc-Error-Type", "FunctionUnhandledError"}}, .body = "{}"}});
  const FunctionAnswer first = caller.functions().invoke("f", R"({"x":1})");
  BOOST_TEST(first.body == "7");
  BOOST_TEST(!first.failed);
  BOOST_TEST(caller.functions().invoke("f", "{}").failed);
  BOOST_TEST(caller.http->seen()[0].body == R"({"x":1})");
  BOOST_TEST(caller.action(0) == "InvokeFunction");
}

BOOST_AUTO_TEST_CASE(what_is_gone_is_deleted_and_what_is_refused_is_told) {
  const Caller caller;
  caller.http->answer(fc_url + "functions/f",
                      {{.status = 204},
                       no_function,
                       {.status = 403, .body = R"({"Code":"AccessDenied","Message":"no","RequestId":"R1"})"}});
  caller.functions().remove("f");
  caller.functions().remove("f");
  const Error error = error_of([&] { caller.functions().remove("f"); });
  BOOST_TEST(error.hint().find("fc:DeleteFunction") != std::string::npos);
  BOOST_TEST(caller.action(0) == "DeleteFunction");
}

BOOST_AUTO_TEST_SUITE_END()
