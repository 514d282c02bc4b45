// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/sign/oss4.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>

#include "support/aliyun_request.hpp"
#include "support/error_of.hpp"
#include "support/source_file.hpp"

using namespace daypack;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(sign_oss4)

namespace {

constexpr auto day = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20);
const aliyun::Keys keys{"LTAI5tExample", "exampleSecret"};
const aliyun::OssScope object{.region = "cn-hangzhou", .bucket = "b", .key = "k"};

std::string signature_of(HttpRequest request, const aliyun::OssScope& scope = object) {
  aliyun::sign(request, keys, scope, day);
  const std::string all = request.headers.back().second;
  return all.substr(all.find("aliyun_v4_request"));
}

}  // namespace

// Made by alibabacloud_oss_v2 1.4.1, its SignerV4 and its whole client.
BOOST_AUTO_TEST_CASE(the_official_sdk_agrees_on_known_requests) {
  const auto all = boost::json::parse(detail::read_file(source_file("test/data/aliyun_oss4.json")));
  BOOST_TEST(all.as_array().size() == 8U);
  for (const boost::json::value& told : all.as_array()) {
    Oss4Request request(told);
    BOOST_TEST_CONTEXT(told.at("name").as_string().c_str()) {
      if (const auto* url = told.as_object().if_contains("presigned")) {
        BOOST_TEST(request.presigned(told) == std::string(url->as_string()));
      } else {
        BOOST_TEST(request.authorization() == std::string(told.at("authorization").as_string()));
        BOOST_TEST(request.field("Date") == "Fri, 20 Nov 2026 12:34:56 GMT");
        BOOST_TEST(request.field("x-oss-security-token") == request.keys.token);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_second_attempt_replaces_the_first) {
  HttpRequest request{.method = "PUT", .url = "https://b.oss-cn-hangzhou.aliyuncs.com/k", .body = {as_bytes("body")}};
  HttpRequest fresh = request;
  aliyun::sign(request, {"old", "old", "old token"}, object, day - 1h);
  aliyun::sign(request, keys, object, day);
  aliyun::sign(fresh, keys, object, day);
  std::ranges::sort(request.headers);
  std::ranges::sort(fresh.headers);
  BOOST_TEST((request.headers == fresh.headers));
  BOOST_TEST(fresh.headers.size() == 4U);
}

// Path style, virtual host, a name of the user's own: the object is the same.
BOOST_AUTO_TEST_CASE(bucket_and_key_are_signed_wherever_they_stand) {
  const std::string known = signature_of({.url = "https://b.oss-cn-hangzhou.aliyuncs.com/k"});
  BOOST_TEST(signature_of({.url = "http://127.0.0.1:9000/b/k"}) == known);
  BOOST_TEST(signature_of({.url = "https://files.test/k"}) == known);
  BOOST_TEST(signature_of({.url = "https://files.test/k"}, {.region = "cn-hangzhou", .bucket = "c", .key = "k"}) !=
             known);
  BOOST_TEST(signature_of({.url = "https://files.test/k"}, {.region = "eu-west-1", .bucket = "b", .key = "k"}) !=
             known);
}

// The opposite of ACS3 and of AWS's signature.
BOOST_AUTO_TEST_CASE(a_name_without_a_value_is_bare) {
  BOOST_TEST(signature_of({.url = "https://b.test/k?uploads="}) == signature_of({.url = "https://b.test/k?uploads"}));
  BOOST_TEST(signature_of({.url = "https://b.test/k?uploads&a=1"}) ==
             signature_of({.url = "https://b.test/k?a=1&uploads="}));
  BOOST_TEST(signature_of({.url = "https://b.test/k?uploads=1"}) != signature_of({.url = "https://b.test/k?uploads"}));
}

BOOST_AUTO_TEST_CASE(what_is_signed_of_the_fields) {
  const auto with = [](HttpHeaders headers, aliyun::OssScope scope = object) {
    return signature_of({.url = "https://b.test/k", .headers = std::move(headers)}, scope);
  };
  const std::string plain = with({});
  for (const char* name : {"User-Agent", "Range", "If-Match", "Host", "Content-Length", "Expect"})
    BOOST_TEST(with({{name, "x"}}) == plain);
  for (const char* name : {"Content-Type", "content-md5", "X-Oss-Meta-Mine"}) BOOST_TEST(with({{name, "x"}}) != plain);
  aliyun::OssScope more = object;
  more.additional_headers = {"If-Match", "Content-Type", "Range"};
  BOOST_TEST(with({{"if-match", "x"}}, more) != plain);
  BOOST_TEST(with({{"if-match", "x"}}, more).find(",AdditionalHeaders=if-match,Signature=") != std::string::npos);
  BOOST_TEST(with({}, more) == plain);
  BOOST_TEST(signature_of({.url = "https://b.test/k", .body = {as_bytes("never signed")}}) == plain);
}

BOOST_AUTO_TEST_CASE(refusals) {
  const HttpRequest request{.url = "https://b.test/k"};
  for (const auto life : {0s, 604801s})
    BOOST_TEST((error_of([&] { aliyun::presigned_url(request, keys, object, day, life); }).code() == Errc::usage));
  BOOST_TEST(error_of([] { signature_of({.url = "oss://b/k"}); }).what() ==
             std::string("this is no http or https URL: oss://b/k"));
}

BOOST_AUTO_TEST_SUITE_END()
